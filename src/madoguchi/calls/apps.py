"""Django's entry for the room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Calls."""

    name = "madoguchi.calls"
    default_auto_field = "django.db.models.BigAutoField"
