"""The side panel: the customer, their related history, and what is noted about them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.asking import unread_beside
from madoguchi.conversations.beside import addresses_beside, tags_beside
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.filters import Cursor
from madoguchi.conversations.links import link_rows
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.phone_memos import is_phone_memo
from madoguchi.conversations.queries import PastRow, identities_beside, past_beside
from madoguchi.core.together import fetch_together
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import first_words
from madoguchi.customers.models import Customer, Identity, PostalAddress
from madoguchi.customers.phones import is_odd
from madoguchi.desk.asides import Asides, asides_of
from madoguchi.desk.guiding import Guides, guides_of
from madoguchi.desk.linked import LinkedLines, links_beside
from madoguchi.desk.order_lines import OrderPanel, order_panel
from madoguchi.desk.own_fields import OwnFieldReads, OwnFields
from madoguchi.desk.own_parts import OwnPart, OwnPartReads
from madoguchi.desk.rows import channel_sign, status_word
from madoguchi.desk.timeline_lines import Line, timeline_lines
from madoguchi.flows.timeline.entry import Entry, Place
from madoguchi.flows.timeline.reading import page_of
from madoguchi.ui.dates import Words, iso
from madoguchi.ui.rows import Sign

GUIDES = "guides"
CUSTOMER, HISTORY, NOTES, ASIDES, ORDERS = "customer", "history", "notes", "asides", "orders"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the panel."""

    href: str
    word: str
    current: bool
    icon: str = ""
    key: str = ""
    is_new: bool = False  #: something came that nobody has looked at


@dataclass(frozen=True, slots=True)
class Contact:
    """One address of the customer."""

    icon: str
    kind: str
    text: str
    warning: str = ""
    remark: str = ""
    label: str = ""
    is_primary: bool = False
    is_verified: bool = False
    identity: int | None = None
    address: int | None = None
    reached: str = ""  #: the kind of identity, by which it is masked


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
    honorific: str
    since: str
    amount: int
    contacts: list[Contact]
    past: Sequence[Past]
    history: Sequence[HistoryLine] = ()
    more_url: str = ""
    number: int = 0
    can_change: bool = False  #: the record of the customer
    links: LinkedLines | None = None
    own: OwnFields | None = None  #: the custom fields of the conversation
    facts: Sequence[OwnPart] = ()  #: the custom fields of the customer
    tags: Sequence[str] = ()
    asides: Asides | None = None
    guides: Guides | None = None
    orders: OrderPanel | None = None


class SideReads:
    """What the panel beside a conversation is made of, to be fetched together with the conversation."""

    def __init__(self, user: User, number: int, tab: str, *, order: str = "") -> None:
        self.user, self.tab, self.order = user, tab, order
        self._past = [past_beside(user, number)] if tab == CUSTOMER else []
        self._identities = identities_beside(number)
        self._links = [link_rows(number)] if tab == CUSTOMER else []
        self._own = OwnFieldReads(user, number) if tab == CUSTOMER else None
        self._facts = OwnPartReads(user, number) if tab == CUSTOMER else None
        self._addresses = [addresses_beside(number)] if tab == CUSTOMER else []
        self._tags = [tags_beside(number)] if tab == CUSTOMER else []
        self._unread = unread_beside(user, number)

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        own = (*self._own.asked, *self._facts.asked) if self._own and self._facts else ()
        return *self._past, self._identities, *self._addresses, *self._tags, *self._links, self._unread, *own

    def side(self, conversation: Conversation, words: Words, *, before: Place | None = None) -> Side:
        """One tab of the panel; whoever sees the conversation sees whose it is."""
        contacts = contacts_of(self._identities, (each for rows in self._addresses for each in rows), words)
        past = [past_line(row, words, conversation.pk) for rows in self._past for row in rows]
        panel = _side(self.user, conversation, words, self.tab, past, contacts)
        if self.tab == HISTORY:
            panel = _with_history(panel, self.user, words, before)
        links = [links_beside(self.user, conversation.pk, rows) for rows in self._links]
        own = self._own.section(conversation) if self._own else None
        facts = self._facts.parts() if self._facts else []
        tags = [tag.name for rows in self._tags for tag in rows]
        asides = asides_of(self.user, conversation, words) if self.tab == ASIDES else None
        guides = guides_of(self.user, conversation, words) if self.tab == GUIDES else None
        orders = order_panel(self.user, conversation, words, opened=self.order) if self.tab == ORDERS else None
        if self.tab != ASIDES and len(self._unread):
            tabs = [replace(tab, is_new=tab.key == ASIDES) for tab in panel.tabs]
            panel = replace(panel, tabs=tabs)
        panel = replace(panel, asides=asides, guides=guides, orders=orders)
        return replace(panel, links=links[0] if links else None, own=own, facts=facts, tags=tags)


def build_side(
    user: User, conversation: Conversation, words: Words, tab: str, *, before: Place | None = None, order: str = ""
) -> Side:
    """One tab of the panel beside a conversation that has been read already; `order` is the number to open."""
    reads = SideReads(user, conversation.pk, tab, order=order)
    fetch_together(*reads.asked)
    return reads.side(conversation, words, before=before)


