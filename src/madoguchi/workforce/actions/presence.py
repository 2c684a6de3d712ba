"""Presence: what people say they are doing, and the rule for those who say nothing any more."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.events.record import announce
from madoguchi.workforce.choices import AWAY_AFTER, OFFLINE_AFTER, PRESENCE_CHANGED, Presence
from madoguchi.workforce.models import PresenceSpan


@transaction.atomic
def set_presence(user: User, state: str) -> PresenceSpan:
    """Say what one is doing from now on. Of two windows the later word counts; the same again changes nothing."""
    if state not in Presence.values:
        raise Invalid(_("There is no such state. Choose one from the list."), field="state")
    return _turn(user, state)


@transaction.atomic
def note_seen(user: User) -> PresenceSpan:
    """A window of theirs is open: whoever was offline, or away because they were not heard of, is ready again."""
    span = _current(user)
    if span is None or span.is_automatic:
        return _turn(user, Presence.READY)
    PresenceSpan.objects.filter(pk=span.pk).update(seen_at=timezone.now())
    return span


@transaction.atomic
def go_offline(user: User) -> None:
    """The shift is over: logged out, or deactivated."""
    span = _current(user)
    if span is not None:
        _end(span, timezone.now())
        announce(PRESENCE_CHANGED, f"presence:{user.pk}")


def end_presence(event: Event) -> None:
    """Whoever logs out or is deactivated is offline; another window of theirs makes them ready again."""
    user = User.objects.filter(pk=int(event.subject.partition(":")[2])).first()
    if user is not None:
        go_offline(user)


def settle_presence(now: datetime) -> int:
    """The rule for those not heard of: ready people are away, and after long everybody is offline; how many changed.

    Their time ends when they were heard of last, not when somebody noticed. May run at any time.
    """
    quiet = PresenceSpan.objects.filter(ended_at=None).filter(
        Q(seen_at__lt=now - AWAY_AFTER, state__in=[Presence.READY, Presence.WRAP_UP])
        | Q(seen_at__lt=now - OFFLINE_AFTER)
    )
    return sum(_settle(pk, now) for pk in quiet.values_list("user_id", flat=True))


@transaction.atomic
def _settle(user_id: int, now: datetime) -> bool:
    span = _current(User.objects.get(pk=user_id))
    if span is None or span.seen_at >= now - AWAY_AFTER:
        return False
    if span.seen_at < now - OFFLINE_AFTER:
        _end(span, span.seen_at)
    elif span.state in (Presence.READY, Presence.WRAP_UP):
        _end(span, span.seen_at)
        since = max(span.seen_at, span.started_at)
        PresenceSpan.objects.create(
            user_id=user_id, state=Presence.AWAY, started_at=since, seen_at=span.seen_at, is_automatic=True
        )
    else:
        return False
    announce(PRESENCE_CHANGED, f"presence:{user_id}")
    return True


def _turn(user: User, state: str) -> PresenceSpan:
    now = timezone.now()
    span = _current(user)
    if span is not None and span.state == state and not span.is_automatic:
        PresenceSpan.objects.filter(pk=span.pk).update(seen_at=now)
        return span
    if span is not None:
        _end(span, now)
    announce(PRESENCE_CHANGED, f"presence:{user.pk}")
    return PresenceSpan.objects.create(user=user, state=state, started_at=now, seen_at=now)


def _current(user: User) -> PresenceSpan | None:
    """What the person is doing now; theirs alone until the transaction ends."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return PresenceSpan.objects.filter(user=user, ended_at=None).first()


def _end(span: PresenceSpan, at: datetime) -> None:
    PresenceSpan.objects.filter(pk=span.pk, ended_at=None).update(ended_at=max(at, span.started_at))
