"""Making and revoking the pages of guests; answering is `flows.guests`, since an answer comes in by the one door."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.contract import Address
from madoguchi.conversations.guests import NotForOne, hash_of, is_for, leads_to_page, living_page, token_of
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Attachment, Conversation, GuestLink, Message
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import NotAllowed
from madoguchi.events.record import record

GUEST_LINK_MADE = "guest_link_made"
GUEST_LINK_REVOKED = "guest_link_revoked"
#: How long a guest may take; who needs longer is asked again.
VALID_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a guest sees besides the question: nothing but this."""

    messages: Sequence[Message] = ()
    files: Sequence[Attachment] = ()


@transaction.atomic
def make_guest_link(side: Conversation, to: Address, shared: Shared, *, user: User) -> GuestLink:
    """Make the page of a request; its link leaves with the request's mails, links made before end."""
    _check_right(user)
    end_links(side)
    nonce = secrets.token_hex(16)
    link = GuestLink.objects.create(
        side=side,
        address=to.email,
        name=to.name[:300],
        nonce=nonce,
        token_hash=nonce,  # until the number is known, of which the link is made
        made_by=user,
        expires_at=timezone.now() + VALID_FOR,
    )
    GuestLink.objects.filter(pk=link.pk).update(token_hash=hash_of(token_of(link)))
    link.messages.set(shared.messages)
    link.files.set(shared.files)
    data = {"messages": [each.pk for each in shared.messages], "files": [each.pk for each in shared.files]}
    record(GUEST_LINK_MADE, side.event_subject, by=user.actor, scope_id=side.inbox_id, data=data)
    return link


def give_page(side: Conversation, letter: Letter, *, user: User, message: Message | None = None) -> None:
    """Make the page of a request anew for the one to whom its mail goes now; the link of whoever it was for ends.

    `NotForOne` for several. Nothing where there is no living page, where it is theirs already, and for later mails
    that do not lead to it.
    """
    link = living_page(side.pk) if side.side_of_id is not None else None
    people = {fold_address(each.email): each for each in (*letter.to, *letter.cc, *letter.bcc)}
    if link is None or is_for(link, people):
        return
    if not leads_to_page(side.pk, letter.text, letter.html, message=message.pk if message else 0):
        return
    if len(people) > 1:
        raise NotForOne
    shared = Shared(list(link.messages.all()), list(link.files.all()))
    make_guest_link(side, next(iter(people.values())), shared, user=user)


@transaction.atomic
def revoke_guest_links(side: Conversation, *, user: User) -> int:
    """End the pages of a request; how many lived."""
    _check_right(user)
    ended = end_links(side)
    if ended:
        record(GUEST_LINK_REVOKED, side.event_subject, by=user.actor, scope_id=side.inbox_id)
    return ended


def end_links(side: Conversation) -> int:
    """End what lives."""
    living = GuestLink.objects.filter(side=side, revoked_at=None, answered_at=None, expires_at__gt=timezone.now())
    return living.update(revoked_at=timezone.now())


def _check_right(user: User) -> None:
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to reply. Ask an administrator."))
