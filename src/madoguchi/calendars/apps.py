"""The room in Django's list."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Business hours and holidays."""

    name = "madoguchi.calendars"
