"""The ui app: templates, template tags and static files, no tables."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and files; nothing to set up."""

    name = "madoguchi.ui"
    label = "ui"
