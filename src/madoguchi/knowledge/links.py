"""The addresses of articles that everybody may read, and which articles a letter leads to."""

import re

from django.conf import settings

#: Below the address of the desk. It stands in letters that have left: it must not change.
PLACE = "help/"
_NUMBER = re.compile(r"[1-9]\d{0,17}(?!\d)")


def address_of(number: int) -> str:
    """Where everybody reads an article."""
    return f"{settings.BASE_URL}/{PLACE}{number}"


def numbers_in(text: str) -> list[int]:
    """The articles whose addresses stand in a text, each once, in their order."""
    _before, *parts = text.split(f"{settings.BASE_URL}/{PLACE}")
    found = [int(match[0]) for part in parts if (match := _NUMBER.match(part))]
    return list(dict.fromkeys(found))
