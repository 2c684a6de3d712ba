"""Sanitised HTML as text a person can read: for search, quoting, notices and mails that carry no text part.

Works only on the output of `core.html.sanitise`, which is well-formed and small in vocabulary, so a scan over
its tags is enough and no second parser is needed.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import zip_longest

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_SPACE = re.compile(r"[ \t\n\r\f]+")
_DISPLAY = re.compile(r"(?<![a-z-])display:([a-z-]*)")
#: A rule of the mail's own sheet that stands above what a style attribute hides.
_SHOWN_ALL_THE_SAME = re.compile(r"(?<![a-z-])display:(?!none)[a-z-]+ ?!important")
_BLANK_LINES = re.compile(r"\n{3,}")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPHS = _names("p h1 h2 h3 h4 h5 h6 blockquote table ul ol dl pre figure")
_LINES = _names(
    "address article aside caption center dd details div dt figcaption footer header li main section summary tr"
)
_VOID = _names("br col hr img wbr")
_RULE = "─" * 20
_MAX_LISTS = 20
#: Where the words of two tags may stand side by side and are read apart.
_BESIDE = re.compile(r"<(?:a|img|td|th)[ >]")


@dataclass(slots=True)
class _Writer:
    """Text in the making: finished lines, the line being written, and what surrounds it."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: int = 0
    preformatted: int = 0
    lists: list[int] = field(default_factory=list)  #: next number, or 0 for a list without
    runs_together: bool = False  #: cells and what surrounds a link or picture are read without a gap
    says_pictures: bool = True
    rows: list[list[int]] = field(default_factory=list)  #: open ones: the line at which each cell begins
    link: str = ""
    link_start: int = 0
    hidden: str = ""
    hidden_depth: int = 0
    may_hide: bool = True  #: False where the sheet may show again what a tag hides

    def text(self, raw: str) -> None:
        text = unescape(raw)
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.end_line()
                self.line.append(other)
            return
        text = _SPACE.sub(" ", text)
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)

    def end_line(self, *, force: bool = True) -> None:
        content = "".join(self.line)
        content = content.rstrip() if self.preformatted else content.strip(" ")
        self.line = []
        self.link_start = 0
        if content or force:
            self.lines.append((f"{'> ' * self.quotes}{content}").rstrip())

    def paragraph(self) -> None:
        self.end_line(force=False)
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * self.quotes)


def text_of_clean_html(clean: str) -> str:
    """Lines of text, at most one blank line between them."""
    return _read(clean, _Writer())


def text_run_together(clean: str) -> str:
    """The same as the eye may run it together: cells side by side, words around a link, and around a small picture.

    Empty where that says nothing else.
    """
    if not _BESIDE.search(clean):
        return ""
    writers = (_Writer(runs_together=True, says_pictures=says_pictures) for says_pictures in (False, True))
    readings = dict.fromkeys(_read(clean, writer) for writer in writers)
    usual = text_of_clean_html(clean)
    return "\n".join(reading for reading in readings if reading != usual)


def _read(clean: str, writer: _Writer) -> str:
    position = 0
    writer.may_hide = not _SHOWN_ALL_THE_SAME.search(_sheet(clean))
    for token in _TOKEN.finditer(clean):
        if token.start() > position and not writer.hidden:
            writer.text(clean[position : token.start()])
        position = token.end()
        closing, name, attributes = token.groups()
        if writer.hidden:
            _skip_hidden(writer, name, closing=bool(closing))
        elif closing:
            _close(writer, name)
        else:
            _open(writer, name, attributes)
    writer.text(clean[position:])
    writer.end_line(force=False)
    text = "\n".join(line.rstrip() for line in writer.lines).replace("\xa0", " ")
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _sheet(clean: str) -> str:
    """The mail's own sheet, which `sanitise` puts before everything else."""
    return clean[: clean.find("</style>")] if clean.startswith("<style>") else ""


def _is_hidden(name: str, style: str) -> bool:
    """Whether a tag takes what is in it out of sight: of several declarations the last holds."""
    displays = _DISPLAY.findall(style) if name not in _VOID else []
    return bool(displays) and displays[-1] == "none"


