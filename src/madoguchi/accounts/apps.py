"""Django's entry for the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "madoguchi.accounts"
    default_auto_field = "django.db.models.BigAutoField"
