"""What a stranger's CSS may say: the one list of properties and of the forms their values may take.

Both style attributes and the rules of style sheets (`core.sheets`) pass `_allowed`. Nothing in the result loads, moves
out of its place, covers what is not its own or clips: no address, no `position`, `transform`, `opacity`, `overflow`,
no negative margin, no generated content, no variables. The one remote thing kept is the first background picture,
parked as `--remote-image:'https://…'`, on which no browser acts; the desk's frame turns it on when a person asks.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tinycss2
from tinycss2.ast import Node

#: Characters of one style attribute that are looked at.
_MAX_INLINE = 4_000
_MAX_VALUE = 300
#: CSS pixels, percent or what the unit says; a sheet of paper A0 is 3,200 pixels wide.
_MAX_NUMBER = 5_000
_MAX_NESTING = 20


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SIDES = ("top", "right", "bottom", "left")
_SIZES = _names("width height max-width max-height min-width min-height")
_BACKGROUNDS = _names("background background-image")
_FONTS = _names("font font-family")
_PROPERTIES = (
    _names(
        "color background-color background-position background-repeat background-size text-align text-align-last"
        " text-decoration text-decoration-color text-decoration-line text-decoration-style text-indent text-transform"
        " text-shadow vertical-align white-space word-break word-wrap overflow-wrap word-spacing line-break line-height"
        " letter-spacing direction unicode-bidi font-size font-style font-weight font-variant font-stretch margin"
        " padding border border-color border-style border-width border-radius border-collapse border-spacing"
        " table-layout caption-side empty-cells list-style list-style-type list-style-position float clear display"
        " visibility box-sizing box-shadow object-fit flex flex-direction flex-wrap flex-grow flex-shrink flex-basis"
        " align-items align-self align-content justify-content gap column-gap row-gap writing-mode text-orientation"
        " border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius"
    )
    | {f"{name}-{side}" for name in ("margin", "padding", "border") for side in _SIDES}
    | {f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")}
    | _SIZES
    | _BACKGROUNDS
    | _FONTS
)
#: Where a number below zero keeps things in their place.
_SIGNED = _names("text-indent letter-spacing word-spacing vertical-align background-position background text-shadow")
_DISPLAYS = _names(
    "none block inline inline-block flow-root list-item table inline-table table-row table-cell table-row-group"
    " table-header-group table-footer-group table-column table-column-group table-caption flex inline-flex"
    " initial inherit unset revert"
)
_COLOURS = _names("rgb rgba hsl hsla")
_SUMS = _names("calc min max clamp") | {""}
_GRADIENTS = _names("linear-gradient radial-gradient")
_UNITS = _names("px pt pc em rem ex ch in cm mm q vw deg turn")

_VALUE = re.compile(r"[\w #%.,'/+*()\u3000-]+")
_FUNCTION = re.compile(r"([\w-]*)\(")
_QUOTED = re.compile(r"'[\w .,/\u3000-]{0,100}'")
_POWER = re.compile(r"(?<![\w#])[\d.]+e[+-]?\d")
_NUMBER = re.compile(r"(?<![\w#.-])([+-]?)(\d+(?:\.\d*)?|\.\d+)([a-z]*)(?![\w-])")
_SPACE = re.compile(r"[ \t\n\r\f]+")
#: An attribute that only needs to be split: nothing escaped, nested or commented, and no address.
_PLAIN = re.compile(r"[\w\s#%.,'\"/+*()!:;-]*")
_NOT_PLAIN = re.compile(r"/\*|url", re.IGNORECASE)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%]{3,1000}", re.IGNORECASE)
_ENCODED = str.maketrans({"(": "%28", ")": "%29", "'": "%27", " ": "%20", "[": "%5B", "]": "%5D", "|": "%7C"})


@lru_cache(maxsize=512)  # newsletters repeat theirs hundreds of times
def clean_style(text: str) -> str:
    """The harmless declarations of a style attribute.

    None is important here: that would place it above the rules by which the frame keeps our own words readable.
    """
    text = text[:_MAX_INLINE]
    if _PLAIN.fullmatch(text) and not _NOT_PLAIN.search(text):
        pairs = (part.partition(":")[::2] for part in text.split(";"))
        found = (_allowed(name.strip().lower(), _IMPORTANT.sub("", value).strip()) for name, value in pairs)
        return ";".join(kept for kept in found if kept)
    nodes = tinycss2.parse_component_value_list(text)
    return "" if is_nested(nodes) else ";".join(kept for kept, _ in clean_declarations(nodes))


def clean_declarations(content: Iterable[Node]) -> Iterator[tuple[str, bool]]:
    """Each harmless declaration of a block with whether it is important; nothing in it `is_nested`."""
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            continue
        if node.lower_name in _BACKGROUNDS:
            yield from ((kept, node.important) for kept in _background(node.lower_name, node.value))
        elif kept := _allowed(node.lower_name, _text_of(node.value)):
            yield kept, node.important


def is_nested(nodes: Iterable[Node]) -> bool:
    """True when blocks stand deeper in each other than any mail needs; serialising them would recurse as deep."""
    level = list(nodes)
    for _ in range(_MAX_NESTING):
        level = [inner for node in level for inner in _inside(node)]
        if not level:
            return False
    return True


def _inside(node: Node) -> Iterable[Node]:
    if node.type == "function":
        return node.arguments or ()
    return node.content if node.type in ("() block", "[] block", "{} block") else ()


@lru_cache(maxsize=8_192)
def _allowed(name: str, value: str) -> str:
    """`name:value` when both are on the list, with strings in single quotes; else nothing."""
    value = _SPACE.sub(" ", value.replace('"', "'"))
    value = value if name in _FONTS else value.lower()
    if name not in _PROPERTIES or len(value) > _MAX_VALUE or not _VALUE.fullmatch(value):
        return ""
    bare = _QUOTED.sub("", value) if name in _FONTS else value
    lowered = bare.lower()
    if "'" in bare or (name == "display" and lowered not in _DISPLAYS) or not _calls_safely(name, lowered):
        return ""
    return f"{name}:{value}" if _has_fair_numbers(name, lowered) else ""


def _calls_safely(name: str, value: str) -> bool:
    functions = _COLOURS
    if name in _SIZES:
        functions |= _SUMS
    elif name in _BACKGROUNDS:
        functions |= _GRADIENTS
    return _is_balanced(value) and all(function in functions for function in _FUNCTION.findall(value))


def _is_balanced(value: str) -> bool:
    depth = 0
    for bracket in re.findall(r"[()]", value):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def _has_fair_numbers(name: str, value: str) -> bool:
    may_be_negative = name in _SIGNED or "(" in value
    return not _POWER.search(value) and all(
        float(number) <= _MAX_NUMBER and (unit in _UNITS or not unit) and (sign != "-" or may_be_negative)
        for sign, number, unit in _NUMBER.findall(value)
    )


def _background(name: str, value: Iterable[Node]) -> Iterator[str]:
    """The declaration without its pictures, and the first of them parked."""
    nodes = list(value)
    pictures = [address for node in nodes if (address := _address(node)) is not None]
    rest = _text_of(node for node in nodes if _address(node) is None)
    if len(pictures) < 2 and (kept := _allowed(name, rest)):
        yield kept
    if pictures and (found := _ADDRESS.fullmatch(pictures[0].strip().translate(_ENCODED))):
        yield f"--remote-image:'{found[0]}'"


def _address(node: Node) -> str | None:
    if node.type == "url":
        return str(node.value)
    if node.type == "function" and node.lower_name == "url":
        return next((str(each.value) for each in node.arguments if each.type == "string"), "")
    return None


def _text_of(value: Iterable[Node]) -> str:
    return str(tinycss2.serialize([node for node in value if node.type != "comment"])).strip()
