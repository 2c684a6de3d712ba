"""Django's entry for the room."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Workforce."""

    name = "madoguchi.workforce"
    default_auto_field = "django.db.models.BigAutoField"
