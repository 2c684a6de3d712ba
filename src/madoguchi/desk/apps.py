"""Django's entry for the room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk."""

    name = "madoguchi.desk"
    label = "desk"
