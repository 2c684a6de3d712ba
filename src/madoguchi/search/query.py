"""What a person typed into the search box, understood: words, phrases, exclusions, operators, dates.

Pure text to value; no database. Anything can be typed: what is not an operator is a word, nothing raises.
`operators.py` holds the list of operators, `lexemes.py` turns the result into a tsquery.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from types import MappingProxyType

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from madoguchi.search.folding import fold
from madoguchi.search.operators import (
    AFTER,
    BEFORE,
    HAS,
    HAS_VALUES,
    IS,
    ON,
    TITLE,
    UNTIL,
    find_operator,
    operator_kind,
    read_date,
    read_value,
)

#: A search box, not a document: more is cut off.
MAX_QUERY_CHARS = 500
#: Each piece costs index look-ups; further ones are not read.
MAX_PIECES = 24
#: Conditions in one search that still finish; each asks further tables. The caller refuses more.
MAX_OPERATORS = 10

_STRAIGHT = '"“”„‟＂'
_CLOSING = {**dict.fromkeys(_STRAIGHT, _STRAIGHT), "「": "」", "『": "』", "«": "»"}
_TO_ASCII = str.maketrans("：－−‐｜\u3000", ":---| ")
_OR_WORDS = {"OR", "|", "または", "もしくは"}
_NAME = re.compile(r"([^\s:\"]{1,70}):")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to be found."""

    text: str  #: as typed
    is_phrase: bool = False  #: quoted: no synonyms, no continuation of the last word


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition that the caller looks up in its own tables, e.g. `tag:返品`."""

    name: str  #: the English name of `operators.OPERATORS`
    value: str  #: as typed, without quotes
    is_negated: bool = False

    def __str__(self) -> str:
        """As it is typed: "is:foo"."""
        return f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search. `wanted` is a conjunction of alternatives: every inner tuple must be met by one of its terms."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    title: tuple[Term, ...] = ()  #: must stand in the title
    operators: tuple[Operator, ...] = ()
    since: date | None = None  #: first day, inclusive, in the time zone of the reader
    until: date | None = None  #: last day, inclusive

    @property
    def is_empty(self) -> bool:
        """True when nothing at all was asked."""
        return self == Query()

    @property
    def has_text(self) -> bool:
        """True when there are words for the index; otherwise only operators and dates narrow the list."""
        return bool(self.wanted or self.excluded or self.title)

    @property
    def words(self) -> tuple[str, ...]:
        """The unquoted words, as typed."""
        return tuple(term.text for terms in self.wanted for term in terms if not term.is_phrase)

    @property
    def phrases(self) -> tuple[str, ...]:
        """The quoted phrases, as typed."""
        return tuple(term.text for terms in self.wanted for term in terms if term.is_phrase)

    def values(self, name: str, *, is_negated: bool = False) -> tuple[str, ...]:
        """All values of one operator: `query.values("tag")`; several mean that all are wanted."""
        return tuple(each.value for each in self.operators if each.name == name and each.is_negated == is_negated)


@dataclass(frozen=True, slots=True)
class _Typed:
    """One blank-separated piece of the search box."""

    text: str
    name: str = ""
    is_negated: bool = False
    is_phrase: bool = False


def parse_query(text: str, *, today: date, names: Mapping[str, str] = MappingProxyType({})) -> Query:
    """Understand a search box; `today` is the reader's, for 昨日 and 7d.

    `names` are operators of the caller's own: by folded name the name the `Operator` gets.
    """
    reading = _Reading(today, names)
    for typed in _pieces(_beginning(text), names)[:MAX_PIECES]:
        reading.take(typed)
    return reading.query()


def _beginning(text: str) -> str:
    """As much as stays within the bound when one character is spelled out in several, as ㌔ is (the index does so)."""
    cut = text[:MAX_QUERY_CHARS]
    lengths = accumulate(len(unicodedata.normalize("NFKC", char)) for char in cut)
    return cut[: sum(length <= MAX_QUERY_CHARS for length in lengths)]


class _Reading:
    """The state while the pieces of one search box are read from left to right."""

    def __init__(self, today: date, names: Mapping[str, str]) -> None:
        self.today, self.names = today, names
        self.wanted: list[list[Term]] = []
        self.excluded: list[Term] = []
        self.title: list[Term] = []
        self.operators: list[Operator] = []
        self.since: date | None = None
        self.until: date | None = None
        self.after_or = False

    def take(self, typed: _Typed) -> None:
        if not typed.name and not typed.is_phrase and typed.text in _OR_WORDS:
            self.after_or = bool(self.wanted)
            return
        operator = _operator_called(typed.name, self.names)
        if operator is None or not self.take_operator(operator, typed):
            shown = f"{typed.name}:{typed.text}" if typed.name else typed.text
            self.take_term(Term(shown, typed.is_phrase), is_negated=typed.is_negated)
        self.after_or = False

    def take_operator(self, name: str, typed: _Typed) -> bool:
        """False when the value makes no sense, so that the piece is a word after all."""
        if not typed.text:
            return True  # still being typed
        if name in {BEFORE, UNTIL, AFTER, ON}:
            return not typed.is_negated and self.take_date(name, typed.text)
        if name == TITLE and not typed.is_negated:
            self.title.append(Term(typed.text, typed.is_phrase))
            return True
        value, is_opposite = read_value(typed.name, typed.text)
        self.operators.append(Operator(name, value, typed.is_negated != is_opposite))
        return True

    def take_date(self, name: str, text: str) -> bool:
        day = read_date(text, today=self.today)
        if day is None:
            return False
        if name in {AFTER, ON}:
            self.since = day if self.since is None else max(self.since, day)
        if name in {BEFORE, UNTIL, ON}:
            last = _day_before(day) if name == BEFORE else day
            self.until = last if self.until is None else min(self.until, last)
        return True

    def take_term(self, term: Term, *, is_negated: bool) -> None:
        if not fold(term.text).strip():
            return
        if is_negated:
            self.excluded.append(term)
        elif self.after_or:
            self.wanted[-1].append(term)
        else:
            self.wanted.append([term])

    def query(self) -> Query:
        return Query(
            wanted=tuple(tuple(terms) for terms in self.wanted),
            excluded=tuple(self.excluded),
            title=tuple(self.title),
            operators=tuple(dict.fromkeys(self.operators)),  # asked twice is asked once
            since=self.since,
            until=self.until,
        )


def _day_before(day: date) -> date:
    return day if day == date.min else day - timedelta(days=1)


def _operator_called(name: str, names: Mapping[str, str]) -> str | None:
    return find_operator(name) or names.get(fold(name)) if name else None


def _pieces(text: str, names: Mapping[str, str]) -> list[_Typed]:
    """Cut at blanks outside quotes, take off a minus and an operator's name."""
    found: list[_Typed] = []
    rest = text.translate(_TO_ASCII).strip()
    while rest:
        is_negated = len(rest) > 1 and rest[0] == "-" and not rest[1].isspace()
        rest = rest[1:] if is_negated else rest
        name, rest = _operator_name(rest, names)
        value, is_phrase, rest = _value(rest)
        found.append(_Typed(value, name, is_negated, is_phrase))
        rest = rest.lstrip()
    return found


