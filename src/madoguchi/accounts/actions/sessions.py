"""Signing in and out, and the sessions that follow from it."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from madoguchi.accounts.choices import (
    SESSION_REVOKED,
    USER_SIGN_IN_FAILED,
    USER_SIGNED_IN,
    USER_SIGNED_OUT,
)
from madoguchi.accounts.models import RateBucket, SessionInfo, User
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

#: A bucket not touched for this long is full again whatever its rate.
BUCKET_REST = timedelta(days=1)


@transaction.atomic
def note_sign_in(user: User, *, network: str, method: str) -> None:
    """Record that somebody came in: `method` is password, passkey, code, reset or invitation."""
    record(USER_SIGNED_IN, f"user:{user.pk}", by=user.actor, data={"network": network, "method": method})


@transaction.atomic
def note_failed_sign_in(user: User | None, *, network: str, step: str) -> None:
    """Record a refused try; of an unknown address nothing is kept, it may be a password typed into the wrong box."""
    subject = f"user:{user.pk if user else 0}"
    record(USER_SIGN_IN_FAILED, subject, by=Actor.system("sign-in"), data={"network": network, "step": step})


@transaction.atomic
def note_sign_out(user: User, key: str) -> None:
    """Record that somebody left, and forget the session of this key."""
    SessionInfo.objects.filter(user=user, key=key).delete()
    record(USER_SIGNED_OUT, f"user:{user.pk}", by=user.actor)


@transaction.atomic
def note_two_step(user: User, kind: str, *, method: str) -> None:
    """Record a change of the second step: `kind` of choices, `method` totp, webauthn or recovery_codes."""
    record(kind, f"user:{user.pk}", by=user.actor, data={"method": method})


@transaction.atomic
def note_session(user: User, key: str, *, old_key: str = "", device: str, network: str | None) -> None:
    """Keep what a person wants to know of a session; a session that got a new key keeps its beginning."""
    now = timezone.now()
    values = {"user": user, "device": device[:300], "network": network, "used_at": now}
    begun_at = None
    if old_key and old_key != key:
        old = SessionInfo.objects.filter(key=old_key, user=user)
        begun_at = old.values_list("created_at", flat=True).first()
        old.delete()
    SessionInfo.objects.update_or_create(
        key=key, defaults=values, create_defaults=values | {"created_at": begun_at or now}
    )


@transaction.atomic
def end_session(user: User, key: str, *, by: Actor) -> bool:
    """End one session of a person; False when it had ended already or was never theirs."""
    if not SessionInfo.objects.filter(user=user, key=key).delete()[0]:
        return False
    Session.objects.filter(session_key=key).delete()
    record(SESSION_REVOKED, f"user:{user.pk}", by=by, data={"count": 1})
    return True


@transaction.atomic
def end_other_sessions(user: User, *, keep: str, by: Actor) -> int:
    """End every session of a person but one; returns how many."""
    count = drop_sessions(user, keep=keep)
    if count:
        record(SESSION_REVOKED, f"user:{user.pk}", by=by, data={"count": count})
    return count


def drop_sessions(user: User, *, keep: str = "") -> int:
    """Delete the sessions of a person except one, without an event."""
    keys = list(SessionInfo.objects.filter(user=user).exclude(key=keep).values_list("key", flat=True))
    SessionInfo.objects.filter(key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def sweep_sessions() -> int:
    """Delete what has ended: expired sessions, what was noted of them, and rate buckets that are full again."""
    now = timezone.now()
    count, _rows = Session.objects.filter(expire_date__lt=now).delete()
    SessionInfo.objects.exclude(key__in=Session.objects.values("session_key")).delete()
    RateBucket.objects.filter(refilled_at__lt=now - BUCKET_REST).delete()
    return count
