"""Reads of the calendars."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.calendars.models import BusinessCalendar
from madoguchi.core.errors import NotFound


def all_calendars() -> QuerySet[BusinessCalendar]:
    """Every calendar, by name."""
    return BusinessCalendar.objects.all()


def get_calendar(pk: int) -> BusinessCalendar:
    """One calendar; NotFound otherwise."""
    calendar = BusinessCalendar.objects.filter(pk=pk).first()
    if calendar is None:
        raise NotFound(_("There is no such calendar."))
    return calendar


def names_of_calendars(pks: Collection[int]) -> dict[int, str]:
    """What calendars are called; those that are gone are left out."""
    return dict(BusinessCalendar.objects.filter(pk__in=pks).values_list("pk", "name"))
