"""What changes the calendars. Deadlines that are set already stay as they are; the next message counts anew."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.calendars.checking import check_plan
from madoguchi.calendars.choices import CALENDAR_CHANGED, CALENDAR_CREATED, CALENDAR_DELETED, MAX_NAME
from madoguchi.calendars.models import BusinessCalendar
from madoguchi.calendars.plan import Plan, columns_of
from madoguchi.core.errors import DomainError, Invalid, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


class ChangedMeanwhile(DomainError):
    """Somebody else saved this calendar after it had been shown."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has changed this calendar since you opened it. Nothing of yours was saved: "
                "look at what it says now, then change it again."
            )
        )


class CalendarInUse(DomainError):
    """A calendar by which something counts is not deleted."""

    code = "in_use"

    def __init__(self, users: str) -> None:
        super().__init__(
            _("This calendar is used by: %(desks)s. Choose another one there, then delete it.") % {"desks": users}
        )


@transaction.atomic
def create_calendar(*, name: str, plan: Plan, by: Actor) -> BusinessCalendar:
    """Add a calendar; its name is its own. Raises Invalid for what cannot be meant, such as no hours at all."""
    require(by, Permission.MANAGE_WORKSPACE)
    check_plan(plan, now=timezone.now())
    calendar = BusinessCalendar(name=_checked_name(name), **columns_of(plan))
    try:
        with transaction.atomic():
            calendar.save(force_insert=True)
    except IntegrityError as error:
        raise _name_taken() from error
    record(CALENDAR_CREATED, f"calendar:{calendar.pk}", by=by)
    return calendar


@transaction.atomic
def change_calendar(calendar: BusinessCalendar, *, name: str, plan: Plan, version: int, by: Actor) -> BusinessCalendar:
    """Let a calendar say something else, if it still is as it was shown (`version`); else ChangedMeanwhile."""
    require(by, Permission.MANAGE_WORKSPACE)
    check_plan(plan, now=timezone.now())
    before, columns = _columns(calendar.name, calendar.plan), _columns(_checked_name(name), plan)
    same = BusinessCalendar.objects.filter(pk=calendar.pk, version=version)
    try:
        with transaction.atomic():
            changed = same.update(version=version + 1, **columns)
    except IntegrityError as error:
        raise _name_taken() from error
    if not changed:
        raise _why_not_changed(calendar.pk)
    fields = sorted(field for field in columns if columns[field] != before[field])
    record(CALENDAR_CHANGED, f"calendar:{calendar.pk}", by=by, data={"fields": fields})
    calendar.refresh_from_db()
    return calendar


@transaction.atomic
def delete_calendar(calendar: BusinessCalendar, *, by: Actor) -> None:
    """Forget a calendar that nothing counts by; else CalendarInUse."""
    require(by, Permission.MANAGE_WORKSPACE)
    pk = calendar.pk
    try:
        deleted, _each = BusinessCalendar.objects.filter(pk=pk).delete()
    except ProtectedError as error:
        raise CalendarInUse(gettext(", ").join(sorted(str(each) for each in error.protected_objects))) from error
    if not deleted:
        raise NotFound(_("There is no such calendar."))
    record(CALENDAR_DELETED, f"calendar:{pk}", by=by, data={"name": calendar.name})


def _columns(name: str, plan: Plan) -> dict[str, object]:
    return {"name": name, **columns_of(plan)}


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if len(name) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field="name")
    return name


def _name_taken() -> Invalid:
    return Invalid(_("There is a calendar of this name already."), field="name")


def _why_not_changed(pk: int) -> DomainError:
    if BusinessCalendar.objects.filter(pk=pk).exists():
        return ChangedMeanwhile()
    return NotFound(_("There is no such calendar."))
