"""Sanitised HTML as text a person can read: for search, quoting, notices and mails that carry no text part.

Works only on the output of `core.html.sanitise`, which is well-formed and small in vocabulary, so a scan over
its tags is enough and no second parser is needed.
"""

import re
from dataclasses import dataclass, field
from html import unescape

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_SPACE = re.compile(r"[ \t\n\r\f]+")
_DISPLAY = re.compile(r"(?<![a-z-])display:([a-z-]*)")
#: A rule of the mail's own sheet that stands above what a style attribute hides.
_SHOWN_ALL_THE_SAME = re.compile(r"(?<![a-z-])display:(?!none)[a-z-]+ ?!important")
#: Words struck out: a reader who sees no line through them would take them for said.
_STRUCK = frozenset({"del", "s", "strike"})
_STRUCK_STYLE = re.compile(r"(?<![a-z-])text-decoration(?:-line)?:[^;]{0,80}line-through")
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
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
_BESIDE = re.compile(r"<(?:a|img|td|th|del|s|strike)[ >]|line-through")


@dataclass(slots=True)
class _Writer:
    """Text in the making: finished lines, the line being written, and what surrounds it."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    has_words: bool = False  #: something to read stands on the line being written
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
    is_japanese: bool = True
    struck: str = ""  #: the tag that strikes out what is in it
    struck_depth: int = 0
    says_struck: bool = False
    may_hide: bool = True  #: False where the sheet may show again what a tag hides

    def text(self, raw: str) -> None:
        text = unescape(raw)
        if self.preformatted:
            first, *others = text.split("\n")
            self.add(first)
            for other in others:
                self.end_line()
                self.add(other)
            return
        text = _SPACE.sub(" ", text)
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.add(text)

    def add(self, text: str) -> None:
        """Go on with the line."""
        if self.struck and not (self.says_struck or self.runs_together) and text.strip():
            self.says_struck = True
            self.line.append("（取り消し：" if self.is_japanese else "(struck out: ")
        self.line.append(text)
        self.has_words = self.has_words or bool(text.strip())

    def end_line(self, *, force: bool = True) -> None:
        content = "".join(self.line)
        content = content.rstrip() if self.preformatted else content.strip(" ")
        self.line, self.has_words = [], False
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
    writer.is_japanese = _JAPANESE.search(clean) is not None
    writer.may_hide = not _SHOWN_ALL_THE_SAME.search(_sheet(clean))
    for token in _TOKEN.finditer(clean):
        if token.start() > position and not writer.hidden:
            writer.text(clean[position : token.start()])
        position = token.end()
        closing, name, attributes = token.groups()
        if writer.hidden:
            _skip_hidden(writer, name, closing=bool(closing))
        elif closing:
            _close_struck(writer, name)
            _close(writer, name)
        else:
            _open(writer, name, attributes)
            _open_struck(writer, name, attributes)
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
            writer.add(alt if writer.runs_together else f"[{alt}]")
    elif name == "a":
        writer.link, writer.link_start = unescape(given.get("href", "")), len(writer.line)
    else:
        _open_block(writer, name, given)


def _open_struck(writer: _Writer, name: str, attributes: str) -> None:
    if name in _VOID or writer.hidden:
        return
    if writer.struck:
        writer.struck_depth += writer.struck == name
    elif name in _STRUCK or _STRUCK_STYLE.search(attributes):
        writer.struck, writer.struck_depth, writer.says_struck = name, 1, False


def _close_struck(writer: _Writer, name: str) -> None:
    if writer.struck == name:
        writer.struck_depth -= 1
        if writer.struck_depth == 0:
            writer.struck = ""
            if writer.says_struck:
                writer.add("）" if writer.is_japanese else ")")
            writer.says_struck = False


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
        if writer.has_words:
            writer.add(" | ")
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
    side_by_side: list[list[str]] = [[] for _line in range(max(map(len, cells)))]
    for cell in cells:
        for parts, line in zip(side_by_side, cell, strict=False):  # a cell may end before its neighbours do
            parts.append(line)
    lines = ["".join(parts) for parts in side_by_side]
    if len(lines) > 1 and not writer.rows:  # of tables in tables only the outermost: it has them all
        lines.append("".join(line for cell in cells for line in cell))
    writer.lines[starts[0] :] = [f"{mark}{line}" for line in lines]


def _open_item(writer: _Writer) -> None:
    number = writer.lists[-1] if writer.lists else 0
    writer.add("\u3000" * (len(writer.lists) - 1) + (f"{number}. " if number else "・"))
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
    if target and shown and not writer.runs_together and not _names_target(shown, target):
        writer.add(f" <{target.removeprefix('mailto:').removeprefix('tel:')}>")


def _names_target(shown: str, target: str) -> bool:
    """Whether the words of a link say where it leads: the whole address, and no longer one that only holds it."""
    if target.startswith("tel:"):
        return _NOT_DIGIT.sub("", shown) == _NOT_DIGIT.sub("", target)
    text, bare = _SCHEME.sub("", shown), _SCHEME.sub("", target.removeprefix("mailto:").strip()).rstrip("/")
    start = text.find(bare)
    while bare and start >= 0:
        end = start + len(bare)
        end += text.startswith("/", end)
        if text[start - 1 : start] not in _OF_ADDRESS and text[end : end + 1] not in _OF_ADDRESS:
            return True
        start = text.find(bare, end)
    return False


_SCHEME = re.compile(r"https?://(?:www\.)?")
_NOT_DIGIT = re.compile(r"[^0-9]+")
#: What an address goes on with; the end of the text is none of it.
_OF_ADDRESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~%@/?#&=+:-")


def _skip_hidden(writer: _Writer, name: str, *, closing: bool) -> None:
    if name == writer.hidden:
        writer.hidden_depth += -1 if closing else 1
        if writer.hidden_depth == 0:
            writer.hidden = ""
