"""Django's entry for the room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notifications."""

    name = "madoguchi.notifications"
    default_auto_field = "django.db.models.BigAutoField"
