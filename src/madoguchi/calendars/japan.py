"""Holidays of Japan by rule (国民の祝日に関する法律), with 振替休日, 国民の休日 and the equinoxes.

From the library `holidays`, which knows the years from 1949 to 2099; the equinoxes after that nobody has published a
formula for, so that later years have no holidays here.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays.countries.japan import Japan

#: The languages the library writes their names in, by ours.
_LANGUAGES = {"ja": "ja", "en": "en_US"}


@lru_cache(maxsize=400)  # 200 years in two languages
def japanese_holidays(year: int, language: str = "ja") -> Mapping[date, str]:
    """The holidays of a year with their names; English for any language but Japanese."""
    found = Japan(years=year, language=_LANGUAGES.get(language, "en_US"))
    return {day: found[day] for day in sorted(found)}
