"""Which conversations must not be left when the day ends, and which wait although nobody has to see to them today."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.amounts import MAX_COUNTED, Amount
from madoguchi.conversations.choices import (
    NEVER_LEFT,
    MessageKind,
    Status,
)
from madoguchi.conversations.filters import Filter, apply
from madoguchi.conversations.models import (
    Conversation,
    Message,
)
from madoguchi.conversations.queries import MOST_LEFT
from madoguchi.core.prepared import Shaped, Slot

_BEFORE_ALL = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def left_open(rows: QuerySet[Conversation], *, until: datetime) -> QuerySet[Conversation]:
    """返信漏れ: of what a person may see, what customers wait for until then, and what could not be sent."""
    waits = Q(is_open=True, queue_at__lt=until)
    return rows.filter(waits | Q(has_failed=True), merged_into=None).order_by("queue_at", "pk")


def leaves_in_time(now: datetime | Slot) -> Q:
    """That a planned mail leaves before 返信期限: it is approved, and its time has not passed without its leaving."""
    return Q(planned_at__gt=now, planned_at__lte=F("queue_at")) & ~Q(status=Status.APPROVAL)


def put_off_waiting(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """後で対応 and 保留 although the customer still waits for our answer; what comes back first is first."""
    said = Message.objects.filter(conversation=OuterRef("pk"))
    written = said.filter(kind=MessageKind.OUTBOUND, is_automatic=False).exclude(state__in=NEVER_LEFT)
    ours = written.order_by("-at").values("at")[:1]
    theirs = said.filter(kind=MessageKind.INBOUND, auto_kind="", at__gt=OuterRef("answered_at"))
    never = Value(_BEFORE_ALL, output_field=DateTimeField())
    held = rows.filter(status=Status.HOLD, merged_into=None, side_of=None).annotate(answered_at=Coalesce(ours, never))
    return held.filter(Exists(theirs)).order_by(F("resume_at").asc(nulls_last=True), "pk")


def late_count(user: User, *, cap: int = 1000) -> int:
    """How many open conversations are past 返信期限, counted up to `cap`: it changes with the clock alone."""
    rows = apply(Conversation.objects.visible_to(user), Filter(late=True), user=user)
    return len(rows.order_by("queue_at").values_list("pk", flat=True)[:cap])


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many rows of a list are past 返信期限, and how many are due until the end of a day; each counted to 1,000."""

    late: int
    soon: int


def due_counts(user: User, chosen: Filter, *, until: datetime) -> DueCounts:
    """The sizes of the groups at the head of a list sorted by 返信期限; `until` is the end of the reader's day."""
    return DueCounts(*next(iter(due_rows(user, chosen, until=until))))


def due_rows(user: User, chosen: Filter, *, until: datetime) -> QuerySet[User, tuple[int, int]]:
    """The two figures of `due_counts`, as a read that can go together with others."""
    read = _DUE(sight_of(user), replace(chosen, late=False))
    return read(**eyes_of(user), now=timezone.now(), until=until)


def _due_of(sight: Sight, chosen: Filter) -> QuerySet[User, tuple[int, int]]:
    person, now, until = Slot("person"), Slot("now"), Slot("until")
    chosen_rows = apply(Conversation.objects.visible_in(sight), chosen, user=person, now=now)
    rows = chosen_rows.order_by("queue_at").values("queue_at")
    late, soon = rows.filter(queue_at__lt=now), rows.filter(queue_at__gte=now, queue_at__lt=until)
    return User.objects.filter(pk=person).values_list(Amount(late[:MAX_COUNTED]), Amount(soon[:MAX_COUNTED]))


_DUE: Shaped[QuerySet[User, tuple[int, int]]] = Shaped(_due_of, by_value=True)


def left_open_ids(user: User, *, until: datetime, limit: int) -> list[int]:
    """返信漏れ: the conversations a person may see whose customer waits until then, or whose mail could not be sent."""
    return list(left_open(Conversation.objects.visible_to(user), until=until).values_list("pk", flat=True)[:limit])


def left_open_rows(user: User, *, until: datetime) -> QuerySet[User, tuple[int, int]]:
    """How many conversations wait until then, and how many others have a mail that failed; one row, to 99 of each.

    What a planned mail answers in time is left out, as on the screen.
    """
    return _LEFT(sight_of(user))(**eyes_of(user), now=timezone.now(), until=until)


def _left_of(sight: Sight) -> QuerySet[User, tuple[int, int]]:
    rows = Conversation.objects.visible_in(sight).filter(merged_into=None).order_by()
    waits = Q(is_open=True, queue_at__lt=Slot("until"))
    waiting = rows.filter(waits & ~leaves_in_time(Slot("now")))
    failed = rows.filter(~waits, has_failed=True)
    amounts = (Amount(each.values("pk")[:MOST_LEFT]) for each in (waiting, failed))
    return User.objects.filter(pk=Slot("person")).values_list(*amounts)


_LEFT: Shaped[QuerySet[User, tuple[int, int]]] = Shaped(_left_of, by_value=True)


def put_off_ids(user: User, *, limit: int) -> list[int]:
    """What a person may see that was put off (後で対応) although its customer still waits."""
    return list(put_off_waiting(Conversation.objects.visible_to(user)).values_list("pk", flat=True)[:limit])


def next_conversation(user: User) -> Conversation | None:
    """次の問い合わせへ: the most urgent open one that is mine or nobody's."""
    rows = apply(Conversation.objects.visible_to(user), Filter(), user=user).filter(
        Q(assignee=user) | Q(assignee=None), status__in=[Status.NEW, Status.OPEN]
    )
    return rows.order_by("queue_at", "pk").first()
