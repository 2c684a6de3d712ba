"""Which part of a plain-text message its author wrote, and which is quotation or signature.

`fold` divides a message for the screen, losing nothing; `written` is the author's own words for search and machines.
What the author wrote between quotations keeps them visible: an answer without its question says nothing.
Time grows linearly with the text; headings and rules are only looked for in short lines. Pure: no database.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from itertools import pairwise
from typing import Final

from madoguchi.conversations.folding.lines import Line, split_lines
from madoguchi.conversations.folding.openings import Kind, find_opening, is_forward_heading
from madoguchi.conversations.folding.signatures import signature_start

#: A quotation of this many lines or characters is folded even when the author goes on below it.
LARGE_QUOTE: Final = 20
_LARGE_QUOTE_CHARS: Final = 4_000
_MAX_LABEL: Final = 120


class SpanKind(StrEnum):
    """What a part of a message is to its reader."""

    WRITTEN = "written"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Span:
    """One part of a message, `text[start:end]`; the spans of a message follow each other without a gap."""

    kind: SpanKind
    start: int
    end: int
    label: str = ""  #: of a quotation: who and when, else its first line; at most 120 characters
    lines: int = 0  #: of a quotation or signature: how many lines it has, blank ones not counted


class _Role(Enum):
    TEXT = auto()
    HEADING = auto()  #: "On … wrote:" and the like
    QUOTE = auto()
    SIGNATURE = auto()
    FORWARDED = auto()


@dataclass(slots=True)
class _Part:
    role: _Role
    lines: list[Line]
    label: str = ""
    is_hidden: bool = False

    @property
    def filled(self) -> int:
        return sum(not line.is_blank for line in self.lines)

    @property
    def size(self) -> int:
        return sum(line.end - line.start for line in self.lines if not line.is_blank)


def fold(text: str, *, is_forward: bool = False) -> tuple[Span, ...]:
    """Divide `text` into what was written, quoted and signed; the spans joined are `text` again, without change.

    `is_forward` says that the subject announced a forwarded message (Fw:, 転送:): then header lines begin content, not
    a quotation. A message that would show nothing is left whole. An empty text has no spans.
    """
    parts = _parts(split_lines(text), is_forward=is_forward)
    if not any(part.filled for part in parts if not part.is_hidden and part.role is not _Role.HEADING):
        return (Span(SpanKind.WRITTEN, 0, len(text)),) if text else ()
    return _spans(parts)


def written(text: str, *, is_forward: bool = False) -> str:
    """Return the author's own words, without surrounding blank lines; empty when there are none.

    Quotations answered below stay, without their headings; of a forwarded message nothing stays but its text when the
    author added no word.
    """
    parts = _parts(split_lines(text), is_forward=is_forward)
    has_own = any(part.role is _Role.TEXT and part.filled for part in parts)
    kept = [
        text[part.lines[0].start : part.lines[-1].end]
        for part in parts
        if not part.is_hidden and part.lines and part.role is not _Role.HEADING
        if part.role is not _Role.FORWARDED or not has_own
    ]
    return "".join(kept).strip()


def stretches(text: str) -> tuple[Span, ...]:
    """Divide a letter of ours: every quotation counts as one, also between one's words, and what is forwarded.

    Unlike `fold` nothing is left in sight because the rest would say nothing; labels are not given.
    """
    kinds = {_Role.TEXT: SpanKind.WRITTEN, _Role.SIGNATURE: SpanKind.SIGNATURE}
    parts = _sign(_divide(split_lines(text), is_forward=True))
    return tuple(Span(kinds.get(part.role, SpanKind.QUOTE), part.lines[0].start, part.lines[-1].end) for part in parts)


def passes_on(text: str) -> bool:
    """True for a letter that forwards somebody else's message."""
    return any(part.role is _Role.FORWARDED for part in _divide(split_lines(text), is_forward=False))


def _parts(lines: list[Line], *, is_forward: bool) -> list[_Part]:
    parts = _divide(lines, is_forward=is_forward)
    _settle_forward(parts)
    parts = _sign(parts)
    _hide_the_end(parts)
    for part in parts:
        if part.role is _Role.QUOTE and (part.filled >= LARGE_QUOTE or part.size >= _LARGE_QUOTE_CHARS):
            part.is_hidden = True
    for heading, quote in pairwise(parts):
        if heading.role is _Role.HEADING and quote.role is _Role.QUOTE:
            heading.is_hidden = quote.is_hidden
    return parts


