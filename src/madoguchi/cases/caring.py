"""How much of harassment each colleague had to bear: for offering relief, never for comparing people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import EXPOSURE_CASES, EXPOSURE_DAYS, EXPOSURE_MINUTES, CaseKind, CaseState
from madoguchi.cases.models import AnonymousReport, Care, Case, Harassment
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one colleague was exposed to within `EXPOSURE_DAYS` days."""

    person: User
    cases: int  #: harassment in which they are named as exposed
    minutes: int  #: of contact in those cases, as written down
    open_cases: int
    load: int  #: open conversations they answer at the moment

    @property
    def is_much(self) -> bool:
        """True when relief should be offered."""
        return self.cases >= EXPOSURE_CASES or self.minutes >= EXPOSURE_MINUTES


def own_exposure(user: User, *, now: datetime) -> Exposure:
    """One's own, in numbers; it tells of no case that one may not see, since one knows what one went through."""
    return _exposures([user], Case.objects.all(), now)[0]


def exposures(user: User, *, now: datetime) -> list[Exposure]:
    """Of all colleagues, by name, from the cases this person may see; nobody for those who may not decide."""
    if not may(user, Permission.DECIDE_CASES):
        return []
    seen = Case.objects.visible_to(user)
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    exposed = Harassment.objects.filter(case__in=seen.values("pk")).values("affected")
    return [each for each in _exposures(people.filter(pk__in=exposed), seen, now) if each.cases]


def _exposures(people: Iterable[User], seen: QuerySet[Case], now: datetime) -> list[Exposure]:
    """Three queries, however many people."""
    listed = list(people)
    ids = [person.pk for person in listed]
    recent = seen.filter(kind=CaseKind.HARASSMENT, received_at__gte=now - timedelta(days=EXPOSURE_DAYS))
    rows = Harassment.objects.filter(case__in=recent.values("pk"), affected__in=ids).order_by().values("affected")
    figures = rows.annotate(
        n=Count("pk"), minutes_in_all=Sum("minutes"), open=Count("pk", filter=Q(case__state=CaseState.OPEN))
    )
    found = {row["affected"]: row for row in figures}
    open_ones = Conversation.objects.filter(assignee__in=ids, is_open=True, merged_into=None).order_by()
    load = dict(open_ones.values_list("assignee").annotate(Count("pk")))
    return [
        Exposure(
            person,
            cases=found[person.pk]["n"] if person.pk in found else 0,
            minutes=found[person.pk]["minutes_in_all"] or 0 if person.pk in found else 0,
            open_cases=found[person.pk]["open"] if person.pk in found else 0,
            load=load.get(person.pk, 0),
        )
        for person in listed
    ]


def care_of(user: User) -> list[Care]:
    """What a person may read of care, the newest first."""
    rows = Care.objects.visible_to(user).select_related("person", "by", "case")
    return list(rows.order_by("-at", "-pk")[:100])


def anonymous_reports(user: User) -> list[AnonymousReport]:
    """What was reported without a name, the newest days first; for those who oversee cases."""
    rows = AnonymousReport.objects.visible_to(user).select_related("read_by")
    return list(rows.order_by("-came_on", "-pk")[:100])


def get_care(user: User, pk: int) -> Care:
    """One row a person may see; NotFound otherwise."""
    found = Care.objects.visible_to(user).select_related("person", "by").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such note, or you may not see it."))
    return found
