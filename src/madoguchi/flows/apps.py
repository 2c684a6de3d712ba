"""Django's entry for the room."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """Flows."""

    name = "madoguchi.flows"
