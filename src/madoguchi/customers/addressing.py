"""宛名 (JAPAN.md 2.8): how a customer is addressed in a letter; 「御中」 and 「様」 never together."""

import re

from madoguchi.customers.choices import Honorific
from madoguchi.customers.models import Customer, is_latin, label_of


def salutation(customer: Customer, language: str) -> str:
    """宛名: 「髙橋 由美子 様」, 「株式会社〇〇 御中」, 「お客様」; in English "Dear Emily Thompson,"."""
    display_name = called(customer.display_name)
    if not language.startswith("ja"):
        name = label_of(customer.family_name, customer.given_name, display_name, language)
        return f"Dear {name}," if name else "Dear customer,"
    known = label_of(customer.family_name, customer.given_name, "", customer.language)
    name = known or display_name
    if not name and customer.organisation is None:
        return "お客様"
    if not known and customer.organisation is not None:
        return f"{customer.organisation.name} 御中"
    company = [customer.organisation.name, customer.department] if customer.organisation else []
    written = known.replace(" ", "\u3000") if known and not is_latin(known) else name
    person = f"{written} {_behind(written, customer)}".strip()
    return "\n".join(line for line in (" ".join(part for part in company if part), person) if line)


def addressed(customer: Customer, language: str) -> tuple[str, str]:
    """The name and what stands behind it: 「髙橋　由美子」「様」, 「株式会社〇〇」「御中」; both empty when unknown."""
    display_name = called(customer.display_name)
    if not language.startswith("ja"):
        return label_of(customer.family_name, customer.given_name, display_name, language), ""
    known = label_of(customer.family_name, customer.given_name, "", customer.language)
    if not known and customer.organisation is not None:
        return customer.organisation.name, Honorific.ONCHU.value
    name = (known if is_latin(known) else known.replace(" ", "\u3000")) or display_name
    return name, _behind(name, customer) if name else ""


def _behind(name: str, customer: Customer) -> str:
    """What stands behind a name in a letter: nothing behind 「楽天市場店のお客様」, which has it."""
    return "" if name.endswith(_ADDRESSED) else customer.honorific


#: What some write as their name, or a shop in its records: no name, and a name with its 様 already.
_NOBODY = frozenset({
    "お客様", "お客さま", "お客", "ご担当者様", "ご担当者", "担当者", "各位", "様", "ゲスト", "ゲスト様", "guest",
})  # fmt: skip
_HONORIFIC = re.compile(r"(?<!お客)[ \u3000]{0,3}(?:様|さま|御中|殿)$")
_ADDRESSED = ("様", "さま", "御中", "殿")


def called(said: str) -> str:
    """The name somebody gives for themselves, without 様; empty where it is an address or names nobody."""
    name = said.strip()
    return "" if "@" in name or name.casefold() in _NOBODY else _HONORIFIC.sub("", name).rstrip()
