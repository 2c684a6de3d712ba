"""Reads of cases, each through `visible_to`: what one may not see is not there, not even as a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import active_users
from madoguchi.cases.choices import CaseKind, CaseState, DecisionState, SignKind, StepState
from madoguchi.cases.hints import MANY_MESSAGES, Sign, signs_of
from madoguchi.cases.models import (
    AffectedPerson,
    Care,
    Case,
    CaseConversation,
    CaseDecision,
    CaseMember,
    CaseShield,
    CaseStep,
    DismissedSign,
    Evidence,
)
from madoguchi.cases.steps import CLOSING
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import NotFound
from madoguchi.customers.models import Customer
from madoguchi.events.models import Event

#: So many of the last messages of a conversation are looked at for signs.
_LOOKED_AT = 10
_MOST_ABOUT = 20


def get_case(user: User, pk: int) -> Case:
    """One case a person may see, with its people and fields; NotFound otherwise."""
    rows = Case.objects.visible_to(user).select_related(
        "owner", "second", "opened_by", "closed_by", "customer", "complaint", "harassment", "incident"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case, or you may not see it."))
    return found


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list shows."""

    kind: str = ""
    state: str = ""
    is_mine: bool = False
    is_late: bool = False
    severity: str = ""
    customer: int | None = None


def cases_of(user: User, chosen: CaseFilter, *, now: datetime) -> QuerySet[Case]:
    """The cases a person may see, newest first, each with `next_due` of its open steps."""
    steps = CaseStep.objects.filter(case=OuterRef("pk"), state=StepState.OPEN, due_at__isnull=False)
    due = steps.order_by().values("case").annotate(at=Min("due_at")).values("at")
    rows = Case.objects.visible_to(user).select_related("owner", "second", "customer", "complaint", "harassment")
    rows = rows.annotate(next_due=Subquery(due))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.is_mine:
        rows = rows.filter(Q(owner=user) | Q(second=user))
    if chosen.is_late:
        late = CaseStep.objects.filter(state=StepState.OPEN, due_at__lte=now)
        rows = rows.filter(state=CaseState.OPEN, pk__in=late.values("case_id"))
    if chosen.severity:
        rows = rows.filter(complaint__severity=chosen.severity)
    if chosen.customer is not None:
        rows = rows.filter(Q(customer=chosen.customer) | Q(customer__merged_into=chosen.customer))
    return rows.order_by("-received_at", "-pk")


def cases_after(rows: QuerySet[Case], at: datetime, pk: int) -> QuerySet[Case]:
    """Of `cases_of` what follows the case that was received then."""
    return rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk))


def titles_of_cases(ids: Iterable[int], user: User) -> dict[int, str]:
    """The titles of those of these cases that a person may see."""
    return dict(Case.objects.visible_to(user).filter(pk__in=set(ids)).values_list("pk", "title"))


def cases_about(user: User, number: int) -> list[Case]:
    """The cases of a conversation that a person may see, the newest first."""
    rows = (
        Case.objects.visible_to(user)
        .about(number)
        .select_related("owner", "second", "customer", "complaint", "harassment")
    )
    return list(rows.order_by("-received_at", "-pk")[:_MOST_ABOUT])


def conversations_in(user: User, case: Case) -> list[Conversation]:
    """The conversations of a case that a person may see."""
    links = CaseConversation.objects.filter(case=case)
    rows = Conversation.objects.visible_to(user).filter(pk__in=links.values("conversation_id"))
    return list(rows.select_related("customer", "inbox__calendar").order_by("pk"))


def steps_in(case: Case) -> list[CaseStep]:
    """The steps of a case in their order."""
    return list(case.steps.select_related("done_by"))


def decisions_in(case: Case) -> list[CaseDecision]:
    """What was proposed in a case, in its order."""
    return list(case.decisions.select_related("asked_by", "decided_by"))


def evidence_in(case: Case) -> list[Evidence]:
    """The chain of a case in its order."""
    return list(Evidence.objects.filter(case=case).select_related("locked_by").order_by("position"))


