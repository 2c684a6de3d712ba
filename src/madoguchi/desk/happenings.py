"""What happened between two messages, folded to one line, with the way back where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.conversations.ways_back import WayBack
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.sentences import Names, sentence
from madoguchi.events.models import Event
from madoguchi.ui.dates import Words, iso

#: The folded line says the newest of it.
_SUMMARY_CHARS = 160


@dataclass(frozen=True, slots=True)
class Back:
    """The way back in words."""

    step: int
    word: str
    title: str  #: the question before it is done
    text: str
    is_undone: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event inside a group."""

    time: str
    text: str
    back: Back | None = None


@dataclass(frozen=True, slots=True)
class EventsEntry:
    """Events between two messages, folded to one line."""

    id: int
    time: str
    at: str
    summary: str
    lines: list[EventLine]
    back: Back | None = None  #: of the only one
    kind: str = "events"


def events_entry(events: Sequence[Event], words: Words, names: Names, ways: Mapping[int, WayBack]) -> EventsEntry:
    """These events as one entry; one alone is said in full."""
    lines = [EventLine(words.time(each.at), sentence(each, names), _back(ways.get(each.pk))) for each in events]
    first, at = lines[0], events[0].at
    if len(lines) == 1:
        return EventsEntry(events[0].pk, first.time, iso(at), first.text, [], first.back)
    amount = ngettext("%(n)d change", "%(n)d changes", len(lines)) % {"n": len(lines)}
    summary = _("%(amount)s: %(what)s") % {"amount": amount, "what": _latest([line.text for line in lines])}
    return EventsEntry(events[0].pk, first.time, iso(at), summary, lines)


def _latest(texts: Sequence[str]) -> str:
    """As many as fit, in their order; where some are left out they are the oldest, and three dots stand for them."""
    kept: list[str] = []
    for text in reversed(texts):
        if kept and sum(map(len, kept)) + len(text) > _SUMMARY_CHARS:
            return _("… %(what)s") % {"what": _(", ").join(kept)}
        kept.insert(0, text if len(text) <= _SUMMARY_CHARS else f"{cut_whole(text, _SUMMARY_CHARS - 1)}…")
    return _(", ").join(kept)


def _back(way: WayBack | None) -> Back | None:
    if way is None:
        return None
    word, title, text = _words()[way.kind]
    return Back(way.step, word, title, text, way.is_undone, way.why_not)


def _words() -> dict[str, tuple[str, str, str]]:
    return {
        "merge": (
            _("Undo the merge"),
            _("Undo this merge?"),
            _("The messages go back to where they came from; status, assignee and priority are as before the merge."),
        ),
        "split": (
            _("Undo the split"),
            _("Undo this split?"),
            _("All messages of the new conversation come back to the old one, later ones too."),
        ),
        "move": (
            _("Undo the move"),
            _("Undo this move?"),
            _("The message goes back to where it was, with the answers to it."),
        ),
        "link": (_("Undo the link"), _("Undo this link?"), _("The conversations are not linked any more.")),
        "unlink": (_("Link them again"), _("Link them again?"), _("The link is as it was before.")),
    }
