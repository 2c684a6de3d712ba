"""A small part of Markdown for rich letters: paragraphs, **strong**, *stress*, `code`, links, lists, quotes, headings.

What is not in this list stays as typed. The result passes the sanitiser like everything that is ever shown or sent.
"""

import re
from collections.abc import Iterator
from html import escape

from madoguchi.core.html import text_to_html
from madoguchi.core.letter_html import sanitise_letter

_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,500})`"
    r"|\[(?P<word>[^\]\n]{1,300})\]\((?P<url>https?://[^\s()<>\"]{1,1500})\)"
    r"|\*\*(?P<strong>[^*\n]{1,1000})\*\*"
    r"|(?<![\w*])\*(?P<stress>[^*\s][^*\n]{0,500})\*(?![\w*])"
)
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_BULLET = re.compile(r"[-*・] ?(.*)")
_NUMBER = re.compile(r"\d{1,3}[.)] (.*)")
_QUOTE = re.compile(r"> ?(.*)")


def render_markup(text: str) -> str:
    """The letter as HTML."""
    blocks = [block for block in re.split(r"\n{2,}", text.replace("\r\n", "\n")) if block.strip()]
    return sanitise_letter("\n".join(html for block in blocks for html in _block(block.split("\n"))))


def _block(lines: list[str]) -> Iterator[str]:
    """Runs of lines of one kind each."""
    run: list[str] = []
    kind = ""
    for line in lines:
        found = _kind(line)
        if run and found != kind:
            yield _render(kind, run)
            run = []
        kind = found
        run.append(line)
    if run:
        yield _render(kind, run)


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line):
        return "heading"
    if line.startswith(("- ", "* ", "・")):
        return "ul"
    if _NUMBER.fullmatch(line):
        return "ol"
    return "quote" if line.startswith(">") else "p"


def _render(kind: str, lines: list[str]) -> str:
    if kind == "heading":
        return "".join(
            f"<h{len(found[1]) + 1}>{_inline(found[2])}</h{len(found[1]) + 1}>"
            for line in lines
            if (found := _HEADING.fullmatch(line))
        )
    if kind in ("ul", "ol"):
        pattern = _BULLET if kind == "ul" else _NUMBER
        items = "".join(f"<li>{_inline(found[1])}</li>" for line in lines if (found := pattern.fullmatch(line)))
        return f"<{kind}>{items}</{kind}>"
    if kind == "quote":
        inner = "<br>".join(_inline(found[1]) for line in lines if (found := _QUOTE.fullmatch(line)))
        return f"<blockquote>{inner}</blockquote>"
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _inline(line: str) -> str:
    out, position = [], 0
    for found in _INLINE.finditer(line):
        out += [_plain(line[position : found.start()]), _marked(found)]
        position = found.end()
    return "".join([*out, _plain(line[position:])])


def _plain(part: str) -> str:
    """Text with its links; a blank beside a mark is a blank, not the indentation that `text_to_html` keeps."""
    bare = part.strip(" ")
    if not bare:
        return " " if part else ""
    return f"{' ' if part[0] == ' ' else ''}{text_to_html(bare)}{' ' if part[-1] == ' ' else ''}"


def _marked(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return f"<code>{escape(found['code'])}</code>"
    if found["url"] is not None:
        return f'<a href="{escape(found["url"])}">{escape(found["word"])}</a>'
    if found["strong"] is not None:
        return f"<strong>{escape(found['strong'])}</strong>"
    return f"<em>{escape(found['stress'])}</em>"


def markup_to_text(text: str) -> str:
    """The same for a letter without marks: headings with ■, links with their address behind them."""
    return "\n".join(map(_bare, text.replace("\r\n", "\n").split("\n")))


def _bare(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    return _INLINE.sub(_unmarked, f"■ {heading[2]}" if heading else line)


def _unmarked(found: re.Match[str]) -> str:
    if found["url"] is not None:
        return found["url"] if found["word"] == found["url"] else f"{found['word']} {found['url']}"
    return found["code"] or found["strong"] or found["stress"]
