"""Check 11: the letter is signed once, and by the 窓口 it leaves from."""

from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Place, Repair, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings


def look_at_signature(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """None, two, or that of another shop."""
    mark = telling_line(around.signature)
    text = letter.own
    count = text.count(mark) if mark else 0
    if foreign := _foreign(text, around, mark):
        start = text.index(foreign)
        place, words = at(Part.TEXT, text, start, start + len(foreign))
        yield Finding(_("This is the signature of another desk."), place, words, why=_WHY_OTHER)
    elif mark and not count:
        end = len(text.rstrip())
        yield Finding(
            _("The signature is missing."),
            Place(Part.TEXT, end, end),
            why=_("The customer sees whom to turn to, and how."),
            repair=Repair(_("Put the signature below"), f"\n\n{around.signature.strip()}\n"),
            most=Level.NOTE,  # in a quick exchange it is often left out on purpose
        )
    if count > 1:
        start = text.index(mark, text.index(mark) + len(mark))
        place, words = at(Part.TEXT, text, start, start + len(mark))
        yield Finding(_("The letter is signed twice."), place, words, why=_WHY_TWICE)


_WHY_OTHER = _("A template or an earlier letter of another shop was most likely copied.")
_WHY_TWICE = _("A template that brings its own signature was most likely put in.")


def telling_line(signature: str) -> str:
    """The line by which a signature is known: its longest with words in it; empty for none."""
    lines = [line.strip() for line in signature.splitlines()]
    return max((line for line in lines if sum(char.isalnum() for char in line) >= 4), key=len, default="")


def _foreign(text: str, around: Surroundings, mark: str) -> str:
    own = {line.strip() for line in around.signature.splitlines()}
    marks = (telling_line(each) for each in around.other_signatures)
    return next((each for each in marks if each and each != mark and each not in own and each in text), "")
