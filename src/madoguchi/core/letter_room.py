"""Whether a letter stays where its reader looks: how far its indents, cells and blanks push words to the right.

Works on what the cleaner of `letter_html` made, which is well-formed. Lengths are those of a browser, and of an em the
greatest that a letter may have.
"""

import re

#: Twelve quotations in each other; of cells as wide as a wide screen.
_MOST_INDENT, _MOST_WIDTH = 480, 1_200
_INDENT, _LEAST_CELL = 40, 24
#: More blanks than this in a row set nothing apart any better.
_MOST_BLANKS = 40
_INDENTED = {"blockquote": "margin", "dd": "margin", "figure": "margin", "ul": "padding", "ol": "padding"}
_VOID = frozenset({"br", "hr", "img"})
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_SPACES = re.compile(r"(margin|padding)(?:-(left))?:([^;\"]{1,80})")
_WIDE = re.compile(r'(?:width="|[ ";]width:)([0-9]{1,4})(?![0-9%.])')
_LENGTH = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)(px|pt|em)?")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 49.0}
_BLANK = "\u00a0\u2007\u202f\u2800\u3164\u115f\u1160\uffa0"
_OTHER_BLANK = re.compile(f"[{_BLANK}]")
_PIECE = re.compile(rf"<(/?)([a-z][a-z0-9]*)[^<>]*>|(&nbsp;|[{_BLANK}])|(?:[^<&{_BLANK}]|&(?!nbsp;))+|<")
_IN_LINE = re.compile("a|abbr|b|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|span|strike|strong|time|tt|u|var")


def is_out_of_sight(clean: str) -> bool:
    """True when something in it begins further to the right than people look."""
    tags: list[tuple[str, float]] = []
    rows: list[float] = []  #: of each open row, how wide its cells are so far
    for closing, name, attributes in _TAG.findall(clean):
        if name == "tr":
            rows = rows[:-1] if closing else [*rows, 0.0]
        if closing and tags:
            tags.pop()
        elif not closing:
            wide = _width(attributes)
            if name in ("td", "th", "img") and rows:
                here = sum(rows) + sum(indent for _name, indent in tags)
                if name != "img" and here >= _MOST_WIDTH:
                    return True
                rows[-1] += wide if name == "img" else max(wide, _LEAST_CELL)
            if name not in _VOID:
                tags.append((name, _indent(name, attributes)))
                if sum(indent for _name, indent in tags) > _MOST_INDENT:
                    return True
    return False


def without_long_blanks(clean: str) -> str:
    """The same with no more blanks in a row than set something apart, whatever tags stand between them."""
    if clean.count("&nbsp;") + len(_OTHER_BLANK.findall(clean)) <= _MOST_BLANKS:
        return clean
    parts: list[str] = []
    run = 0
    for piece in _PIECE.finditer(clean):
        text = piece[0]
        if piece[3]:
            run += 1
            text = text if run <= _MOST_BLANKS else " "
        elif not text.isspace() and not _IN_LINE.fullmatch(piece[2] or ""):
            run = 0
        parts.append(text)
    return "".join(parts)


def _indent(name: str, attributes: str) -> float:
    """How far a tag moves what is in it to the right, in pixels."""
    lefts = {"margin": 0.0, "padding": 0.0}
    if name in _INDENTED:
        lefts[_INDENTED[name]] = _INDENT
    for kind, is_left, value in _SPACES.findall(attributes):
        sides = value.split()
        lefts[kind] = _pixels(sides[0] if is_left else sides[3 if len(sides) > 3 else min(1, len(sides) - 1)])
    return sum(lefts.values())


def _width(attributes: str) -> float:
    return float(max(map(int, _WIDE.findall(attributes)), default=0))


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip())
    return float(found[1]) * _PIXELS[found[2] or ""] if found else 0.0
