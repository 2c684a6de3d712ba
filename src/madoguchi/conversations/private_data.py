"""Personal data that stands in a text: card numbers, My Number, phone numbers, addresses, bank accounts. Pure.

Suggestions for a rule, not proof: a number counts only where its check digit or its company says what it is.
"""

import re
from collections.abc import Iterator

from madoguchi.conversations.approval_choices import PrivateKind
from madoguchi.core.seen_text import seen
from madoguchi.preflight.private_numbers import private_numbers

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
    plain = seen(text).replace("−", "-").replace("‐", "-").replace("ー", "-")
    return frozenset(_kinds(plain))


def _kinds(text: str) -> Iterator[str]:
    for number in private_numbers(text):
        yield (PrivateKind.CARD if number.is_card else PrivateKind.MY_NUMBER).value
    for kind, pattern in ((PrivateKind.PHONE, _PHONE), (PrivateKind.POSTAL, _POSTAL), (PrivateKind.BANK, _BANK)):
        if pattern.search(text):
            yield kind.value
