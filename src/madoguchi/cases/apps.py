"""Django's entry for the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "madoguchi.cases"
    default_auto_field = "django.db.models.BigAutoField"
