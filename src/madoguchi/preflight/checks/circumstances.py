"""Checks 12, 13, 15 and 16: not what is written, but when and by whom."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Repair
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: Before this hour and from that on a mail wakes people whose phone lies beside the bed.
_MORNING, _NIGHT = 7, 21
_ALIKE = 0.97
_COMPARED = 4_000


def look_at_what_happened(_letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Somebody else replied, or the customer wrote again, while this was being written."""
    if around.meanwhile:
        yield Finding(
            _("Something has happened since you began. Look at the conversation before you send."),
            why=_("Two answers that contradict each other are worse than a late one."),
        )


def look_at_repetition(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """The same words went to the same customer within the hour."""
    said = _words(letter.said)
    if said and any(_is_same(said, _words(sent)) for sent in around.recent):
        yield Finding(
            _("The same letter was sent to this customer less than an hour ago."),
            why=_("A second window, or a second click, most likely."),
        )


def _words(text: str) -> str:
    return "".join(text[:_COMPARED].split())


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    if len(one) < 40 or abs(len(one) - len(other)) > 0.06 * len(one):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and _is_alike(one, other)


def _is_alike(one: str, other: str) -> bool:
    """All but a few characters are the same, beginning and end taken off: linear, unlike the matcher's ratio."""
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    end = next((at for at, pair in enumerate(zip(one[::-1], other[::-1], strict=False)) if pair[0] != pair[1]), 0)
    return (start + end) / max(len(one), len(other)) >= _ALIKE


def look_at_approval(_letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Somebody else looks at it first; said in good time, decided by the conversations."""
    for rule in around.approval:
        why = _("This letter leaves after somebody has approved it: %(rule)s") % {"rule": rule}
        yield Finding(why, most=Level.NOTE)


def look_at_hours(_letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """深夜: it would arrive while people sleep."""
    if not _MORNING <= around.now.hour < _NIGHT:
        yield Finding(
            _("It is %(time)s. The letter would arrive at night.") % {"time": f"{around.now:%H:%M}"},
            why=_("A mail at night wakes people and looks like a desk in distress. It can wait for the morning."),
            repair=Repair(_("Send later"), part=Part.PLAN),
        )