def _operator_name(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    named = _NAME.match(text)
    if named is None or _operator_called(named.group(1), names) is None:
        return "", text
    return named.group(1), text[named.end() :]


def _value(text: str) -> tuple[str, bool, str]:
    """The value at the beginning, whether it was quoted, and what follows; a quote left open runs to the end."""
    closing = _CLOSING.get(text[:1])
    if closing is not None:
        end = next((at for at, char in enumerate(text[1:], start=1) if char in closing), len(text))
        return text[1:end].strip(), True, text[end + 1 :]
    end = next((at for at, char in enumerate(text) if char.isspace()), len(text))
    return text[:end], False, text[end:]


def _as_typed(operator: Operator) -> str:
    return operator.value


def _label(operator: Operator) -> str:
    return str(operator_kind(operator.name).label)


def describe(
    query: Query,
    *,
    value: Callable[[Operator], str] = _as_typed,
    label: Callable[[Operator], str] = _label,
    day: Callable[[date], str] = date_format,
) -> list[str]:
    """What was understood, one short sentence a condition, in the reader's language; for the line above the results.

    The caller knows what its values are called, and how its pages write a day.
    """
    said = [_either(terms) for terms in query.wanted]
    said += [_("without %(term)s") % {"term": _shown(term)} for term in query.excluded]
    said += [_("%(term)s in the subject") % {"term": _shown(term)} for term in query.title]
    said += [_condition(each, value(each), label) for each in query.operators]
    if query.since is not None:
        said.append(_("Since: %(day)s") % {"day": day(query.since)})
    if query.until is not None:
        said.append(_("Until: %(day)s") % {"day": day(query.until)})
    return said


def _condition(operator: Operator, word: str, label: Callable[[Operator], str]) -> str:
    if operator.name == HAS and operator.value in HAS_VALUES:
        return str(HAS_VALUES[operator.value][operator.is_negated])
    if operator.name == IS:  # what follows it says everything
        return _("not: %(value)s") % {"value": word} if operator.is_negated else word
    sentence = _("%(label)s: not %(value)s") if operator.is_negated else _("%(label)s: %(value)s")
    return sentence % {"label": label(operator), "value": word}


def _either(terms: tuple[Term, ...]) -> str:
    return _(" or ").join(_shown(term) for term in terms)


def _shown(term: Term) -> str:
    return _("“%(phrase)s”") % {"phrase": term.text} if term.is_phrase else term.text
