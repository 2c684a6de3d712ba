"""CTI: what a telephone system tells of calls, and under which number it knows whom."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.choices import CALL_RANG, MAX_CALL_ID, MAX_EXTENSION, MAX_NUMBER, RINGS_KEPT, Direction, RingState
from madoguchi.calls.models import Extension, Ring
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.storable import storable
from madoguchi.customers.phones import is_phone, shown_phone
from madoguchi.events.record import announce


@transaction.atomic
def set_extension(user: User, number: str) -> None:
    """Say under which number the telephone system knows a person; empty is none. Invalid when it is another's."""
    wanted = storable("".join(number.split()))[:MAX_EXTENSION]
    if not wanted:
        Extension.objects.filter(user=user).delete()
        return
    try:
        with transaction.atomic():
            Extension.objects.update_or_create(user=user, defaults={"number": wanted})
    except IntegrityError as error:
        raise Invalid(_("Somebody else has this extension."), field="number") from error


def person_at(to: str) -> User:
    """Whose telephone an extension or mail address is; NotFound otherwise."""
    rows = User.objects.filter(is_active=True)
    found = rows.filter(extension__number=to.strip()).first() or rows.filter(email__iexact=to.strip()).first()
    if found is None:
        raise NotFound(_("Nobody has this extension. Everybody enters their own under “Calls”."))
    return found


@transaction.atomic
def note_ring(to: User, *, call_id: str, number: str, direction: str, state: str, by: User) -> Ring:
    """Tell of a call at somebody's telephone, and let it appear in their open browsers. Safe to send twice.

    One's own telephone, or everybody's for who looks after the workspace. A call that has ended does not ring again.
    """
    if by.pk != to.pk and not may(by, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("With this key only calls at one's own telephone can be told of."))
    if state not in RingState.values or direction not in Direction.values:
        raise Invalid(_("There is no such state of a call."), field="state")
    now = timezone.now()
    Ring.objects.filter(at__lt=now - RINGS_KEPT).delete()
    shown = shown_phone(number) if is_phone(number) else ""
    values = {"number": shown[:MAX_NUMBER], "direction": direction}
    Ring.objects.get_or_create(user=to, external_id=storable(call_id)[:MAX_CALL_ID], defaults=values)
    ring = Ring.objects.select_for_update().get(user=to, external_id=storable(call_id)[:MAX_CALL_ID])
    if ring.state != RingState.ENDED:
        _turn(ring, state, shown, now)
    announce(CALL_RANG, f"user:{to.pk}")
    return ring


def _turn(ring: Ring, state: str, shown: str, now: datetime) -> None:
    ring.state = state if ring.state == RingState.RINGING or state == RingState.ENDED else ring.state
    ring.number = shown[:MAX_NUMBER] or ring.number
    if state == RingState.ANSWERED and ring.answered_at is None:
        ring.answered_at = now
    ring.save()


def dismiss_ring(user: User, pk: int) -> None:
    """The person has seen it: it goes from all their windows."""
    if Ring.objects.filter(user=user, pk=pk, dismissed_at=None).update(dismissed_at=timezone.now()):
        announce(CALL_RANG, f"user:{user.pk}")