def _divide(lines: list[Line], *, is_forward: bool) -> list[_Part]:
    """Walk down the lines once and cut at headings and quotation marks."""
    parts: list[_Part] = [_Part(_Role.TEXT, [])]
    has_words = False
    at = 0
    while at < len(lines):
        if lines[at].is_quoted:
            end = _quote_end(lines, at)
            parts.append(_quoted(lines[at:end]))
            parts.append(_Part(_Role.TEXT, []))
            at = end
            continue
        opening = find_opening(lines, at)
        if opening is None or not (opening.is_sure or _goes_on_marked(lines, at + opening.length)):
            parts[-1].lines.append(lines[at])
            has_words = has_words or not lines[at].is_blank
            at += 1
            continue
        body = at + opening.length
        parts.append(_Part(_Role.HEADING, lines[at:body], opening.label))
        at = body
        if opening.kind is Kind.FORWARD or (is_forward and opening.kind is Kind.HEADERS):
            parts.append(_Part(_Role.FORWARDED, lines[body:], opening.label))
            break
        if has_words and not _goes_on_marked(lines, body):
            parts.append(_Part(_Role.QUOTE, lines[body:], opening.label))
            break
        parts.append(_Part(_Role.TEXT, []))
    return [part for part in parts if part.lines]


def _quote_end(lines: list[Line], at: int) -> int:
    """Return the line behind the quotation at `at`; blank lines inside belong to it."""
    end = at
    while at < len(lines) and (lines[at].is_quoted or lines[at].is_blank):
        at += 1
        if lines[at - 1].is_quoted:
            end = at
    return end


def _quoted(lines: list[Line]) -> _Part:
    first = next((line.content for line in lines if line.content), "")
    role = _Role.FORWARDED if is_forward_heading(first) else _Role.QUOTE
    return _Part(role, lines, first[:_MAX_LABEL])


def _goes_on_marked(lines: list[Line], at: int) -> bool:
    """True when the quotation under a heading is marked line by line, so that its end can be seen."""
    below = (lines[number] for number in range(at, len(lines)))  # a slice would be a copy for every heading
    return next((line.is_marked for line in below if not line.is_blank), False)


def _settle_forward(parts: list[_Part]) -> None:
    """Turn a forwarded message into a quotation when the author wrote more than was forwarded."""
    own = sum(part.size for part in parts if part.role is _Role.TEXT)
    for part in parts:
        if part.role is _Role.FORWARDED and part.size < own:
            part.role = _Role.QUOTE


def _sign(parts: list[_Part]) -> list[_Part]:
    """Cut signatures off the author's last words, and off what stands below the last quotation."""
    signed = list(parts)
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if part.role is _Role.FORWARDED:
            break
        if part.role is not _Role.TEXT or not part.filled:
            continue
        start = signature_start(part.lines)
        cut = [_Part(_Role.TEXT, part.lines[:start]), _Part(_Role.SIGNATURE, part.lines[start:], is_hidden=True)]
        signed[at : at + 1] = [piece for piece in cut if piece.lines]
        if cut[0].filled:
            break
    return signed


def _hide_the_end(parts: list[_Part]) -> None:
    """Hide the quotations below the author's last words."""
    for part in reversed(parts):
        if part.role is _Role.FORWARDED or (part.role is _Role.TEXT and part.filled):
            return
        part.is_hidden = part.role is not _Role.TEXT


def _spans(parts: list[_Part]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for part in parts:
        kind = _kind_of(part)
        if spans and not part.filled:
            kind = spans[-1].kind
        start, end = part.lines[0].start, part.lines[-1].end
        count = part.filled if kind is not SpanKind.WRITTEN else 0
        if spans and spans[-1].kind is kind:
            last = spans[-1]
            spans[-1] = Span(kind, last.start, end, last.label, last.lines + count)
        else:
            spans.append(Span(kind, start, end, part.label if kind is SpanKind.QUOTE else "", count))
    return tuple(spans)


def _kind_of(part: _Part) -> SpanKind:
    if not part.is_hidden:
        return SpanKind.WRITTEN
    return SpanKind.SIGNATURE if part.role is _Role.SIGNATURE else SpanKind.QUOTE
