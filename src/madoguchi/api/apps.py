"""Django's entry for the room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Api."""

    name = "madoguchi.api"
