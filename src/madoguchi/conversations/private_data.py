"""Personal data that stands in a text: card numbers, My Number, phone numbers, addresses, bank accounts. Pure.

Suggestions for a rule, not proof: a number counts only where its check digit or its company says what it is.
"""

import re
import unicodedata
from collections.abc import Iterator

from madoguchi.conversations.approval_choices import PrivateKind

_DIGITS = re.compile(r"(?<![0-9A-Za-z-])[0-9](?:[ -]?[0-9]){11,18}(?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z-])(?:\+81[- ]?[1-9]|0)[0-9]{1,4}[-( ][0-9]{1,4}[-) ][0-9]{3,4}(?![0-9-])"
    r"|(?<![0-9A-Za-z-])0[5789]0[0-9]{8}(?![0-9])"
)
_POSTAL = re.compile(r"〒[ ]?[0-9]{3}-?[0-9]{4}")
_BANK = re.compile(
    r"(?:普通|当座|貯蓄)(?:預金)?(?:口座)?[ :]{0,3}(?:口座番号)?[ :]{0,3}[0-9]{7}(?![0-9])|口座番号[ :]{0,3}[0-9]{6,8}"
)


def private_data_in(text: str) -> frozenset[str]:
    """Which kinds of personal data a text holds."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("‐", "-").replace("ー", "-")
    return frozenset(_kinds(plain))


def _kinds(text: str) -> Iterator[str]:
    for found in _DIGITS.finditer(text):
        digits = [int(each) for each in found.group() if each.isdigit()]
        if len(digits) == 12 and is_my_number(digits):
            yield PrivateKind.MY_NUMBER.value
        elif 13 <= len(digits) <= 19 and is_card_number(digits):
            yield PrivateKind.CARD.value
    for kind, pattern in ((PrivateKind.PHONE, _PHONE), (PrivateKind.POSTAL, _POSTAL), (PrivateKind.BANK, _BANK)):
        if pattern.search(text):
            yield kind.value


def is_card_number(digits: list[int]) -> bool:
    """By the check digit of ISO/IEC 7812-1 (Luhn) and the first digit of payment cards."""
    every_second = (sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return digits[0] in (3, 4, 5, 6) and len(set(digits)) > 1 and (sum(digits[::-2]) + sum(every_second)) % 10 == 0


def is_my_number(digits: list[int]) -> bool:
    """By the check digit of 個人番号 (総務省令第85号 of 2014, art. 5)."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits[:11], weights, strict=True)) % 11
    return len(set(digits)) > 1 and digits[11] == (0 if rest <= 1 else 11 - rest)
