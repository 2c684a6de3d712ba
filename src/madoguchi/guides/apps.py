"""The room in Django's list."""

from django.apps import AppConfig


class GuidesConfig(AppConfig):
    """Checklists and talk scripts."""

    name = "madoguchi.guides"
