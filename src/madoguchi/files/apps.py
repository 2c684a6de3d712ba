"""Django's entry for the room."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files."""

    name = "madoguchi.files"
    default_auto_field = "django.db.models.BigAutoField"
