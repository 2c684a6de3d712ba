"""Holidays of Japan by rule (国民の祝日に関する法律), with 振替休日, 国民の休日 and the equinoxes.

From the library `holidays`, which knows the years from 1949 to 2099; the equinoxes after that nobody has published a
formula for, so that later years have no holidays here.
"""

import sys
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from holidays.countries.japan import Japan

#: The languages the library writes their names in, by ours.
_LANGUAGES = {"ja": "ja", "en": "en_US"}


def _only_japan() -> "type[Japan]":
    """The class of Japan's holidays, without those of 250 other countries: its package imports them all, 7 MiB.

    An empty package of the same folder stands in its place; whoever asks the library for another country gets it.
    """
    name = "holidays.countries"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(Path(holidays.__file__).parent / "countries")]
        sys.modules[name] = package
    found: type[Japan] = import_module(f"{name}.japan").Japan
    return found


_JAPAN = _only_japan()


@lru_cache(maxsize=400)  # 200 years in two languages
def japanese_holidays(year: int, language: str = "ja") -> Mapping[date, str]:
    """The holidays of a year with their names; English for any language but Japanese."""
    found = _JAPAN(years=year, language=_LANGUAGES.get(language, "en_US"))
    return {day: found[day] for day in sorted(found)}
