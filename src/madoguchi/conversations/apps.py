"""Django's entry for the room."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Conversations."""

    name = "madoguchi.conversations"
    default_auto_field = "django.db.models.BigAutoField"
