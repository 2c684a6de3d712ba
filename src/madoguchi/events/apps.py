"""Django's entry for the room."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Events."""

    name = "madoguchi.events"
    default_auto_field = "django.db.models.BigAutoField"
