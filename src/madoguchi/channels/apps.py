"""Django's entry for the room."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels."""

    name = "madoguchi.channels"
    default_auto_field = "django.db.models.BigAutoField"
