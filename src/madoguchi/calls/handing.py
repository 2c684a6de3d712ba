"""Reads of messages to colleagues, and of what rings."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import RINGS_FOR, TALKS_FOR, RingState
from madoguchi.calls.models import Extension, Ring, Slip
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import Prepared
from madoguchi.core.prepared import Slot as Place

TO_ME, FROM_ME, ALL = "to_me", "from_me", "all"
WHOSE = (TO_ME, FROM_ME, ALL)
MOST_COUNTED = 99
_MOST_RINGS = 3


def slips_of(user: User, *, whose: str, is_answered: bool) -> QuerySet[Slip]:
    """Messages to colleagues that a person may see, the oldest unanswered or the newest answered first."""
    rows = Slip.objects.visible_to(user).select_related("conversation__customer", "sender", "recipient", "answered_by")
    if whose == TO_ME:
        rows = rows.filter(recipient=user)
    elif whose == FROM_ME:
        rows = rows.filter(sender=user)
    rows = rows.filter(answered_at__isnull=not is_answered)
    return rows.order_by("-pk") if is_answered else rows.order_by("pk")


def get_slip(user: User, pk: int) -> Slip:
    """One message a person may see; NotFound otherwise."""
    found = Slip.objects.visible_to(user).select_related("conversation", "sender", "recipient").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such message to a colleague, or you may not see it."))
    return found


def open_slips(user: User) -> QuerySet[Slip, int]:
    """The messages to a person that wait for an answer, as many as are counted."""
    return _OPEN(user=user.pk)


_OPEN: Prepared[QuerySet[Slip, int]] = Prepared(
    lambda: Slip.objects.filter(recipient=Place("user"), answered_at=None, withdrawn_at=None).values_list(
        "pk", flat=True
    )[:MOST_COUNTED]
)


def living_rings(user: User, now: datetime) -> list[Ring]:
    """What rings at a person's telephone or is being talked, and was not put away; three at most, the newest first."""
    rings = Q(state=RingState.RINGING, at__gt=now - RINGS_FOR)
    talks = Q(state=RingState.ANSWERED, answered_at__gt=now - TALKS_FOR)
    return list(Ring.objects.filter(rings | talks, user=user, dismissed_at=None).order_by("-pk")[:_MOST_RINGS])


def get_ring(user: User, pk: int) -> Ring:
    """One call at a person's own telephone; NotFound otherwise."""
    found = Ring.objects.filter(user=user, pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such call."))
    return found


def extension_of(user: User) -> str:
    """Under which number the telephone system knows a person, or nothing."""
    return Extension.objects.filter(user=user).values_list("number", flat=True).first() or ""
