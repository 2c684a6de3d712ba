"""The words of a message made ready for the screen: written parts open, quotations and signatures folded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.commerce.numbers import Recogniser
from madoguchi.conversations.models import Message
from madoguchi.core.html import text_to_html
from madoguchi.customers.masking import cut_whole
from madoguchi.desk.order_links import link_orders

_COLUMNS = re.compile(r"\S {3,}+\S")
_CELL_BEGINS = re.compile(r"[│┃|] ")
_CELL_ENDS = re.compile(r" [│┃|]")
_CORNER = re.compile(r"[┌└├┼]")
_MENTION = re.compile(r"[@＠][^\s@＠、。,.:;!?()（）「」<>&]{1,60}")
#: What pictures, tables or coloured grounds say is lost in plain text.
_DESIGNED = re.compile(r"<(?:img|table)\b|background-color", re.IGNORECASE)
#: The colour of the whole paper says nothing; it is the mail program's.
_PAPER = re.compile(r"^(?:<style>)?body\{[^{}]*\}", re.MULTILINE)
#: How much of one message stands in the timeline: some fifteen pages.
SHOWN_CHARS = 20_000
#: How much of all its messages together, and of each at least where they are that long.
_TOGETHER_CHARS, _LEAST_CHARS = 400_000, 2_000
PRINTED_CHARS = 100_000
NO_ORDERS = Recogniser()
_GAP = re.compile(r"(?:<br>(?:&nbsp;| )*){2,}")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a message: words, or something folded with its summary."""

    html: SafeString
    summary: str = ""  #: empty: not folded
    has_columns: bool = False


def shown_chars(messages: Sequence[Message]) -> int:
    """How much of each of these messages is shown at once, so that no page becomes endless."""
    if sum(min(len(message.text), SHOWN_CHARS) for message in messages) <= _TOGETHER_CHARS:
        return SHOWN_CHARS
    return max(_LEAST_CHARS, _TOGETHER_CHARS // len(messages))


def blocks_of(message: Message, shown: int | None = None, finder: Recogniser = NO_ORDERS) -> list[Block]:
    """The parts of a plain-text view, in their order, as far as so many characters go; order numbers are links."""
    text = _beginning(message, shown)
    blocks = [
        _with_orders(_block(span, text), message, finder)
        for span in message.spans or [["written", 0, len(text), "", 0]]
    ]
    return [block for block in blocks if block.html]


def _with_orders(block: Block, message: Message, finder: Recogniser) -> Block:
    if not finder or not block.html:
        return block
    return replace(block, html=mark_safe(link_orders(block.html, finder, message.conversation_id)))


def _beginning(message: Message, shown: int | None) -> str:
    return message.text if shown is None else cut_whole(message.text, shown)


def _block(span: list[int | str], text: str) -> Block:
    kind, start, end, label, lines = span
    part = text[int(start) : int(end)].strip("\r\n")
    if not part.strip():
        return Block(SafeString(""))
    if kind == "written":
        has_columns = _is_table(part)
        html = text_to_html(part.strip())
        return Block(mark_safe(html if has_columns else _paragraphs(html)), has_columns=has_columns)
    return Block(mark_safe(text_to_html(part)), summary=_summary(str(kind), str(label), int(lines)))


def _is_table(text: str) -> bool:
    """True for box drawing, or runs of blanks between words in two lines that follow each other."""
    if _CORNER.search(text):
        return True
    lines = text.split("\n")
    return any(map(_has_cell, lines)) or any(
        _COLUMNS.search(line) and _COLUMNS.search(below) for line, below in pairwise(lines)
    )


def _has_cell(line: str) -> bool:
    begins = _CELL_BEGINS.search(line)
    return bool(begins and _CELL_ENDS.search(line, begins.end()))


def _paragraphs(html: str) -> str:
    """Blank lines as the gap between paragraphs, narrower than an empty line."""
    return "".join(f"<p>{part}</p>" for part in _GAP.split(html) if part)


def _summary(kind: str, label: str, lines: int) -> str:
    amount = ngettext("%(lines)d line", "%(lines)d lines", lines) % {"lines": lines}
    if kind == "signature":
        return _("Show the signature")
    return _("Show the quotation (%(label)s, %(amount)s)") % {"label": label[:40], "amount": amount}


def note_blocks(message: Message, shown: int | None = None, finder: Recogniser = NO_ORDERS) -> list[Block]:
    """The words of a note, with people named by @ marked, as far as so many characters go; order numbers are links."""
    html = text_to_html(_beginning(message, shown))
    marked = _MENTION.sub(lambda name: f'<span class="mention">{escape(name[0])}</span>', html)
    block = Block(mark_safe(marked if "mailto:" not in html else html))
    return [_with_orders(block, message, finder)]


def is_designed(message: Message) -> bool:
    """True when the HTML says more than its text: such mail is shown as HTML at once."""
    html = _PAPER.sub("", message.html) if message.html.startswith("<style>") else message.html
    return bool(_DESIGNED.search(html))
