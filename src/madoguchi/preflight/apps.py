"""Django's entry for the room."""

from django.apps import AppConfig


class PreflightConfig(AppConfig):
    """Checks before sending."""

    name = "madoguchi.preflight"
    default_auto_field = "django.db.models.BigAutoField"
