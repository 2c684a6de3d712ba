"""What a letter of ours really quotes, and what really is its signature; all the rest are its writer's own words.

A `> `, a heading or a rule only claims that something is quoted: it counts where the words were received or sent in the
conversation. A `-- ` only claims a signature: it counts where the lines are those of the 窓口 or the person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db.models.functions import Left

from madoguchi.conversations.choices import HAS_LEFT
from madoguchi.conversations.folding import SpanKind, stretches
from madoguchi.conversations.folding.lines import is_rule, split_lines
from madoguchi.conversations.folding.openings import header_value, is_title
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.seen_text import straight

type Stretch = tuple[int, int]

#: Of a long conversation the last messages, and of each of them more than a reply quotes.
_MESSAGES, _CHARS = 40, 60_000
#: Fewer characters stand in some mail by chance: they have to be a line of it.
_TELLING = 20
_HEADING = 400
#: So many pieces that are no line of a mail are looked for inside of the mails; what is beyond counts as own.
_PIECES = 200
_MARKS = re.compile(r"(?:[ \t\u3000]{0,3}(?:[>＞»]|[A-Z][A-Za-z]{0,9}>(?= |$))){1,20}")
#: What is left of a heading without its people: a date, and the words that join it to them.
_JOINS = re.compile(
    r"(?:[\d年月日時分秒曜()（）［］\[\]:：/.,、;+<>＜＞\"'-]|[月火水木金土日](?=[)）曜])|午前|午後|令和"
    r"|On|on|at|wrote|AM|PM|GMT|JST|UTC|さん|様|は|が|の|より|書きました|メッセージ|メール"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})*+"
)
_DASHES = frozenset({"--", "—", "―", "－－"})


@dataclass(frozen=True, slots=True)
class Said:
    """What was received and sent, as it is compared: without blanks."""

    lines: frozenset[str] = frozenset()
    running: str = ""
    people: tuple[str, ...] = ()  #: names and addresses, the longest first


@dataclass(frozen=True, slots=True)
class Parts:
    """Where a letter does not speak for itself."""

    quoted: tuple[Stretch, ...] = ()
    signed: tuple[Stretch, ...] = ()


def parts_of(text: str, conversation: Conversation | None, signatures: Iterable[str]) -> Parts:
    """Divide a letter; one query for the conversation, and only where the letter claims to quote."""
    spans = stretches(text)
    claimed = [(span.start, span.end) for span in spans if span.kind == SpanKind.QUOTE]
    said = _said_in(conversation) if claimed and conversation else Said()
    signs = frozenset(_bare(line) for each in signatures for line in each.splitlines())
    written = [(span.start, span.end, span.kind) for span in spans if span.kind != SpanKind.QUOTE]
    return Parts(
        tuple(stretch for each in claimed for stretch in proven(text, each, said)),
        tuple(
            stretch
            for start, end, kind in written
            for stretch in _signed(text, (start, end), signs, claims=kind == SpanKind.SIGNATURE)
        ),
    )


def proven(text: str, claimed: Stretch, said: Said) -> list[Stretch]:
    """The lines of a stretch that claims to be a quotation which were said before."""
    found: list[Stretch] = []
    for number, (is_known, group) in enumerate(groupby(_judged(text, claimed, said), key=itemgetter(0))):
        lines = [(where, line) for _is_known, where, line in group]
        if is_known or (number < _PIECES and _is_inside("".join(line for _where, line in lines), said)):
            found += [where for where, _line in lines]
    return found


def _judged(text: str, claimed: Stretch, said: Said) -> Iterator[tuple[bool, Stretch, str]]:
    """Each line, and whether it was said as it stands; a blank one goes with the line above it."""
    is_known = True
    for where, line in _lines(text, claimed):
        if line:
            is_known = line in said.lines or _is_heading(text[slice(*where)], said)
        yield is_known, where, line


def _is_inside(whole: str, said: Said) -> bool:
    """Some lines that mail programs have broken anew."""
    return len(whole) >= _TELLING and whole in said.running


def _is_heading(line: str, said: Said) -> bool:
    """A line that only says who wrote to whom, when and about what."""
    plain = _MARKS.sub("", line, count=1).strip() if len(line) <= _HEADING else ""
    if is_title(plain):
        return True
    value = header_value(plain)
    rest = _bare(plain if value is None else value)
    if value is not None and rest in said.lines:
        return True
    if not plain.endswith((":", "：", "。")) and value is None:
        return False
    people = [each for each in said.people if each in rest]
    for each in people:
        rest = rest.replace(each, "")
    return bool(people or value is not None) and _JOINS.fullmatch(rest) is not None


def _signed(text: str, stretch: Stretch, signs: frozenset[str], *, claims: bool) -> Iterator[Stretch]:
    """The lines of the signature; where a stretch `claims` to be one, the rules drawn around it too."""
    for where, line in _lines(text, stretch):
        is_drawn = claims and (not line or line in _DASHES or is_rule(text[slice(*where)].strip()[:500]))
        if is_drawn or (line and line in signs):
            yield where


def _lines(text: str, stretch: Stretch) -> Iterator[tuple[Stretch, str]]:
    """Each line of a stretch, with the form in which it is compared."""
    start, end = stretch
    for line in split_lines(text[start:end]):
        where = (start + line.start, start + line.end)
        yield where, _bare(text[slice(*where)])


def _bare(line: str) -> str:
    """A line as it is compared, whatever marks and blanks mail programs put into it."""
    line = straight(line)  # no letter of ours has such marks
    return "".join(_MARKS.sub("", line, count=1).split()) if line[:40].strip() else "".join(line.split())


def _said_in(conversation: Conversation) -> Said:
    """What was received and sent in a conversation, and in the one it was begun beside."""
    ids = [conversation.pk, *([conversation.side_of_id] if conversation.side_of_id else [])]
    rows = list(
        Message.objects.filter(conversation__in=ids, state__in=HAS_LEFT)
        .order_by("-id")
        .values_list(Left("text", _CHARS), "subject", "sender_name", "sender_address", "to", "cc")[:_MESSAGES]
    )
    lines = [_bare(line) for text, subject, *_people in rows for line in (subject, *text.splitlines())]
    running = "\n".join("".join(map(_bare, row[0].splitlines())) for row in rows)
    return Said(frozenset(lines) - {""}, running, _people(rows))


def _people(rows: Iterable[tuple[str, str, str, str, list[dict[str, str]], list[dict[str, str]]]]) -> tuple[str, ...]:
    """Names and addresses of everybody who wrote or was written to."""
    found: set[str] = set()
    for _text, _subject, name, address, to, cc in rows:
        found |= {name, address, *(value for party in (*to, *cc) for value in party.values())}
    return tuple(sorted({_bare(each) for each in found if each}, key=len, reverse=True)[:100])