def persons_in(case: Case) -> list[AffectedPerson]:
    """Whose data leaked, those who have not been told first."""
    return list(AffectedPerson.objects.filter(incident=case.pk).order_by(F("told_at").asc(nulls_first=True), "pk"))


def members_in(case: Case) -> list[User]:
    """The people named in a case."""
    named = CaseMember.objects.filter(case=case).values("user_id")
    return list(User.objects.filter(pk__in=named).order_by("name", "pk"))


def shielded_in(case: Case) -> list[User]:
    """From whom the conversations of a case are hidden, as they wished."""
    rows = CaseShield.objects.filter(case=case).values("person_id")
    return list(User.objects.filter(pk__in=rows).order_by("name", "pk"))


def history_of(case: Case) -> list[Event]:
    """What happened to a case, the newest first; for who may see the case."""
    return list(Event.objects.about(case.event_subject).order_by("-pk")[:200])


def hidden_events(user: User) -> Q:
    """A condition on events that leaves out those of cases a person may not see."""
    if may(user, Permission.OVERSEE_CASES):
        return Q()
    subjects = [f"case:{pk}" for pk in Case.objects.visible_to(user).values_list("pk", flat=True)]
    wishes = [f"care:{pk}" for pk in Care.objects.visible_to(user).values_list("pk", flat=True)]
    others = ~Q(subject__startswith="case:") & ~Q(subject__startswith="care:")
    return others | Q(subject__in=[*subjects, *wishes])


def who_may_take_part() -> list[User]:
    """Those who can be named in a case."""
    return [person for person in active_users() if may(person, Permission.REPLY)]


def those_who_see(case: Case) -> list[User]:
    """Everybody of the staff who may see a case."""
    people = who_may_take_part()
    if case.kind == CaseKind.COMPLAINT and not case.is_confidential:
        return [each for each in people if Case.objects.visible_to(each).filter(pk=case.pk).exists()]
    named = set(CaseMember.objects.filter(case=case).values_list("user_id", flat=True))
    return [each for each in people if each.pk in named or may(each, Permission.OVERSEE_CASES)]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a conversation's words may be, and why."""

    kind: SignKind
    signs: Sequence[Sign]
    message_id: int
    many_messages: int = 0  #: so many within a day, where that is many


def suggestions_in(user: User, conversation: Conversation) -> list[Suggestion]:
    """What to consider, read from the customer's last messages; nothing is stored, and nothing follows by itself."""
    if not may(user, Permission.REPLY):
        return []
    inbound = Message.objects.filter(conversation=conversation, kind=MessageKind.INBOUND, auto_kind="")
    last = list(inbound.order_by("-at", "-pk").values_list("pk", "text", "at")[:_LOOKED_AT])
    if not last:
        return []
    dismissed = dict(DismissedSign.objects.filter(conversation=conversation).values_list("kind", "message_id"))
    known = {case.kind for case in cases_about(user, conversation.pk)}
    found = []
    for kind in SignKind:
        fresh = [(pk, text, at) for pk, text, at in last if pk > dismissed.get(kind, 0)]
        signs = [each for each in signs_of(text for _pk, text, _at in fresh) if each.kind == kind]
        many = _within_a_day([at for _pk, _text, at in fresh]) if kind == SignKind.HARASSMENT else 0
        if kind not in known and (signs or many):
            found.append(Suggestion(kind, signs[:5], last[0][0], many))
    return _with_category(conversation, found, known, dismissed, last[0][0])


def _with_category(
    conversation: Conversation, found: list[Suggestion], known: set[str], dismissed: dict[str, int], newest: int
) -> list[Suggestion]:
    """Also where the category says complaint and no word does."""
    kind = SignKind.COMPLAINT
    category = conversation.category
    names = f"{category.name} {category.parent.name if category.parent else ''}" if category else ""
    says = next((word for word in ("苦情", "クレーム", "complaint") if word in names.casefold()), "")
    is_told = kind in known or kind in {each.kind for each in found} or newest <= dismissed.get(kind, 0)
    return found if is_told or not says else [*found, Suggestion(kind, [Sign(kind, names.strip())], newest)]


