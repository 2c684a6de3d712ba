"""Customers ask to be called, in a form or a chat: a conversation of their own begins, and the callback stands in it.

Whose the number is, is taken as mail takes its From: it finds a customer and proves nothing. What else they type stays
words of theirs: nothing is added to a customer, no mail leaves, and no open conversation is joined.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calls.actions.callbacks import Wanted, enter_request, request_callback
from madoguchi.calls.choices import BY_CUSTOMERS, MAX_NAME, MAX_NUMBER, MAX_TOPIC, CallbackState, Source
from madoguchi.calls.models import Callback
from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.channels.hours import zone_of
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.receiving import Received, add_inbound_messages
from madoguchi.conversations.audience import who_may_see
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.storable import storable
from madoguchi.customers.actions import identify_customer
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import cut_whole, first_words
from madoguchi.customers.models import Identity
from madoguchi.customers.phones import is_phone, shown_phone

MAX_ADDRESS = 254
#: Among the warnings of a message: anybody can have written it.
PUBLIC_FORM = "public_form"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed who wants to be called."""

    number: str
    starts_at: datetime
    name: str = ""
    topic: str = ""
    email: str = ""  #: only shown: nothing is sent there
    language: str = "ja"
    source: str = Source.FORM
    owner: User | None = None  #: who is told and calls


@transaction.atomic
def ask_for_call(inbox: Inbox, asked: Asked) -> Callback:
    """Enter what a customer asked for; SlotTaken when the half hour is not free. The same again is the same callback.

    The number is locked first, so that a doubled click finds what the first one made.
    """
    number, identity = _identified(asked)
    rows = Callback.objects.filter(conversation__inbox=inbox, number=number, starts_at=asked.starts_at)
    before = rows.filter(state=CallbackState.OPEN, source__in=BY_CUSTOMERS).first()
    if before is not None:
        return before
    conversation = _open(inbox, identity, asked, number)
    owner = asked.owner if asked.owner and who_may_see(conversation.pk, [asked.owner]) else None
    return enter_request(conversation, _wanted(asked, number, owner))


@transaction.atomic
def ask_for_call_as(inbox: Inbox, asked: Asked, *, user: User) -> Callback:
    """The same for a program of ours. What an agent or a caller asks for may be at any time, and somebody owns it."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    if asked.source in BY_CUSTOMERS:
        return ask_for_call(inbox, asked)
    number, identity = _identified(asked)
    conversation = _open(inbox, identity, asked, number)
    return request_callback(conversation, _wanted(asked, number, asked.owner), user=user)


def _identified(asked: Asked) -> tuple[str, Identity]:
    if not is_phone(asked.number.strip()):
        raise Invalid(_("Write the phone number to call back."), field="number")
    number = shown_phone(asked.number)[:MAX_NUMBER]
    name = _line(asked.name, MAX_NAME)
    return number, identify_customer(IdentityKind.PHONE, number, name=name, language=asked.language)


def _wanted(asked: Asked, number: str, owner: User | None) -> Wanted:
    return Wanted(number, asked.starts_at, name=asked.name, topic=asked.topic, owner=owner, source=asked.source)


def _open(inbox: Inbox, identity: Identity, asked: Asked, number: str) -> Conversation:
    """A conversation of its own that says what was typed, in the language of the 窓口."""
    with override(inbox.language):
        text = _words(inbox, asked, number)
        subject = first_words(_line(asked.topic, MAX_TOPIC), 60) or _("Please call me back")
    key = f"call-{secrets.token_hex(16)}@{settings.BASE_URL.partition('://')[2]}"
    inbound = InboundMessage(
        external_id=key,
        sender=Address("", _line(asked.name, MAX_NAME)),
        subject=subject,
        text=text,
        fingerprint=hashlib.sha256(key.encode()).hexdigest(),
        language=asked.language,
        warnings=(PUBLIC_FORM,) if asked.source in BY_CUSTOMERS else (),
    )
    message = add_inbound_messages([Received(inbound, identity, inbox, None, timezone.now())])[0]
    return message.conversation


def _words(inbox: Inbox, asked: Asked, number: str) -> str:
    at = asked.starts_at.astimezone(zone_of(inbox))
    lines = (
        (_("What it is about"), _line(asked.topic, MAX_TOPIC)),
        (_("Name"), _line(asked.name, MAX_NAME)),
        (_("Phone number"), number),
        (_("Mail address"), _line(asked.email, MAX_ADDRESS)),
        (_("Wished time"), f"{at:%Y-%m-%d %H:%M}"),
    )
    return "\n".join([_("Please call me back."), "", *(f"{word}: {said}" for word, said in lines if said)])


def _line(text: str, most: int) -> str:
    return cut_whole(storable(" ".join(text[: most * 4].split())), most)
