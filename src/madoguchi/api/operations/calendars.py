"""Calendars: business hours and closed days, what they say of a day, and what becomes of a deadline."""

from datetime import date, datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Moment
from madoguchi.api.schemas.calendars import (
    CalendarChangesIn,
    CalendarOut,
    DayOut,
    DeadlineOut,
    NewCalendarIn,
    read_plan,
    show_calendar,
    show_days,
)
from madoguchi.calendars import actions
from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.compiled import BeyondReach, compiled_at
from madoguchi.calendars.plan import Plan
from madoguchi.calendars.queries import all_calendars
from madoguchi.calendars.queries import get_calendar as find_calendar
from madoguchi.calendars.reckoning import add_minutes, is_open, next_opening, within_business_days
from madoguchi.core.errors import Invalid

router = Router(tags=["Calendars"])

CALENDAR = "/calendars/{int:calendar_id}"
MAX_DAYS = 366


class DaysAsked(In):
    """Which days of a calendar."""

    first: date
    """The first day"""
    last: date
    """and the last; a year of them at most."""


class DeadlineAsked(In):
    """Which deadline of a calendar."""

    start: Moment | None = None
    """When the customer's message came; now when left out."""
    minutes: Annotated[int, Field(ge=0, le=525_600)] = 60
    """How many open minutes there are."""


@router.get(
    "/calendars", response={200: Page[CalendarOut], **READ}, operation_id="list_calendars", summary="List calendars"
)
def list_calendars(request: ApiRequest) -> Page[CalendarOut]:  # noqa: ARG001 - ninja's signature
    """Every calendar, by name."""
    return whole([show_calendar(calendar) for calendar in all_calendars()])


@router.post(
    "/calendars", response={201: CalendarOut, **WRITE}, operation_id="create_calendar", summary="Add a calendar"
)
def create_calendar(request: ApiRequest, wanted: NewCalendarIn) -> Status[CalendarOut]:
    """Add business hours; a desk counts by them once it is given this calendar."""
    calendar = actions.create_calendar(name=wanted.name, plan=read_plan(wanted), by=request.auth.actor)
    return Status(201, show_calendar(calendar))


@router.get(CALENDAR, response={200: CalendarOut, **READ}, operation_id="get_calendar", summary="Read one calendar")
def get_calendar(request: ApiRequest, calendar_id: Id) -> CalendarOut:  # noqa: ARG001 - ninja's signature
    """One calendar."""
    return show_calendar(find_calendar(calendar_id))


@router.patch(
    CALENDAR, response={200: CalendarOut, **WRITE}, operation_id="change_calendar", summary="Change a calendar"
)
def change_calendar(request: ApiRequest, calendar_id: Id, changes: CalendarChangesIn) -> CalendarOut:
    """Say something else from now on; deadlines that are set already stay."""
    calendar = find_calendar(calendar_id)
    changed = actions.change_calendar(
        calendar,
        name=calendar.name if changes.name is None else changes.name,
        plan=read_plan(changes, calendar.plan),
        version=changes.version or calendar.version,
        by=request.auth.actor,
    )
    return show_calendar(changed)


@router.delete(CALENDAR, response={204: None, **WRITE}, operation_id="delete_calendar", summary="Delete a calendar")
def delete_calendar(request: ApiRequest, calendar_id: Id) -> Status[None]:
    """Forget a calendar that no desk uses."""
    actions.delete_calendar(find_calendar(calendar_id), by=request.auth.actor)
    return Status(204, None)


@router.get(
    CALENDAR + "/days", response={200: list[DayOut], **READ}, operation_id="list_calendar_days", summary="Preview days"
)
def list_days(request: ApiRequest, calendar_id: Id, asked: Query[DaysAsked]) -> list[DayOut]:  # noqa: ARG001
    """Which days are open or closed, and why."""
    calendar = find_calendar(calendar_id)
    if not 0 <= (asked.last - asked.first).days < MAX_DAYS:
        raise Invalid(_("Ask for one day or more, and for a year at most."), field="last")
    return show_days(calendar, asked.first, asked.last)


@router.get(
    CALENDAR + "/deadline", response={200: DeadlineOut, **READ}, operation_id="get_deadline", summary="Try a deadline"
)
def get_deadline(request: ApiRequest, calendar_id: Id, asked: Query[DeadlineAsked]) -> DeadlineOut:  # noqa: ARG001
    """When the clock starts for a message that comes at this moment, and when so many open minutes have passed."""
    plan, start = find_calendar(calendar_id).plan, asked.start or timezone.now()
    try:
        return _deadline(plan, start, asked.minutes)
    except BeyondReach as error:
        raise Invalid(
            _("The calendar does not reach this deadline. Ask for an earlier one."), field="minutes"
        ) from error


def _deadline(plan: Plan, start: datetime, minutes: int) -> DeadlineOut:
    calendar = compiled_at(plan, start)
    return DeadlineOut(
        is_open=is_open(calendar, start),
        starts_at=next_opening(calendar, start),
        due_at=add_minutes(calendar, start, minutes),
        one_day_length=within_business_days(calendar, start, 1, DayRule.LENGTH),
        one_day_end=within_business_days(calendar, start, 1, DayRule.END),
    )
