"""Reporting harassment without one's name, and reading what was reported.

No event is recorded of a report, for its moment could tell who was there; those who oversee cases are told on the next
day, of all of them at once.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.accounts.rate_limit import HOUR, Limit
from madoguchi.cases.actions.holding import text_of
from madoguchi.cases.choices import ANONYMOUS_REPORTS_CAME, MAX_TEXT, Conduct
from madoguchi.cases.models import AnonymousReport
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: Of everybody together: a limit of each person would have to remember who wrote.
REPORTS = Limit("anonymous-report", 20, 24 * HOUR)


class TooManyReports(DomainError):
    """More than a shop has in a day."""

    code = "too_often"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            _("Very many reports have come today. Please try again tomorrow, or turn to an administrator.")
        )


@transaction.atomic
def report_anonymously(text: str, conduct: str, *, user: User) -> None:
    """Keep what a colleague reports; `user` is looked at for the right to do so, and kept nowhere."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(REFUSAL)
    if conduct and conduct not in Conduct.values:
        raise Invalid(_("Choose the type of conduct from the list."), field="conduct")
    if len(text) > MAX_TEXT:
        raise Invalid(_("This text is too long."), field="text")
    words = text_of(text, MAX_TEXT, "text", is_needed=_("Write what happened."))
    if not REPORTS.take("all"):
        raise TooManyReports
    AnonymousReport.objects.create(text=words, conduct=conduct)


def note_read(pk: int, *, user: User) -> None:
    """Say that one has read a report; the first one to do so stays. NotFound for whom it is not."""
    rows = AnonymousReport.objects.visible_to(user).filter(pk=pk)
    if not rows.exists():
        raise NotFound(_("There is no such note, or you may not see it."))
    rows.filter(read_at=None).update(read_at=timezone.now(), read_by=user)


@transaction.atomic
def tell_of_reports(now: datetime) -> int:
    """Tell those who oversee cases of the reports of former days, once; returns how many. May run twice."""
    rows = AnonymousReport.objects.filter(told_at=None, came_on__lt=timezone.localtime(now).date())
    fresh = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:500])
    if not AnonymousReport.objects.filter(pk__in=fresh).update(told_at=now):
        return 0
    people = [person.pk for person in active_users() if may(person, Permission.OVERSEE_CASES)]
    record(ANONYMOUS_REPORTS_CAME, "care:0", by=Actor.system("calendar"), data={"people": people})
    return len(fresh)
