"""The side panel: the customer, their related history, and what is noted about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import PAGE, conversations_of, related_history
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.desk.rows import channel_sign, status_word
from madoguchi.ui.dates import Words, iso
from madoguchi.ui.rows import Sign

CUSTOMER, HISTORY, NOTES = "customer", "history", "notes"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the panel."""

    href: str
    word: str
    current: bool
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """One address of the customer."""

    icon: str
    kind: str
    text: str
    warning: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """One of the customer's conversations."""

    href: str
    when: str
    channel: Sign
    subject: str
    status: str
    status_word: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One message of the related history, of whatever conversation."""

    href: str
    when: str
    at: str
    icon: str
    way: str
    subject: str
    excerpt: str
    who: str
    inbox: str
    number: int
    kind: str = ""  #: inbound, outbound, note


@dataclass(frozen=True, slots=True)
class Side:
    """Everything the panel shows of one tab."""

    tabs: list[Tab]
    tab: str
    customer: Customer
    since: str
    amount: int
    contacts: list[Contact]
    past: Sequence[Past]
    history: Sequence[HistoryLine] = ()
    more_url: str = ""
    number: int = 0


def build_side(user: User, conversation: Conversation, words: Words, tab: str, *, cursor: Cursor | None = None) -> Side:
    """One tab of the panel beside a conversation."""
    customer = conversation.customer  # whoever sees the conversation sees whose it is
    past = conversations_of(user, customer) if tab != HISTORY else []
    history = related_history(user, customer, before=cursor) if tab == HISTORY else []
    url = reverse("desk:side", args=[conversation.pk])
    more = f"{url}?tab=history&after={history_cursor(history[-1])}" if len(history) == PAGE else ""
    return Side(
        tabs=[
            Tab(f"{url}?tab={key}", word, key == tab)
            for key, word in ((CUSTOMER, _("Customer")), (HISTORY, _("Related history")), (NOTES, _("Notes")))
        ],
        tab=tab,
        customer=customer,
        since=words.short(customer.created_at),
        amount=len(past),
        contacts=contacts_of(customer, words),
        past=[past_line(each, words, conversation.pk) for each in past],
        history=[history_line(each, words) for each in history],
        more_url=more,
        number=conversation.pk,
    )


def history_cursor(message: Message) -> str:
    """Where the next page of the related history begins, as it stands in an address."""
    return str(Cursor(message.at, message.pk)).replace("+", "%2B")


def contacts_of(customer: Customer, words: Words) -> list[Contact]:
    """Where a customer can be reached."""
    contacts = []
    for identity in customer.identities.all():
        is_mail = identity.kind == IdentityKind.MAIL
        warning = ""
        if identity.bounced_at:
            warning = _("Mail came back on %(day)s") % {"day": words.short(identity.bounced_at)}
        icon, kind = ("mail", _("Mail")) if is_mail else ("phone", _("Phone number"))
        contacts.append(Contact(icon, kind, identity.shown, warning, identity.get_charset_display()))
    if customer.address:
        text = f"〒{customer.postal_code}\n{customer.address}" if customer.postal_code else customer.address
        contacts.append(Contact("truck", _("Address"), text))
    return contacts


def past_line(conversation: Conversation, words: Words, current: int | None = None) -> Past:
    """One of the customer's conversations."""
    return Past(
        href=reverse("desk:conversation", args=[conversation.pk]),
        when=words.short(conversation.last_message_at).partition("(")[0],
        channel=channel_sign(conversation.inbox.kind),
        subject=conversation.subject or _("(No subject)"),
        status=conversation.status,
        status_word=status_word(conversation.status),
        is_current=conversation.pk == current,
    )


def history_line(message: Message, words: Words) -> HistoryLine:
    """One message of the related history."""
    ways = {
        MessageKind.INBOUND: ("mail", _("Received")),
        MessageKind.OUTBOUND: ("reply", _("Sent")),
        MessageKind.NOTE: ("note", _("Internal note")),
    }
    icon, way = ways[MessageKind(message.kind)]
    return HistoryLine(
        href=reverse("desk:message", args=[message.pk]),
        when=words.short(message.at),
        at=iso(message.at),
        icon=icon,
        way=way,
        subject=message.subject or message.conversation.subject,
        excerpt=" ".join(message.text[:400].split())[:120],
        who=message.user.name if message.user else message.sender_name or message.sender_address,
        inbox=message.inbox.name,
        number=message.conversation_id,
        kind=message.kind,
    )
