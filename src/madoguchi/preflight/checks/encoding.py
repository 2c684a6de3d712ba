"""Check 9: 機種依存文字, where the letter goes out as ISO-2022-JP (sending refuses them by itself)."""

from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding, Repair, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_CIRCLED = {chr(0x2460 + number): f"({number + 1})" for number in range(20)}
_ROMAN = dict(zip("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), strict=True))
#: What is written instead, where it says the same.
_INSTEAD = _CIRCLED | _ROMAN | {
    "㈱": "株式会社", "㈲": "有限会社", "№": "No.", "℡": "TEL", "㎜": "mm", "㎝": "cm", "㎏": "kg",
    "㎡": "平方メートル", "髙": "高", "﨑": "崎", "𠮷": "吉", "㌔": "キロ", "㌘": "グラム", "㍑": "リットル",
}  # fmt: skip


def look_at_encoding(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Each character that would arrive as 〓, where it first stands."""
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.text)):
        for char in around.lost.get(part, ()):
            start = max(text.find(char), 0)
            place, words = at(part, text, start, start + len(char))
            instead = _INSTEAD.get(char)
            yield Finding(
                _("“%(char)s” cannot be sent in %(charset)s.") % {"char": char, "charset": around.charset.upper()},
                place,
                words,
                why=_("This address is written to in an old encoding, which lacks this character."),
                repair=Repair(_("Change to “%(name)s”") % {"name": instead}, instead) if instead else None,
            )