def _side(
    user: User,
    conversation: Conversation,
    words: Words,
    tab: str,
    past: Sequence[Past],
    contacts: list[Contact],
) -> Side:
    customer = conversation.customer
    url = reverse("desk:side", args=[conversation.pk])
    return Side(
        tabs=[
            Tab(f"{url}?tab={key}", word, key == tab, key=key)
            for key, word in (
                (CUSTOMER, _("Customer")),
                (HISTORY, pgettext("side panel", "History")),
                (ORDERS, pgettext("side panel", "Orders")),
                (NOTES, _("Notes")),
                (ASIDES, pgettext("to others", "Requests")),
                (GUIDES, _("Guides")),
            )
        ],
        tab=tab,
        customer=customer,
        honorific=conversation.honorific,
        since=words.date(customer.created_at),
        amount=len(past),
        contacts=contacts,
        past=past,
        number=conversation.pk,
        can_change=may(user, Permission.REPLY),
    )


def _with_history(panel: Side, user: User, words: Words, before: Place | None) -> Side:
    """The customer's timeline in short, of whatever kind and conversation."""
    page = page_of(user, [panel.customer.pk], before=before)
    people = {panel.customer.pk: panel.customer.label}
    lines = timeline_lines(page.entries, user, words, people=people)
    shorts = [_short_line(line, entry, words) for line, entry in zip(lines, page.entries, strict=True)]
    url = reverse("desk:side", args=[panel.number])
    more = f"{url}?tab=history&after={page.entries[-1].place}" if page.has_more else ""
    return replace(panel, history=shorts, more_url=more)


def _short_line(line: Line, entry: Entry, words: Words) -> HistoryLine:
    return HistoryLine(
        href=reverse("desk:message", args=[entry.id]) if isinstance(entry.row, Message) else line.url,
        when=words.short(entry.at),
        at=line.at,
        icon=line.icon,
        way=line.word,
        subject=line.title,
        excerpt=line.excerpt,
        who="・".join(part for part in (line.state, entry.who) if part),
        inbox=entry.inbox,
        number=entry.conversation or 0,
    )


def history_cursor(message: Message) -> str:
    """Where the next page of the related history begins, as it stands in an address."""
    return str(Cursor(message.at, message.pk)).replace("+", "%2B")


def contacts_of(identities: Iterable[Identity], addresses: Iterable[PostalAddress], words: Words) -> list[Contact]:
    """Where a customer can be reached, by kind, what to use first before the rest."""
    order = {kind: place for place, kind in enumerate(IdentityKind)}
    known = sorted(
        filter(attrgetter("shown"), identities),
        key=lambda each: (order[IdentityKind(each.kind)], not each.is_usable, not each.is_primary, each.pk),
    )
    count = Counter(each.kind for each in known)
    places = sorted(addresses, key=lambda each: (not each.is_primary, each.pk))
    return [
        *(_reached(each, words, is_one_of_many=count[each.kind] > 1) for each in known),
        *(_sent_to(each, is_one_of_many=len(places) > 1) for each in places),
    ]


def _sent_to(address: PostalAddress, *, is_one_of_many: bool) -> Contact:
    is_first = address.is_primary and is_one_of_many
    return Contact("truck", _("Address"), address.text, label=address.label, is_primary=is_first, address=address.pk)


def _reached(identity: Identity, words: Words, *, is_one_of_many: bool) -> Contact:
    warning = ""
    if identity.bounced_at:
        warning = _("Mail came back on %(day)s") % {"day": words.short(identity.bounced_at)}
    elif not identity.is_valid:
        warning = _("Not in use any more")
    is_odd_phone = identity.kind == IdentityKind.PHONE and is_odd(identity.shown)
    kind = _("Mail") if identity.kind == IdentityKind.MAIL else identity.get_kind_display()
    return Contact(
        {IdentityKind.MAIL: "mail", IdentityKind.PHONE: "phone"}.get(IdentityKind(identity.kind), "chat"),
        kind,
        identity.text,
        warning,
        _("Please check the number") if is_odd_phone else identity.get_charset_display(),
        label=identity.label,
        is_primary=identity.is_primary and is_one_of_many,
        is_verified=identity.verified_at is not None,
        identity=identity.pk,
        reached=identity.kind,
    )


def past_line(row: PastRow, words: Words, current: int | None = None) -> Past:
    """One of the customer's conversations."""
    number, at, channel, subject, status = row
    return Past(
        href=f"/c/{number}",
        when=words.short(at).partition("(")[0],
        channel=channel_sign(channel),
        subject=subject or _("(No subject)"),
        status=status,
        status_word=status_word(status),
        is_current=number == current,
    )


def history_line(message: Message, words: Words) -> HistoryLine:
    """One message of the related history."""
    ways = {
        MessageKind.INBOUND: ("mail", _("Received")),
        MessageKind.OUTBOUND: ("reply", _("Sent")),
        MessageKind.NOTE: ("note", _("Internal note")),
    }
    icon, way = ("phone", _("Phone memo")) if is_phone_memo(message) else ways[MessageKind(message.kind)]
    return HistoryLine(
        href=reverse("desk:message", args=[message.pk]),
        when=words.short(message.at),
        at=iso(message.at),
        icon=icon,
        way=way,
        subject=message.subject or message.conversation.subject,
        excerpt=first_words(message.text, 120),
        who=message.user.name if message.user else message.sender_name or message.sender_address,
        inbox=message.inbox.name,
        number=message.conversation_id,
        kind=message.kind,
    )
