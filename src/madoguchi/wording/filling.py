"""Texts with fields to fill in (差し込み項目): reading them, finding what is wrong with them, filling them. Pure.

A field is written {{customer.name}}, with what stands in its place when it is not known {{customer.name|お客様}}, dates
with days {{date+3}}; {{?お届け予定日}} is a blank that only the writer can fill. `fields.py` is the table of names;
{{customer.field.Rank}} is a custom field of customers (own_fields.py).
Whatever cannot be filled stays as it is written, so that everybody sees it and nothing leaves with it unnoticed.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.core.errors import Invalid
from madoguchi.wording.fields import FIELDS, OWN, Surroundings, field_named, own_name

OPEN, CLOSE, BLANK, OR_ELSE = "{{", "}}", "?", "|"
#: Longer than this nothing is a field; it bounds how far an opening looks for its end.
MAX_FIELD = 200
#: As many faults as are told of one text; whoever has more begins with these.
MAX_FAULTS = 50
#: Days from today that a letter may speak of.
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a text, from `start` to `end`."""

    start: int
    end: int
    name: str  #: of the table; empty for a blank
    days: int | None = None
    fallback: str | None = None
    label: str = ""  #: what a blank asks for


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, and where: line and column count from 1."""

    line: int
    column: int
    source: str
    problem: Promise | str

    def __str__(self) -> str:
        """The whole sentence."""
        where = _("Line %(line)d, character %(column)d") % {"line": self.line, "column": self.column}
        return f"{where}: {self.source} – {self.problem}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text after filling, and what could not be filled, as it stands in the text."""

    text: str
    missing: tuple[str, ...] = ()


class BrokenFields(Invalid):
    """A template with fields that nothing can fill; `facts["faults"]` has each with its place."""

    code = "broken_fields"

    def __init__(self, faults: list[Fault], *, field: str) -> None:
        """Say the first three, in words."""
        told = "\n".join(str(fault) for fault in faults[:3])
        rest = _("%d more") % (len(faults) - 3) if len(faults) > 3 else ""
        if len(faults) == MAX_FAULTS:
            rest = _("And more of the kind. Mend these first.")
        super().__init__(
            "\n".join(filter(None, (told, rest))),
            field=field,
            faults=[
                {"line": each.line, "column": each.column, "source": each.source, "problem": str(each.problem)}
                for each in faults
            ],
        )


def faults_of(text: str) -> list[Fault]:
    """What is between double braces and neither a field nor a blank; MAX_FAULTS of them."""
    return list(islice((piece for piece in pieces(text) if isinstance(piece, Fault)), MAX_FAULTS))


def places(text: str) -> list[Place]:
    """The fields of a text, in their order."""
    return [piece for piece in pieces(text) if isinstance(piece, Place)]


def blanks(text: str) -> list[str]:
    """What only the writer can say, each once."""
    return list(dict.fromkeys(place.label for place in places(text) if place.label))


def pieces(text: str) -> Iterator[str | Place | Fault]:
    """A text as its words and its fields; a fault is said just before the words that it is about."""
    at, lines = 0, _Lines(text)
    while at < len(text):
        opened = text.find(OPEN, at)
        plain = text[at:] if opened < 0 else text[at:opened]
        if plain:
            yield from _strays(lines, at, plain)
        if opened < 0:
            return
        closed = text.find(CLOSE, opened + 2, opened + MAX_FIELD)
        inside = text[opened + 2 : closed]
        if closed < 0 or "\n" in inside or OPEN in inside:
            yield _fault(lines, opened, OPEN, gettext_lazy("It is opened, but not closed by }} on the same line."))
            yield OPEN
            at = opened + 2
            continue
        at = closed + 2
        piece = _read(lines, opened, at, inside)
        yield piece
        if isinstance(piece, Fault):
            yield text[opened:at]


def _strays(lines: "_Lines", at: int, plain: str) -> Iterator[str | Fault]:
    """Plain words; braces that were meant for a field are pointed at."""
    if (stray := plain.find(CLOSE)) >= 0:
        yield _fault(lines, at + stray, CLOSE, gettext_lazy("There is no {{ before it."))
    elif (wide := plain.find("｛｛")) >= 0:
        yield _fault(lines, at + wide, "｛｛", gettext_lazy("Write the braces in half width: {{ and }}."))
    yield plain


