"""The room in Django's list."""

from django.apps import AppConfig


class WordingConfig(AppConfig):
    """Templates and phrases."""

    name = "madoguchi.wording"
