"""Amounts of money as people write them in a letter: 5,000円, ¥5,000, 1万2千円, 12.5万円, JPY 5,000. Pure."""

import re
import unicodedata
from decimal import Decimal

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,13}(?:\.[0-9]{1,4})?"
_AMOUNT = re.compile(
    rf"(?<![0-9.,])(?:(?P<sign>[¥\\]|JPY)[ ]?(?P<signed>{_NUMBER})(?![0-9])"
    rf"|(?:(?P<oku>[0-9.]{{1,8}})億)?(?:(?P<man>{_NUMBER})万)?(?:(?P<sen>[0-9])千)?(?P<rest>{_NUMBER})?[ ]?(?:円|yen))",
    re.IGNORECASE,
)
_MOST = 10**15


def amounts_in(text: str) -> list[int]:
    """Every amount in yen, in the order of the text; fractions of a yen are cut."""
    return [amount for found in _AMOUNT.finditer(unicodedata.normalize("NFKC", text)) if (amount := _yen(found))]


def _yen(found: re.Match[str]) -> int:
    parts = {name: value for name, value in found.groupdict().items() if value and name != "sign"}
    units = {"signed": 1, "rest": 1, "sen": 1_000, "man": 10_000, "oku": 10**8}
    total = sum((Decimal(_plain(value)) * units[name] for name, value in parts.items()), Decimal(0))
    return min(int(total), _MOST)


def _plain(number: str) -> str:
    whole, _dot, rest = number.replace(",", "").partition(".")
    return f"{whole or 0}.{rest.replace('.', '') or 0}"
