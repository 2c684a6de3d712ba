"""Reads of the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import sight_of
from madoguchi.channels.models import eyes_of
from madoguchi.conversations.choices import NEVER_LEFT, MessageKind, MessageState
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Prepared, Shaped, Slot
from madoguchi.promises.choices import PromiseState
from madoguchi.promises.models import Promise

#: Nobody reads an exact number beyond this.
MOST_COUNTED = 99
OVERDUE, TODAY, OPEN, KEPT, BROKEN, CANCELLED = "overdue", "today", "open", "kept", "broken", "cancelled"
_DECIDED = (KEPT, BROKEN, CANCELLED)
WHEN = (OVERDUE, TODAY, OPEN, KEPT, BROKEN, CANCELLED)


def get_promise(user: User, pk: int) -> Promise:
    """One promise of a conversation a person may see; NotFound otherwise."""
    found = Promise.objects.visible_to(user).select_related("conversation__inbox", "owner").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such promise, or you may not see it."))
    return found


def promises_in(number: int) -> list[Promise]:
    """All promises of a conversation that the caller may see, the open ones first."""
    rows = Promise.objects.within(number).exclude(state=PromiseState.DECLINED)
    listed = list(rows.select_related("owner", "decided_by").order_by("-due_at", "-pk")[:100])
    return sorted(listed, key=lambda each: (not each.is_red, each.state != PromiseState.OPEN))


def with_open_promises(numbers: Collection[int]) -> list[int]:
    """Which of these conversations have open promises, their own or of what was merged into them, by number."""
    rows = Promise.objects.filter(state=PromiseState.OPEN)
    own = rows.filter(conversation__in=numbers).values_list("conversation_id", flat=True)
    merged = rows.filter(conversation__merged_into__in=numbers).values_list("conversation__merged_into", flat=True)
    return sorted({*own, *(each for each in merged if each)})


def replied_at(number: int) -> datetime | None:
    """When our last letter of a conversation was written that has left or is about to; None without one."""
    ours = Message.objects.filter(conversation=number, kind=MessageKind.OUTBOUND, is_automatic=False, planned_at=None)
    said = ours.exclude(state__in=[*NEVER_LEFT, MessageState.AWAITING_APPROVAL])
    return said.order_by("-at").values_list("at", flat=True).first()


def promises_of(user: User, *, when: str, is_mine: bool, until: datetime) -> QuerySet[Promise]:
    """The promises a person may see, in one of the groups of `WHEN`; `until` is the end of the reader's day."""
    rows = Promise.objects.visible_to(user).select_related("conversation__customer", "conversation__inbox", "owner")
    if is_mine:
        rows = rows.filter(owner=user)
    order = ("-due_at", "-pk") if when in _DECIDED else ("due_at", "pk")
    return rows.filter(_group(when, timezone.now(), until)).order_by(*order)


def after(rows: QuerySet[Promise], due_at: datetime, pk: int, *, when: str) -> QuerySet[Promise]:
    """Of `promises_of` what follows the promise that was due then."""
    if when in _DECIDED:
        return rows.filter(Q(due_at__lt=due_at) | Q(due_at=due_at, pk__lt=pk))
    return rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk))


def _group(when: str, now: datetime, until: datetime) -> Q:
    is_open = Q(state=PromiseState.OPEN)
    red = is_open & Q(due_at__lte=now) | Q(state=PromiseState.BROKEN, settled_at=None)
    return {
        OVERDUE: red,
        TODAY: is_open & Q(due_at__gt=now, due_at__lt=until),
        OPEN: is_open | red,
        KEPT: Q(state=PromiseState.KEPT),
        BROKEN: Q(state=PromiseState.BROKEN),
        CANCELLED: Q(state=PromiseState.CANCELLED),
    }[when]


def urgent_dues(user: User, *, until: datetime) -> QuerySet[Promise, datetime]:
    """When one's own promises that are red or due before the end of the day are due, as many as are counted."""
    return _URGENT(user=user.pk, until=until)


_URGENT: Prepared[QuerySet[Promise, datetime]] = Prepared(
    lambda: Promise.objects.filter(
        Q(state=PromiseState.OPEN, due_at__lt=Slot("until")) | Q(state=PromiseState.BROKEN, settled_at=None),
        owner=Slot("user"),
    ).values_list("due_at", flat=True)[:MOST_COUNTED]
)


def red_ids(user: User) -> QuerySet[Promise, int]:
    """Everybody's promises a person may see whose time has passed, as many as are counted."""
    return _RED(sight_of(user))(**eyes_of(user), now=timezone.now())


def red_among(numbers: list[int]) -> Sequence[QuerySet[Promise, int] | QuerySet[Promise, int | None]]:
    """Which of these conversations have a promise whose time has passed, their own or with what was merged in."""
    now = timezone.now()
    return _RED_IN(ids=numbers, now=now), _RED_MERGED(ids=numbers, now=now)


_IS_RED = Q(state=PromiseState.OPEN, due_at__lte=Slot("now")) | Q(state=PromiseState.BROKEN, settled_at=None)
_RED: Shaped[QuerySet[Promise, int]] = Shaped(
    lambda sight: Promise.objects.filter(
        _IS_RED, conversation__in=Conversation.objects.visible_in(sight).values("pk")
    ).values_list("pk", flat=True)[:MOST_COUNTED]
)
_RED_IN: Prepared[QuerySet[Promise, int]] = Prepared(
    lambda: Promise.objects.filter(_IS_RED, OneOf(F("conversation_id"), Slot("ids"))).values_list(
        "conversation_id", flat=True
    )
)
_RED_MERGED: Prepared[QuerySet[Promise, int | None]] = Prepared(
    lambda: Promise.objects.filter(_IS_RED, OneOf(F("conversation__merged_into"), Slot("ids"))).values_list(
        "conversation__merged_into", flat=True
    )
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the promises that were due in some time."""

    kept: int
    broken: int
    cancelled: int
    open: int

    @property
    def kept_percent(self) -> float | None:
        """Kept ÷ (kept + broken) × 100; None when none was decided. Cancelled ones count on neither side."""
        decided = self.kept + self.broken
        return self.kept / decided * 100 if decided else None


def promise_figures(user: User, *, since: datetime, until: datetime, owner: User | None = None) -> Figures:
    """The figures of the promises due from `since` on and before `until`, of what a person may see."""
    rows = Promise.objects.visible_to(user).filter(due_at__gte=since, due_at__lt=until)
    if owner is not None:
        rows = rows.filter(owner=owner)
    amounts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return Figures(
        kept=amounts.get(PromiseState.KEPT, 0),
        broken=amounts.get(PromiseState.BROKEN, 0),
        cancelled=amounts.get(PromiseState.CANCELLED, 0),
        open=amounts.get(PromiseState.OPEN, 0),
    )