def _read(lines: "_Lines", start: int, end: int, inside: str) -> Place | Fault:
    head, bar, fallback = inside.replace("｜", OR_ELSE).partition(OR_ELSE)
    head, fallback = unicodedata.normalize("NFKC", head).strip(), fallback.strip()
    source = lines.text[start:end]
    if head.startswith(BLANK):
        label = head[1:].strip()
        if not label or bar:
            problem = gettext_lazy("A blank says what is to be filled in, and nothing else: {{?Delivery date}}.")
            return _fault(lines, start, source, problem)
        return Place(start, end, "", label=label)
    if own := own_name(head):
        return Place(start, end, f"{OWN}{own}", fallback=fallback if bar else None)
    name, days, is_counted = _counted(head)
    found = field_named(name)
    if found is None:
        return _fault(lines, start, source, _UNKNOWN(name))
    if is_counted and (days is None or not found.takes_days):
        return _fault(lines, start, source, _about_days(takes_days=found.takes_days))
    return Place(start, end, found.name, days, fallback if bar else None)


def _counted(head: str) -> tuple[str, int | None, bool]:
    """Name and days of "date+3"; days are None where they are no number or too many."""
    at = next((place for place, char in enumerate(head) if char in "+-"), -1)
    if at < 0:
        return head, None, False
    number = head[at + 1 :].strip()
    is_number = number.isascii() and number.isdecimal() and len(number) <= 3 and int(number) <= MAX_DAYS
    return head[:at].strip(), int(number) * (-1 if head[at] == "-" else 1) if is_number else None, True


def _unknown(name: str) -> str:
    if not name:
        return _("There is no name between the braces.")
    likely = get_close_matches(name, FIELDS, n=1, cutoff=0.6)
    if likely:
        return _("There is no such field. Did you mean {{%(name)s}}?") % {"name": likely[0]}
    return _("There is no such field. Choose one from the list, or make it a blank: {{?%(name)s}}.") % {"name": name}


#: Looking for what may have been meant takes longer than all else: only for faults that are told.
_UNKNOWN = lazy(_unknown, str)


def _about_days(*, takes_days: bool) -> Promise:
    if takes_days:
        return gettext_lazy("Behind + or - stands a number of days up to 366.")
    return gettext_lazy("Only dates can be counted on with + and -.")


class _Lines:
    """Where places of a text stand, asked for in their order: each character is looked at once."""

    def __init__(self, text: str) -> None:
        self.text, self._at, self._line, self._start = text, 0, 1, 0

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1."""
        self._line += self.text.count("\n", self._at, at)
        last = self.text.rfind("\n", self._at, at)
        self._start, self._at = (last + 1 if last >= 0 else self._start), at
        return self._line, at - self._start + 1


def _fault(lines: _Lines, at: int, source: str, problem: Promise | str) -> Fault:
    line, column = lines.place(at)
    return Fault(line, column, source, problem)


def fill(text: str, around: Surroundings, *, answers: dict[str, str] | None = None) -> Filled:
    """Fill in what is known; `answers` are the writer's for the blanks. What is missing stays visible."""
    made: list[str] = []
    missing: list[str] = []
    for piece in pieces(text):
        if isinstance(piece, str):
            made.append(piece)
        elif isinstance(piece, Place):
            source = text[piece.start : piece.end]
            value = _value(piece, around, answers or {})
            if value is None:
                missing.append(source)
            made.append(source if value is None else value)
    # A line that ends in a field without a value ends before it: 「お客様 」 has nothing to say at its end.
    lines = (line.rstrip(" \u3000") for line in "".join(made).split("\n"))
    return Filled("\n".join(lines), tuple(missing))


def known_fields(text: str, around: Surroundings) -> dict[str, str]:
    """The fields of a text of which something is known, as they are written, each with its value."""
    read = ((text[each.start : each.end], _value(each, around, {})) for each in places(text))
    return {source: value for source, value in read if value is not None}


def _value(place: Place, around: Surroundings, answers: dict[str, str]) -> str | None:
    if place.label:
        return answers.get(place.label, "").strip() or None
    if place.name.startswith(OWN):
        value = around.own.get(place.name.removeprefix(OWN))
    else:
        value = FIELDS[place.name].value(around, place.days or 0)
    if value is None or (value == "" and place.fallback):
        return place.fallback if place.fallback is not None else value
    return value
