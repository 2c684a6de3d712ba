"""The face in Django's list."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that are open to everybody."""

    name = "madoguchi.portal"
