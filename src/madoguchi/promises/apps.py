"""Django's entry for the room."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Promises."""

    name = "madoguchi.promises"
    default_auto_field = "django.db.models.BigAutoField"
