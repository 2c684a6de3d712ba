"""Reads of callbacks: one, those of a conversation, the due list, and what became of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import CallbackState
from madoguchi.calls.models import Callback, CallbackAttempt
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared, Slot

NOW, TODAY, OPEN, DONE, CLOSED = "now", "today", "open", "done", "closed"
WHEN = (NOW, TODAY, OPEN, DONE, CLOSED)
_PAST = (DONE, CLOSED)
#: Nobody reads an exact number beyond this.
MOST_COUNTED = 99


def get_callback(user: User, pk: int) -> Callback:
    """One callback of a conversation a person may see; NotFound otherwise."""
    found = _whole(Callback.objects.visible_to(user)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such callback, or you may not see it."))
    return found


def callbacks_in(number: int) -> list[Callback]:
    """All callbacks of a conversation that the caller may see, the open ones first."""
    rows = _whole(Callback.objects.within(number)).order_by("-starts_at", "-pk")[:50]
    return sorted(rows, key=lambda each: not each.is_open)


def callbacks_of(user: User, *, when: str, is_mine: bool, until: datetime) -> QuerySet[Callback]:
    """The callbacks a person may see, of one of the groups of `WHEN`; `until` is the end of the reader's day."""
    rows = _whole(Callback.objects.visible_to(user))
    if is_mine:
        rows = rows.filter(owner=user)
    order = ("-starts_at", "-pk") if when in _PAST else ("starts_at", "pk")
    return rows.filter(_group(when, timezone.now(), until)).order_by(*order)


def after(rows: QuerySet[Callback], starts_at: datetime, pk: int, *, when: str) -> QuerySet[Callback]:
    """Of `callbacks_of` what follows the one that begins then."""
    if when in _PAST:
        return rows.filter(Q(starts_at__lt=starts_at) | Q(starts_at=starts_at, pk__lt=pk))
    return rows.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk))


def _whole(rows: QuerySet[Callback]) -> QuerySet[Callback]:
    attempts = Prefetch("attempts", queryset=CallbackAttempt.objects.select_related("user"))
    found = rows.select_related("conversation__customer", "conversation__inbox__calendar", "owner", "decided_by")
    return found.prefetch_related(attempts)


def _group(when: str, now: datetime, until: datetime) -> Q:
    is_open = Q(state=CallbackState.OPEN)
    return {
        NOW: is_open & Q(starts_at__lte=now),
        TODAY: is_open & Q(starts_at__lt=until),
        OPEN: is_open,
        DONE: Q(state=CallbackState.DONE),
        CLOSED: Q(state__in=[CallbackState.GIVEN_UP, CallbackState.CANCELLED]),
    }[when]


def due_callbacks(user: User, *, until: datetime) -> QuerySet[Callback, datetime]:
    """When one's own callbacks that are to be made before the end of the day end, as many as are counted."""
    return _DUE(user=user.pk, until=until)


_DUE: Prepared[QuerySet[Callback, datetime]] = Prepared(
    lambda: Callback.objects.filter(
        state=CallbackState.OPEN, starts_at__lt=Slot("until"), owner=Slot("user")
    ).values_list("ends_at", flat=True)[:MOST_COUNTED]
)


@dataclass(frozen=True, slots=True)
class CallbackFigures:
    """What became of the callbacks of some time."""

    in_time: int  #: tried before their time was over
    late: int  #: tried later, or not at all
    reached: int
    given_up: int
    cancelled: int  #: count on neither side

    @property
    def kept_percent(self) -> float | None:
        """守った割合: tried in time ÷ (tried in time + late) × 100; None when there was none."""
        decided = self.in_time + self.late
        return self.in_time / decided * 100 if decided else None


def callback_figures(user: User, *, since: datetime, until: datetime) -> CallbackFigures:
    """The figures of the callbacks whose time ended from `since` on and before `until`, of what a person may see."""
    rows = Callback.objects.visible_to(user).filter(ends_at__gte=since, ends_at__lt=until).order_by()
    cancelled = Q(state=CallbackState.CANCELLED)
    in_time = Q(tried_at__lte=F("ends_at")) & ~cancelled
    found = rows.aggregate(
        in_time=Count("pk", filter=in_time),
        late=Count("pk", filter=~cancelled & (Q(tried_at=None) | Q(tried_at__gt=F("ends_at")))),
        reached=Count("pk", filter=Q(state=CallbackState.DONE)),
        given_up=Count("pk", filter=Q(state=CallbackState.GIVEN_UP)),
        cancelled=Count("pk", filter=cancelled),
    )
    return CallbackFigures(**found)
