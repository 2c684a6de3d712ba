"""Phone numbers: E.164 to compare, 03-1234-5678 to read. What looks odd is kept and warned about, never refused.

Numbers of Japan unless they begin with +. The rules are those of the library `phonenumbers` (Google's libphonenumber).
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

#: ITU-T E.164 allows 15 digits; more is something else.
_MOST_DIGITS = 15
_FEWEST_DIGITS = 3
_EXTENSION = re.compile(r"(?:内線|ext\.?|extension|#)\s?:?\s?(\d{1,8})$", re.IGNORECASE)
_HYPHENS = re.compile(r"[‐‑‒–—―−ーｰ－]")
_HOME = "JP"


def is_phone(text: str) -> bool:
    """True for what has as many digits as a number and nothing that no number has."""
    main, _extension = _split(text)
    count = sum(char.isdecimal() for char in main)
    return _FEWEST_DIGITS <= count <= _MOST_DIGITS and all(char.isdecimal() or char in "+-() ./" for char in main)


@lru_cache(maxsize=4096)
def phone_key(text: str) -> str:
    """The number in E.164, with `;ext=12` for an extension (RFC 3966); of what is no number its digits."""
    main, extension = _split(text)
    number = _parsed(main)
    digits = "".join(char for char in main if char.isdecimal())
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else digits
    return f"{key};ext={extension}" if extension else key


@lru_cache(maxsize=4096)
def shown_phone(text: str) -> str:
    """As one reads it in Japan: 03-1234-5678; hyphens that were written stay where they are."""
    main, extension = _split(text)
    number = _parsed(main)
    shown = main
    if number and number.country_code != phonenumbers.country_code_for_region(_HOME):
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    elif number and ("-" not in main or main.startswith("+") or "(" in main):
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return f"{shown} 内線{extension}" if extension else shown


def is_odd(text: str) -> bool:
    """True for a number that nobody can have, as far as the numbering plans say: one looks twice."""
    number = _parsed(_split(text)[0])
    return number is None or not phonenumbers.is_valid_number(number)


def _split(text: str) -> tuple[str, str]:
    """The number in half width and the extension behind it."""
    regular = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text[:100])).strip()
    found = _EXTENSION.search(regular)
    return (regular[: found.start()].strip(), found[1]) if found else (regular, "")


def _parsed(main: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(main, _HOME)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
