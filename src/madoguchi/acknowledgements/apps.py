"""The room in Django's list."""

from django.apps import AppConfig


class AcknowledgementsConfig(AppConfig):
    """What tells customers by itself that their mail has arrived."""

    name = "madoguchi.acknowledgements"
