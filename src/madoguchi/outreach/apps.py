"""Django's entry for the room."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Outreach."""

    name = "madoguchi.outreach"
    default_auto_field = "django.db.models.BigAutoField"
