"""One entry of a timeline, opened in its place: the whole text of a message, the facts of everything else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.models import Callback, Slip
from madoguchi.cases.models import Case
from madoguchi.commerce.models import Contract, Order, Subscription
from madoguchi.commerce.queries import get_order
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import get_message
from madoguchi.customers.models import Customer, CustomerMerge, RecordChange
from madoguchi.desk.bodies import SHOWN_CHARS, Block, blocks_of, note_blocks
from madoguchi.desk.callback_lines import slot_word
from madoguchi.desk.customer_kept import change_lines
from madoguchi.desk.entries import FileEntry, file_entry
from madoguchi.desk.order_lines import OrderCard, order_cards
from madoguchi.desk.parties import towards
from madoguchi.flows.timeline.entry import Entry
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything about one entry."""

    href: str  #: where it is at home
    word: str  #: on the link there
    blocks: Sequence[Block] = ()
    language: str = "ja"
    is_cut: bool = False
    towards: str = ""
    files: Sequence[FileEntry] = ()
    facts: Sequence[tuple[str, str]] = ()
    card: OrderCard | None = None
    message: int = 0


def whole_of(entry: Entry, user: User, words: Words) -> Whole:
    """What an entry says when it is opened."""
    row = entry.row
    match row:
        case Message():
            return _message(get_message(user, row.pk), words)
        case Order():
            return _order(get_order(user, row.pk), entry, words)
        case Subscription() | Contract():
            return _of_record(entry, "contracts", _("Contracts and subscriptions"), _purchase(entry, words))
        case RecordChange() | CustomerMerge() | Customer():
            return _of_record(entry, "changes", _("Changes of the record"), _record(row, user, words))
        case Case():
            people = _(", ").join(each.name for each in (row.owner, row.second) if each)
            facts = [(_("Responsible"), people), (_("State"), entry.state)]
            return Whole(reverse("desk:case", args=[row.pk]), str(row.get_kind_display()), facts=facts)
    return _of_talk(entry, words)


def _of_record(entry: Entry, tab: str, word: str, facts: Sequence[tuple[str, str]]) -> Whole:
    url = reverse("desk:customer", args=[entry.customer])
    return Whole(f"{url}?tab={tab}", word, facts=facts)


def _order(order: Order, entry: Entry, words: Words) -> Whole:
    cards = order_cards([order], words, about=order.customer) if order.customer else []
    return replace(_of_record(entry, "orders", _("All orders"), ()), card=cards[0] if cards else None)


def _message(message: Message, words: Words) -> Whole:
    is_note = message.kind == MessageKind.NOTE
    return Whole(
        href=reverse("desk:message", args=[message.pk]),
        word=_("Open in the conversation"),
        blocks=note_blocks(message, SHOWN_CHARS) if is_note else blocks_of(message, SHOWN_CHARS),
        language=message.language or message.conversation.language or "ja",
        is_cut=len(message.text) > SHOWN_CHARS,
        towards="" if is_note else towards(message),
        files=[file_entry(each, words) for each in message.attachments.all()],
        message=message.pk,
    )


def _of_talk(entry: Entry, words: Words) -> Whole:
    row = entry.row
    match row:
        case Callback():
            facts = _callback(row, words)
        case Slip():
            facts = _slip(row, words)
        case Conversation():
            facts = [(_("Asked"), entry.who), (_("State"), entry.state), (_("Last"), row.preview)]
        case _:
            facts = _promise(entry, words)
    url = reverse("desk:conversation", args=[entry.conversation])
    return Whole(url, _("Open the conversation"), facts=[(word, text) for word, text in facts if text])


def _callback(row: Callback, words: Words) -> list[tuple[str, str]]:
    tries = "\n".join(
        f"{words.short(each.at)} {each.get_outcome_display()} {each.note}".strip() for each in row.attempts.all()
    )
    return [
        (_("When"), slot_word(row.starts_at, row.ends_at, words)),
        (_("Phone number"), row.number),
        (_("Name"), row.name),
        (_("About"), row.topic),
        (_("Who calls"), row.owner.name if row.owner else ""),
        (_("State"), str(row.get_state_display())),
        (_("Attempts"), tries),
        (_("Reason"), row.reason),
    ]


def _slip(row: Slip, words: Words) -> list[tuple[str, str]]:
    answered = words.full(row.answered_at) if row.answered_at else ""
    return [
        (_("From"), row.sender.name),
        (_("To"), row.recipient.name),
        (_("Text"), row.text),
        (_("Answer"), row.answer),
        (_("Answered"), answered),
    ]


def _promise(entry: Entry, words: Words) -> list[tuple[str, str]]:
    row = vars(entry.row)
    return [
        (_("Promise date"), words.due(row["due_at"])),
        (_("Responsible"), entry.who),
        (_("State"), entry.state),
        (_("Decided"), words.full(row["decided_at"]) if row["decided_at"] else ""),
        (_("Reason"), row["reason"]),
    ]


def _purchase(entry: Entry, words: Words) -> list[tuple[str, str]]:
    row = vars(entry.row)
    facts = [(_("Number"), row["number"]), (_("State"), entry.state), (_("On"), words.date(entry.at))]
    return [(word, text) for word, text in [*facts, (_("Reason"), row["end_reason"])] if text]


def _record(row: RecordChange | CustomerMerge | Customer, user: User, words: Words) -> list[tuple[str, str]]:
    match row:
        case RecordChange():
            [line] = change_lines([row], words, user)
            parts = [(field or line.what, " → ".join(filter(None, (old, new)))) for field, old, new in line.parts]
            return [*parts, (_("By"), row.by_label)]
        case CustomerMerge():
            return [(_("Went into this record"), row.other_label), (_("By"), row.by_label)]
        case Customer():
            return [(_("Name"), row.label), (_("Number"), str(row.pk))]
