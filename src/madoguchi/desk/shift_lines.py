"""The shift put into words: one's own presence, and the board."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from madoguchi.ui.dates import Words
from madoguchi.workforce.choices import Presence
from madoguchi.workforce.models import PresenceSpan
from madoguchi.workforce.queries import OnBoard


@dataclass(frozen=True, slots=True)
class PresenceChip:
    """What one is doing, since when."""

    state: str
    word: str
    since: str
    states: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One person on the board."""

    pk: int
    name: str
    role: str
    state: str
    word: str
    since: str
    span: str
    totals: Sequence[str]
    open: int
    requests: int
    has_any: bool  #: something to hand over


def presence_chip(span: PresenceSpan, words: Words) -> PresenceChip:
    """One's own presence as the foot of the rail shows it."""
    word = str(Presence(span.state).label)
    passed = (words.now - span.started_at).total_seconds()
    return PresenceChip(span.state, word, _minutes(words, passed), [(each.value, str(each.label)) for each in Presence])


def board_lines(people: Iterable[OnBoard], words: Words) -> list[BoardLine]:
    """Those who are there first, ready ones at the top; then the others by name."""
    order = {state.value: place for place, state in enumerate(Presence)}
    lines = [_line(each, words) for each in people]
    return sorted(lines, key=lambda line: (order.get(line.state, len(order)), line.name))


def _line(one: OnBoard, words: Words) -> BoardLine:
    span = one.span
    return BoardLine(
        pk=one.user.pk,
        name=one.user.name,
        role=one.user.get_role_display(),
        state=span.state if span else "offline",
        word=str(Presence(span.state).label) if span else _("Offline"),
        since=words.due(span.started_at) if span else "",
        span=_minutes(words, (words.now - span.started_at).total_seconds()) if span else "",
        totals=[
            f"{state.label} {_minutes(words, one.totals[state.value])}"
            for state in Presence
            if one.totals.get(state.value)
        ],
        open=one.open,
        requests=one.requests,
        has_any=one.has_any,
    )


def _minutes(words: Words, seconds: float) -> str:
    """A length of time without its seconds, which nobody counts by here and which would be old at once."""
    return words.span(seconds // 60 * 60)
