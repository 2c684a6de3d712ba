"""The one timeline of a person put into words: lines below their days, and what is open above them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.conversations.asking import state_of_request
from madoguchi.customers.models import RecordChange
from madoguchi.desk.callback_lines import slot_word
from madoguchi.desk.customer_kept import change_lines
from madoguchi.desk.rows import channel_sign, status_word
from madoguchi.flows.timeline.entry import Entry, Kind, Place
from madoguchi.flows.timeline.summary import MOST_CONTACTS, SHOWN, Summary
from madoguchi.ui.dates import Words, iso

ICONS = {
    Kind.RECEIVED: "mail", Kind.SENT: "reply", Kind.CALL: "phone", Kind.NOTE: "note", Kind.REQUEST: "forward",
    Kind.CALLBACK: "clock", Kind.SLIP: "phrase", Kind.PROMISE: "promise", Kind.ORDER: "box",
    Kind.CASE: "shield",
    Kind.SUBSCRIPTION: "refresh", Kind.CONTRACT: "signature", Kind.RECORD: "user", Kind.MERGE: "merge",
}  # fmt: skip
#: How an entry is tinted, as in a conversation: the customer's words are the loudest.
_TONES = {Kind.RECEIVED: "customer", Kind.SENT: "ours", Kind.CALL: "call", Kind.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, closed."""

    key: str
    url: str  #: of the whole of it
    kind: str
    tone: str
    icon: str
    word: str  #: what it is
    title: str
    excerpt: str
    facts: str  #: who, where, number
    state: str
    is_red: bool
    time: str
    at: str
    full: str
    day: str  #: of the first entry of a day
    day_id: str
    whose: str  #: where a timeline is that of several people
    whose_url: str


def timeline_lines(
    entries: Sequence[Entry], user: User, words: Words, *, after: Place | None = None, people: Mapping[int, str]
) -> list[Line]:
    """Entries in words; `after` is the place of the line that stands before them, `people` whose they may be."""
    changes = _changes(entries, user, words)
    day, lines = words.day(after.at) if after else "", []
    for entry in entries:
        today = words.day(entry.at)
        lines.append(_line(entry, words, changes, day=today if today != day else "", people=people))
        day = today
    return lines


def _line(entry: Entry, words: Words, changes: Mapping[str, str], *, day: str, people: Mapping[int, str]) -> Line:
    number = f"#{entry.conversation}" if entry.conversation else ""
    channel = channel_sign(entry.channel).word if entry.kind in (Kind.RECEIVED, Kind.SENT) else ""
    facts = "・".join(part for part in (entry.who, channel, entry.inbox, number) if part)
    whose = people.get(entry.customer, "") if len(people) > 1 else ""
    owner = entry.customer if len(people) > 1 else next(iter(people), entry.customer)
    return Line(
        key=entry.key, url=reverse("desk:timeline-entry", args=[owner, entry.rank, entry.id]),
        kind=str(entry.kind), tone=_TONES.get(entry.kind, "quiet"), icon=ICONS[entry.kind],
        word=str(entry.kind.label), title=entry.title or _("(No subject)"),
        excerpt=entry.summary or changes.get(entry.key, ""), facts=facts, state=entry.state, is_red=entry.is_red,
        time=words.time(entry.at), at=iso(entry.at), full=words.full(entry.at), day=day, day_id=day_id(entry),
        whose=whose, whose_url=reverse("desk:timeline", args=[entry.customer]) if whose else "",
    )  # fmt: skip


def day_id(entry: Entry) -> str:
    """The id of the line of a day that begins with this entry."""
    return f"day-{entry.key}"


def _changes(entries: Iterable[Entry], user: User, words: Words) -> dict[str, str]:
    """What changed in records, in one line each."""
    told = [(each.key, each.row) for each in entries if isinstance(each.row, RecordChange)]
    rows = [row for _key, row in told if isinstance(row, RecordChange)]
    if not rows:
        return {}
    lines = change_lines(rows, words, user)
    return {key: _in_short(line.parts) for (key, _row), line in zip(told, lines, strict=True)}


def _in_short(parts: Iterable[tuple[str, str, str]]) -> str:
    said = []
    for field, before, after in parts:
        values = " → ".join(value for value in (before, after) if value)
        said.append(": ".join(part for part in (field, values) if part))
    return " / ".join(said)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is open."""

    href: str
    icon: str
    kind: str
    text: str
    state: str
    when: str
    who: str
    is_red: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list."""

    matters: list[Matter]
    has_more: bool
    last: str
    last_full: str
    last_how: str
    contacts: str


def head_of(summary: Summary, words: Words) -> Head:
    """The open matters, the most pressing kinds first, and when one was last in touch."""
    records = (summary.cases, summary.orders)
    lists = (summary.callbacks, summary.promises, summary.talks, summary.slips, summary.requests, *records)
    last = summary.last
    how = " ".join((str(last.kind.label), last.who)) if last else ""
    return Head(
        matters=list(_matters(summary, words)),
        has_more=any(len(each) > SHOWN for each in lists),
        last=words.date(last.at) if last else _("None yet"),
        last_full=words.full(last.at) if last else "",
        last_how=how,
        contacts=words.count(summary.contacts, most=MOST_CONTACTS),
    )


def _matters(summary: Summary, words: Words) -> Iterable[Matter]:
    for call in summary.callbacks[:SHOWN]:
        yield Matter(
            _talk(call.conversation_id), "clock", _("Callback"), call.topic or call.name or call.number,
            str(call.get_state_display()), slot_word(call.starts_at, call.ends_at, words),
            call.owner.name if call.owner else "", call.is_red,
        )  # fmt: skip
    for promise in summary.promises[:SHOWN]:
        yield Matter(
            _talk(promise.conversation_id), "promise", _("Promise"), promise.words, str(promise.get_state_display()),
            words.due(promise.due_at), promise.owner.name if promise.owner else "", promise.is_red,
        )  # fmt: skip
    for case in summary.cases[:SHOWN]:
        yield Matter(
            reverse("desk:case", args=[case.pk]), "alert", str(case.get_kind_display()), case.title,
            str(case.get_state_display()), words.short(case.received_at), case.owner.name,
        )  # fmt: skip
    for talk in summary.talks[:SHOWN]:
        is_late = talk.due_at is not None and talk.due_at <= words.now
        yield Matter(
            _talk(talk.pk), f"s-{talk.status}", _("Inquiry"), talk.subject or _("(No subject)"),
            status_word(talk.status), words.due(talk.due_at) if talk.due_at else words.short(talk.last_message_at),
            talk.assignee.name if talk.assignee else "", is_late,
        )  # fmt: skip
    for slip in summary.slips[:SHOWN]:
        yield Matter(
            _talk(slip.conversation_id), "phrase", _("Message to a colleague"), str(slip.get_wish_display()),
            _("Not answered"), words.short(slip.made_at), slip.recipient.name,
        )  # fmt: skip
    for asked in summary.requests[:SHOWN]:
        yield Matter(
            _talk(asked.pk), "forward", _("Request to others"), asked.subject, state_of_request(asked),
            words.short(asked.last_message_at), asked.customer.label,
        )  # fmt: skip
    for order in summary.orders[:SHOWN]:
        yield Matter(
            f"{reverse('desk:customer', args=[order.customer_id])}?tab=orders#order-{order.pk}", "box",
            str(Kind.ORDER.label), order.number, order.state_words or str(order.get_state_display()),
            words.date(order.ordered_at) if order.ordered_at else "", order.channel,
        )  # fmt: skip


def _talk(number: int) -> str:
    return reverse("desk:conversation", args=[number])