def _open(writer: _Writer, name: str, attributes: str) -> None:
    given = dict(_ATTRIBUTE.findall(attributes)) if attributes else {}
    if name == "style" or (writer.may_hide and _is_hidden(name, given.get("style", ""))):
        writer.hidden, writer.hidden_depth = name, 1
    elif name == "br":
        writer.end_line()
    elif name == "hr":
        writer.end_line(force=False)
        writer.lines.append(_RULE)
    elif name == "img":
        if writer.says_pictures and (alt := unescape(given.get("alt", "")).strip()):
            writer.line.append(alt if writer.runs_together else f"[{alt}]")
    elif name == "a":
        writer.link, writer.link_start = unescape(given.get("href", "")), len(writer.line)
    else:
        _open_block(writer, name, given)


def _open_block(writer: _Writer, name: str, given: dict[str, str]) -> None:
    if name in _PARAGRAPHS and not (name in ("ul", "ol") and writer.lists):
        writer.paragraph()
    elif name in _LINES:
        writer.end_line(force=False)
    if name == "tr":
        writer.rows.append([])
    elif name == "blockquote":
        writer.quotes += 1
    elif name == "pre":
        writer.preformatted += 1
    elif name in ("ul", "ol") and len(writer.lists) < _MAX_LISTS:
        start = given.get("start", "1")
        writer.lists.append(0 if name == "ul" else int(start) if start.isdecimal() and len(start) < 6 else 1)
    elif name == "li":
        _open_item(writer)
    elif name in ("td", "th"):
        _open_cell(writer)


def _open_cell(writer: _Writer) -> None:
    if not writer.runs_together:
        if any(part.strip() for part in writer.line):
            writer.line.append(" | ")
        return
    writer.end_line(force=False)
    if writer.rows:
        writer.rows[-1].append(len(writer.lines))


def _run_cells_together(writer: _Writer, starts: list[int]) -> None:
    """Instead of the cells of a row its lines from side to side, and all of them in one."""
    if not writer.runs_together or len(starts) < 2:
        return
    mark = "> " * writer.quotes
    stretches = (writer.lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True))
    cells = [[line.removeprefix(mark) for line in stretch if line.strip("> ")] for stretch in stretches]
    lines = ["".join(parts) for parts in zip_longest(*cells, fillvalue="")]
    if len(lines) > 1 and not writer.rows:  # of tables in tables only the outermost: it has them all
        lines.append("".join(line for cell in cells for line in cell))
    writer.lines[starts[0] :] = [f"{mark}{line}" for line in lines]


def _open_item(writer: _Writer) -> None:
    number = writer.lists[-1] if writer.lists else 0
    writer.line.append("\u3000" * (len(writer.lists) - 1) + (f"{number}. " if number else "・"))
    if number:
        writer.lists[-1] += 1


def _close(writer: _Writer, name: str) -> None:
    if name == "a":
        _close_link(writer)
    elif name in ("ul", "ol") and writer.lists:
        writer.end_line(force=False)
        writer.lists.pop()
        if not writer.lists:
            writer.paragraph()
    elif name == "blockquote":
        writer.end_line(force=False)
        while writer.lines and not writer.lines[-1].strip("> "):
            writer.lines.pop()
        writer.quotes = max(0, writer.quotes - 1)
        writer.paragraph()
    elif name in _PARAGRAPHS:
        writer.paragraph()
        writer.preformatted -= name == "pre" and writer.preformatted > 0
    elif name in _LINES:
        writer.end_line(force=False)
        if name == "tr" and writer.rows:
            _run_cells_together(writer, writer.rows.pop())


def _close_link(writer: _Writer) -> None:
    """The address behind the text, unless the text is the address already."""
    shown = "".join(writer.line[writer.link_start :]).strip()
    target, writer.link = writer.link, ""
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if target and shown and not writer.runs_together and _bare(bare) not in _bare(shown):
        writer.line.append(f" <{bare}>")


def _bare(url: str) -> str:
    return (
        url.strip().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/").replace("-", "")
    )


def _skip_hidden(writer: _Writer, name: str, *, closing: bool) -> None:
    if name == writer.hidden:
        writer.hidden_depth += -1 if closing else 1
        if writer.hidden_depth == 0:
            writer.hidden = ""
