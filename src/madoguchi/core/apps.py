"""Django's entry for the room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Core."""

    name = "madoguchi.core"
