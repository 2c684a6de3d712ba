"""How our own letters may be set: the properties, and of each the values that leave its words in sight and in place.

Colours are held to dark words on a light ground, so that no combination of them hides anything.
"""

import re
from functools import lru_cache

_MAX_CHARS = 4_000

#: Relative luminance (WCAG 2.2): words stand out from white by 3.5 to 1, and from the darkest ground by 2.8 to 1.
_DARKEST_GROUND, _LIGHTEST_WORD = 0.8, 0.25
_NAMED = {
    "black": "000000", "navy": "000080", "blue": "0000ff", "darkblue": "00008b", "green": "008000",
    "darkgreen": "006400", "teal": "008080", "maroon": "800000", "darkred": "8b0000", "red": "ff0000",
    "purple": "800080", "brown": "a52a2a", "gray": "808080", "grey": "808080", "dimgray": "696969",
    "white": "ffffff", "ivory": "fffff0", "beige": "f5f5dc", "whitesmoke": "f5f5f5", "yellow": "ffff00",
    "lightyellow": "ffffe0", "aliceblue": "f0f8ff", "lavender": "e6e6fa",
}  # fmt: skip
_RGB = re.compile(r"rgb\( ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?, ?([0-9]{1,3}) ?\)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")

_COLOUR = r"(?:#[0-9a-f]{3,6}|[a-z]{3,20}|rgb\( ?[0-9]{1,3} ?, ?[0-9]{1,3} ?, ?[0-9]{1,3} ?\))"
_LENGTH = r"(?:0|(?:1?[0-9])?[0-9](?:\.[0-9]{1,3})?(?:px|pt)|[0-3](?:\.[0-9]{1,3})?em|auto)"
_LENGTHS = rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"
_LINE = rf"(?:0|none|[0-9](?:\.[0-9]{{1,3}})?(?:px|pt) (?:solid|dashed|dotted|double)(?: {_COLOUR})?)"
_WIDTH = r"(?:[1-9][0-9]?|100)%|(?:[4-9][0-9]|[1-9][0-9]{2}|1[01][0-9]{2})px|auto"
_SIDES = ("top", "right", "bottom", "left")
_VALUES = {
    "font-size": r"(?:1[0-9]|[2-4][0-9])(?:\.[0-9]{1,3})?px|(?:[89]|[12][0-9]|3[0-6])(?:\.[0-9]{1,3})?pt"
    r"|small|medium|large|x-large|xx-large",
    "font-weight": "normal|bold|[1-9]00",
    "font-style": "normal|italic|oblique",
    "text-align": "left|right|center|justify|start|end",
    "text-decoration": "none|underline|line-through",
    "vertical-align": "top|middle|bottom|baseline",
    "line-height": r"normal|[12](?:\.[0-9]{1,3})?|3|1[0-9]{2}%|2[0-9]{2}%",
    "white-space": "normal|pre-wrap|pre-line",
    "border-collapse": "collapse|separate",
    "list-style-type": "none|disc|circle|square|decimal",
    "width": _WIDTH,
    "max-width": _WIDTH,
    "border": _LINE,
    "margin": _LENGTHS,
    "padding": _LENGTHS,
    **{f"border-{side}": _LINE for side in _SIDES},
    **{f"{name}-{side}": _LENGTH for name in ("margin", "padding") for side in _SIDES},
}
_ALLOWED = {name: re.compile(value) for name, value in _VALUES.items()}
_MOVES = re.compile("margin|padding|vertical-align")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=512)
def letter_style(text: str, *, is_cell: bool = False) -> str:
    """The declarations of a style attribute that keep its words in sight, and those of a cell apart from the next."""
    pairs = (part.partition(":")[::2] for part in text[:_MAX_CHARS].lower().split(";"))
    plain = [_wrapped((name.strip(), _SPACE.sub(" ", value).strip())) for name, value in pairs]
    return ";".join(
        f"{name}:{value}"
        for name, value in map(_wrapped, plain)
        if _fits(name, value) and not (is_cell and _MOVES.match(name))
    )


def _wrapped(declaration: tuple[str, str]) -> tuple[str, str]:
    """What is set in its lines is wrapped where they end: otherwise blanks push words out of sight."""
    return ("white-space", "pre-wrap") if declaration == ("white-space", "pre") else declaration


def _fits(name: str, value: str) -> bool:
    if name == "color":
        return is_dark(value)
    if name in ("background", "background-color"):
        return is_light(value)
    allowed = _ALLOWED.get(name)
    return allowed is not None and allowed.fullmatch(value) is not None


def is_dark(colour: str) -> bool:
    """True for a colour in which words are read on every ground that is allowed."""
    luminance = _luminance(colour)
    return luminance is not None and luminance <= _LIGHTEST_WORD


def is_light(colour: str) -> bool:
    """True for a ground on which words of every colour that is allowed are read."""
    luminance = _luminance(colour)
    return luminance is not None and luminance >= _DARKEST_GROUND


def _luminance(colour: str) -> float | None:
    """How light a colour is, from 0 to 1 (WCAG 2.2, relative luminance); None for what is no plain colour."""
    parts = _parts(colour)
    if parts is None:
        return None
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _parts(colour: str) -> list[float] | None:
    if found := _RGB.fullmatch(colour):
        return [min(int(part), 255) / 255 for part in found.groups()]
    found = _HEX.fullmatch(f"#{_NAMED[colour]}" if colour in _NAMED else colour)
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    return [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
