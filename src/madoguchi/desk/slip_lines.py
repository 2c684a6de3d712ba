"""Messages to colleagues and ringing telephones put into words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import RingState, Wish
from madoguchi.calls.models import Ring, Slip
from madoguchi.calls.queries import caller, callers
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One message."""

    pk: int
    number: int
    at: str
    sender: str
    recipient: str
    wish: str
    text: str
    about: str
    answer: str
    by_mail: bool
    is_open: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class RingCard:
    """One call at one's telephone."""

    pk: int
    word: str
    number: str
    names: str
    matter: str


def slip_line(slip: Slip, user: User, words: Words) -> SlipLine:
    """One message in words."""
    answer = ""
    if slip.answered_at:
        done = slip.answer or _("Done")
        by = slip.answered_by.name if slip.answered_by else ""
        answer = " ".join(filter(None, (done, by, words.short(slip.answered_at))))
    return SlipLine(
        pk=slip.pk,
        number=slip.conversation_id,
        at=words.short(slip.made_at),
        sender=slip.sender.name,
        recipient=slip.recipient.name,
        wish=str(Wish(slip.wish).label),
        text=slip.text,
        about=f"{slip.conversation.customer.label} {slip.conversation.subject}",
        answer=answer,
        by_mail=slip.by_mail,
        is_open=slip.answered_at is None,
        is_mine=slip.sender_id == user.pk,
    )


def ring_card(ring: Ring, user: User) -> RingCard:
    """Who calls, as far as the number says, and what they asked last."""
    found = callers(user, ring.number)
    matters = caller(user, found[0]).matters[:1] if len(found) == 1 else []
    return RingCard(
        pk=ring.pk,
        word=_("Talking") if ring.state == RingState.ANSWERED else str(ring.get_direction_display()),
        number=ring.number,
        names=_(", ").join(each.label for each in found),
        matter=matters[0].subject if matters else "",
    )
