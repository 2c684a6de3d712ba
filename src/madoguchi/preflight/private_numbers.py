"""Card numbers and マイナンバー in a text: by their check digits, and by what the line says they are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.core.seen_text import seen_with_origins

_DIGITS = re.compile(
    r"(?:(?<![0-9A-Za-z.+/-])|(?<=JCB)|(?<=(?i:VISA))|(?<=(?i:AMEX)))"
    r"[0-9](?:[ \-‐–−ー]?[0-9]){11,15}(?![0-9A-Za-z/]|-[0-9])"
    # The groups of a card may be set apart by anything, and go on in the next line.
    r"|(?<![0-9A-Za-z.,+/-])[0-9]{4}(?:[ \t]?[ .,・_/|\n-][ \t]?[0-9]{4}){3}(?![0-9A-Za-z/]|[.,-][0-9])"
    r"|(?<![0-9A-Za-z.,+/-])3[47][0-9]{2}[ ]?[.・_\n][ ]?[0-9]{6}[ ]?[.・_\n][ ]?[0-9]{5}(?![0-9A-Za-z/]|[.,-][0-9])"
)
#: What a number may be as well: a parcel's has twelve digits, and check digits hit by chance.
_ELSE = (
    r"(?:伝票|追跡|送り状|荷物|お?問い?合わ?せ|受付|注文|予約|管理|お?客様|会員|JAN|商品|型番|tracking|order"
    r"|(?:ポイント|会員|メンバーズ|ギフト|プリペイド|診察|スタンプ)カード)"
)
#: The words that stand right before a number and name it.
_NAMED_ELSE = re.compile(
    rf"{_ELSE}(?:の?(?:番号|コード|No\.?|ID|number|code)[^0-9０-９\n。、,]{{0,6}}|[ 　:：#＃]{{0,3}})$", re.IGNORECASE
)
_THEN_ELSE = re.compile(rf"[ 　]?[(（のは]?(?:お|ご)?{_ELSE}", re.IGNORECASE)
_SAYS_CARD = re.compile(
    r"(?<!ポイント)(?<!会員)(?<!メンバーズ)(?<!ギフト)(?<!プリペイド)(?<!診察)(?<!スタンプ)カード(?:の)?番号|クレジット|クレカ"
    r"|credit ?card|card (?:no|number)|\bVISA\b|Master ?Card|\bJCB\b|\bAMEX\b|American Express",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r"マイナンバー|個人番号|My ?Number", re.IGNORECASE)
#: First digits of Visa, Mastercard, American Express, Diners, JCB, Discover (ISO/IEC 7812).
_CARD = re.compile(r"(?:4|5[1-5]|2[2-7]|3[47]|3[0689]|35|6)")
#: Weights of the check digit (番号法, 平成26年総務省令第85号, art. 5).
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class PrivateNumber:
    """One of them, where it stands."""

    start: int
    end: int
    digits: str
    is_card: bool  #: else a マイナンバー


def private_numbers(text: str) -> Iterator[PrivateNumber]:
    """Those of a text, in its order; figures may be full width and divided, also by what nobody sees."""
    read = seen_with_origins(text)
    for match in _DIGITS.finditer(read.text):
        digits = "".join(char for char in match[0] if char in "0123456789")
        about = _about(read.text, match)
        if (is_card := _is_card(digits, about)) or _is_personal(digits, about):
            yield PrivateNumber(*read.span(match.start(), match.end()), digits, is_card)


@dataclass(frozen=True, slots=True)
class _About:
    """What the line says of a number."""

    line: str
    before: str
    after: str

    @property
    def is_else(self) -> bool:
        """True for a number that the words beside it name as something harmless."""
        return bool(_NAMED_ELSE.search(self.before) or _THEN_ELSE.match(self.after))


def _about(text: str, match: re.Match[str]) -> _About:
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 60)
    after = text[match.end() : match.end() + 20].split("\n", maxsplit=1)[0]
    return _About(text[start : match.end()] + after, text[start : match.start()], after)


def _is_card(digits: str, about: _About) -> bool:
    if len(digits) < 14 or _CARD.match(digits) is None or not passes_luhn(digits):
        return False
    return bool(_SAYS_CARD.search(about.line)) or not about.is_else


def passes_luhn(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 and len(set(digits)) > 1


def _is_personal(digits: str, about: _About) -> bool:
    if len(digits) != 12:
        return False
    return bool(_SAYS_SO.search(about.line)) or (passes_personal(digits) and not about.is_else)


def passes_personal(digits: str) -> bool:
    """The check digit of a マイナンバー."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest) and len(set(digits)) > 1
