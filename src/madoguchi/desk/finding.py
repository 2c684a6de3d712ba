"""The page of search results put into words, and what continues a half-typed operator."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import active_users
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.conditions import label_word
from madoguchi.conversations.customers import complete_addresses_for
from madoguchi.conversations.field_search import field_called, is_field_operator, shown_name
from madoguchi.conversations.own import folders_of, live_statuses
from madoguchi.conversations.queries import all_tags, category_tree
from madoguchi.conversations.searching import Found, Results
from madoguchi.desk.finding_fields import Completion, field_completions, field_values_for, quoted
from madoguchi.desk.rows import channel_sign, family_name, status_word
from madoguchi.search.operators import (
    ASSIGNEE,
    CATEGORY,
    FOLDER,
    FROM,
    HAS,
    HAS_VALUES,
    INBOX,
    IS,
    IS_VALUES,
    NUMBER,
    PRIORITY,
    STATUS,
    TAG,
    TO,
    find_operator,
    operator_kind,
    suggest,
)
from madoguchi.search.queries import Order
from madoguchi.search.query import Operator
from madoguchi.ui.dates import Words, iso
from madoguchi.ui.rows import Sign

#: `search_conversations` counts no further.
MOST_COUNTED = 1000
#: Offered at once; more are typed further.
SHOWN = 8
#: Told when somebody asks for what there is not.
MOST_KNOWN = 20


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One conversation that was found."""

    href: str
    number: int
    status: str
    status_word: str
    name: str
    is_vip: bool
    subject: list[tuple[str, bool]]
    snippet: list[tuple[str, bool]]
    file: list[tuple[str, bool]]  #: the name of the file the piece is from; empty where it is the message's own
    when: str
    at: str
    channel: Sign
    inbox: str
    assignee: str
    tags: list[str]

    @property
    def status_icon(self) -> str:
        """The name of the status's shape in the sprite."""
        return f"s-{self.status}"


@dataclass(frozen=True, slots=True)
class Ordering:
    """One way to list the results."""

    href: str
    word: str
    current: bool
    icon: str = ""


@dataclass(slots=True)
class Finding:
    """Everything the page shows."""

    typed: str
    is_asked: bool
    amount: str
    is_near: bool
    understood: list[str]
    unknown: list[str]  #: conditions that there are not
    known: str  #: some that there are
    orders: list[Ordering]
    lines: list[FoundLine] = field(default_factory=list)
    more_url: str = ""


def build_finding(results: Results, words: Words, *, user: User, typed: str, order: Order) -> Finding:
    """The results in words."""
    return Finding(
        typed=typed,
        is_asked=not results.query.is_empty,
        amount=_("%(amount)s found") % {"amount": words.count(results.count, most=MOST_COUNTED)},
        is_near=results.is_near,
        understood=results.understood(lambda day: words.date(_noon(day, words))),
        unknown=[_as_typed(each) for each in results.unknown],
        known=_(", ").join(_known(user, [each.name for each in results.unknown])),
        orders=[_ordering(typed, each, order) for each in (Order.BEST, Order.NEWEST)],
        lines=[_line(found, words) for found in results.found],
    )


def _as_typed(operator: Operator) -> str:
    shown = label_word(operator) if is_field_operator(operator.name) else operator.name
    return f"{shown}:{operator.value}"


def _known(user: User, names: list[str]) -> list[str]:
    """Conditions that there are, for each name of one that there is not."""
    found: list[str] = []
    for name in dict.fromkeys(names):
        field = field_called(name) if is_field_operator(name) else None
        shown, values = (shown_name(field), field_values_for(field)) if field else (name, _values(user, name))
        found += [f"{shown}:{quoted(value)}" for value in values[:MOST_KNOWN]]
    return found


def _noon(day: date, words: Words) -> datetime:
    return datetime.combine(day, time(12), tzinfo=words.zone)


def _ordering(typed: str, order: Order, current: Order) -> Ordering:
    word = _("Best match first") if order is Order.BEST else _("Newest first")
    values = urlencode({"q": typed, "order": str(order)})
    return Ordering(f"{reverse('desk:search')}?{values}", word, order is current)


def _line(found: Found, words: Words) -> FoundLine:
    conversation = found.conversation
    return FoundLine(
        href=reverse("desk:message", args=[found.message_id]),
        number=conversation.pk,
        status=own.tone if (own := conversation.own_status) else conversation.status,
        status_word=own.word if own else status_word(conversation.status, is_side=conversation.side_of_id is not None),
        name=conversation.customer.label,
        is_vip=conversation.customer.is_vip,
        subject=found.subject or [(_("(No subject)"), False)],
        snippet=found.snippet,
        file=found.file.name if found.file else [],
        when=words.short(found.at),
        at=iso(found.at),
        channel=channel_sign(conversation.inbox.kind),
        inbox=conversation.inbox.name,
        assignee=family_name(conversation.assignee.name) if conversation.assignee else "",
        tags=[tag.name for tag in conversation.tags.all()],
    )


def completions(user: User, typed: str) -> list[Completion]:
    """What may stand in place of the last piece of `typed`; nothing while a plain word is written."""
    piece = typed[-1:].strip() and typed.replace("\u3000", " ").rsplit(" ", 1)[-1].replace("：", ":")
    name, colon, value = piece.removeprefix("-").partition(":")
    operator = find_operator(name) if colon else None
    if operator in (FROM, TO) and value.strip('"'):
        return _people(user, piece.partition(":")[0], value.strip('"'))
    if operator in (TAG, INBOX, STATUS, ASSIGNEE, PRIORITY, CATEGORY):
        minus = "-" if piece.startswith("-") else ""
        kind = operator_kind(operator)
        fitting = [each for each in _values(user, operator) if value.strip('"').casefold() in each.casefold()]
        return [Completion(f"{minus}{name}:{quoted(each)}", each, str(kind.label)) for each in fitting[:SHOWN]]
    own = field_completions(piece, limit=SHOWN)
    if colon and own:
        return own
    others = [Completion(each.insert, str(each.label), str(each.hint)) for each in suggest(piece, limit=SHOWN)]
    return (own[:SHOWN] + others)[:SHOWN] if name else others[: SHOWN - min(len(own), 2)] + own[:2]


def _people(user: User, begun: str, value: str) -> list[Completion]:
    """Customers by name or address; what is searched for is the address, which means only one of them."""
    found = complete_addresses_for(user, value)[:SHOWN]
    return [Completion(f"{begun}:{each.shown}", each.customer.label, each.shown) for each in found]


def _values(user: User, operator: str) -> list[str]:
    """What may stand behind an operator whose values can be counted."""
    return [str(value) for value in _VALUES[operator](user)]


_VALUES: dict[str, Callable[[User], Iterable[str | Promise]]] = {
    IS: lambda _user: IS_VALUES,
    HAS: lambda _user: HAS_VALUES,
    NUMBER: lambda _user: ["1234"],
    TAG: lambda _user: [tag.name for tag in all_tags()],
    INBOX: lambda user: [inbox.name for inbox in inboxes_of(user)],
    STATUS: lambda _user: [*(status.label for status in Status), *(own.word for own in live_statuses())],
    FOLDER: lambda user: [folder.name for folder in folders_of(user)],
    PRIORITY: lambda _user: [priority.label for priority in reversed(Priority)],
    CATEGORY: lambda _user: [each.name for main in category_tree() for each in (main, *main.children.all())],
    ASSIGNEE: lambda _user: ["me", "none", *(each.name for each in active_users())],
}