def _within_a_day(moments: Iterable[datetime]) -> int:
    """The number of messages that came within 24 hours of the newest one, where it is many."""
    times = sorted(moments, reverse=True)
    amount = sum((times[0] - each).total_seconds() < 86_400 for each in times) if times else 0
    return amount if amount >= MANY_MESSAGES else 0


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One case on the timeline of a customer."""

    at: datetime
    kind: str
    id: int
    title: str
    conversation: int | None


def timeline_of(
    customer: Customer, user: User, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[CaseEntry]:
    """The cases of a customer that a person may see, newest first, from behind `before` (moment, id) on."""
    rows = Case.objects.visible_to(user).filter(Q(customer=customer) | Q(customer__merged_into=customer))
    if before is not None:
        at, pk = before
        rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk))
    link = CaseConversation.objects.filter(case=OuterRef("pk")).order_by("pk").values("conversation_id")[:1]
    found = rows.annotate(number=Subquery(link)).order_by("-received_at", "-pk")
    values = found.values_list("received_at", "kind", "pk", "title", "number")[:limit]
    return [CaseEntry(*each) for each in values]


def open_matters_of(customer: Customer, user: User) -> list[CaseEntry]:
    """The cases of a customer that are under way and that a person may see, newest first."""
    rows = Case.objects.visible_to(user).filter(Q(customer=customer) | Q(customer__merged_into=customer))
    rows = rows.filter(state=CaseState.OPEN).order_by("-received_at", "-pk")
    return [CaseEntry(*each, None) for each in rows.values_list("received_at", "kind", "pk", "title")[:_MOST_ABOUT]]


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """Of the complaints received in some time that a person may see; medians in hours of the clock."""

    received: int
    open: int
    closed: int
    hours_to_acknowledge: float | None
    hours_to_close: float | None
    late_steps: int


def complaint_figures(user: User, *, since: datetime, until: datetime, now: datetime) -> ComplaintFigures:
    """How quickly complaints were acknowledged and closed; three queries."""
    rows = Case.objects.visible_to(user).filter(kind=CaseKind.COMPLAINT, received_at__gte=since, received_at__lt=until)
    found = list(rows.values_list("received_at", "closed_at"))
    told = CaseStep.objects.filter(case__in=rows.values("pk"), key="acknowledgement", state=StepState.DONE)
    acknowledged = told.values_list("case__received_at", "done_at")
    late = CaseStep.objects.filter(case__in=rows.values("pk"), state=StepState.OPEN, due_at__lte=now)
    closed = [(received, at) for received, at in found if at is not None]
    return ComplaintFigures(
        received=len(found),
        open=len(found) - len(closed),
        closed=len(closed),
        hours_to_acknowledge=_median_hours([(received, at) for received, at in acknowledged if at is not None]),
        hours_to_close=_median_hours(closed),
        late_steps=late.exclude(key=CLOSING).count(),
    )


def _median_hours(spans: Sequence[tuple[datetime, datetime]]) -> float | None:
    hours = sorted((end - start).total_seconds() / 3600 for start, end in spans)
    if not hours:
        return None
    middle = len(hours) // 2
    return hours[middle] if len(hours) % 2 else sum(hours[middle - 1 : middle + 1]) / 2


def waiting_decisions(user: User) -> list[CaseDecision]:
    """What waits for this person as the second of two, in the cases they may see."""
    if not may(user, Permission.DECIDE_CASES):
        return []
    rows = CaseDecision.objects.filter(state=DecisionState.ASKED, case__in=Case.objects.visible_to(user).values("pk"))
    return list(rows.exclude(asked_by=user).select_related("case", "asked_by").order_by("pk")[:50])


def is_gapless(positions: Sequence[int]) -> bool:
    """True when nothing is missing: 1, 2, 3."""
    return all(after == before + 1 for before, after in pairwise([0, *positions]))


def steps_due(rows: QuerySet[CaseStep]) -> QuerySet[CaseStep]:
    """Open steps of open cases with a time."""
    return rows.filter(state=StepState.OPEN, case__state=CaseState.OPEN, due_at__isnull=False).order_by(F("due_at"))
