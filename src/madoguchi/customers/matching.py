"""Whether two records are of one person (名寄せ): what of them is compared, and how much each agreement weighs.

A name alone never suffices, for 同姓同名 are many: a second sign is needed, such as the phone number. No database here.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.domains import domains_above, firm_domain
from madoguchi.customers.models import Customer, Identity, PostalAddress
from madoguchi.customers.naming import spelled_out
from madoguchi.search.folding import fold

#: From here on two records are suggested.
ENOUGH = 45
_MOST = 99
#: Keys by which people are found for a company, not for each other.
OF_DOMAIN = "d:"
_SHORTEST_LOCAL = 6
_MOST_KEY = 120
#: What offices share before the @.
_SHARED = """
info contact support sales office admin mail webmaster postmaster noreply no-reply soumu eigyo jinji kouhou toiawase
customer service order orders shop store help inquiry mailer-daemon purchase
"""
_ROLES = frozenset(_SHARED.split())
_NOT_WORDS = re.compile(r"[\s・,.、。'’()（）-]+")
_FIRM = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|一般(?:社団|財団)法人|医療法人(?:社団)?|学校法人|特定非営利活動法人"
)
_DIGITS = re.compile(r"\d+")
_KANJI_NUMBERS = str.maketrans("〇一二三四五六七八九", "0123456789")


class Sign(models.TextChoices):
    """In what two records agree or not."""

    PHONE = "phone", _("the same phone number")
    ADDRESS = "address", _("the same postal address")
    LOCAL = "local", _("the same name in the mail address")
    DOMAIN = "domain", _("the same mail domain of a firm")
    COMPANY = "company", _("the same company")
    NAME = "name", _("the same name")
    VARIANT = "variant", _("the same name in other characters")
    READING = "reading", _("the same reading")
    NO_NAME = "no_name", _("no name known of one of them")
    OTHER_COMPANY = "other_company", _("but different companies")
    OTHER_READING = "other_reading", _("but a different reading")


WEIGHTS: dict[str, int] = {
    Sign.PHONE: 40, Sign.ADDRESS: 30, Sign.LOCAL: 20, Sign.DOMAIN: 25, Sign.COMPANY: 20,
    Sign.NAME: 30, Sign.VARIANT: 28, Sign.READING: 25, Sign.NO_NAME: 0,
    Sign.OTHER_COMPANY: -30, Sign.OTHER_READING: -30,
}  # fmt: skip
_NAMES = (Sign.NAME, Sign.VARIANT, Sign.READING, Sign.NO_NAME)


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a record is compared."""

    written: str  #: the name as it stands, without blanks
    folded: str  #: the same in the form in which 渡邉 and 渡辺 are one
    reading: str
    company: str
    phones: frozenset[str]
    addresses: frozenset[str]
    locals: frozenset[str]
    domains: frozenset[str]  #: known as those of companies
    firms: frozenset[str]  #: domains of the addresses where not everybody gets one

    @property
    def keys(self) -> frozenset[str]:
        """What another record must share to be looked at: never a name alone."""
        named = {f"n:{name}" for name in (self.folded, f"r:{self.reading}" if self.reading else "") if name}
        within = {*self.domains, *([self.company] if self.company else [])}
        plain = [f"p:{each}" for each in self.phones] + [f"a:{each}" for each in self.addresses]
        plain += [f"l:{each}" for each in self.locals] + [f"{OF_DOMAIN}{each}" for each in self.firms]
        plain += [f"{name}|{place}" for name in named for place in within]
        return frozenset(each[:_MOST_KEY] for each in plain)


def traits_of(
    customer: Customer,
    identities: Iterable[Identity],
    addresses: Iterable[PostalAddress],
    known_domains: Collection[str] = (),
) -> Traits:
    """What of this record is compared; a mail domain only where it is known (`known_domains`) as that of a company."""
    name = f"{customer.family_name}{customer.given_name}" or customer.display_name
    company = firm_key(customer.organisation.name) if customer.organisation else ""
    if "@" in name or firm_key(name) == company:
        name = ""  # a firm that nobody speaks for, or somebody of whom only the address is known
    kana = f"{customer.family_kana}{customer.given_kana}"
    known = list(identities)
    mails = [each.key for each in known if each.kind == IdentityKind.MAIL and "@" in each.key]
    firms = frozenset(each for mail in mails for each in domains_above(firm_domain(mail)))
    return Traits(
        written=_bare(name),
        folded=_bare(fold(name)),
        reading=_bare(fold(kana)) or (_bare(fold(name)) if _is_kana(name) else ""),
        company=company,
        phones=frozenset(each.key for each in known if each.kind == IdentityKind.PHONE and each.key.startswith("+")),
        addresses=frozenset(filter(None, map(place_key, addresses))),
        locals=frozenset(filter(None, map(_local, mails))),
        domains=frozenset(known_domains) & firms,
        firms=firms,
    )


def firm_key(name: str) -> str:
    """A firm's name as it is compared: without 株式会社, before or behind, in whatever spelling."""
    return _bare(_FIRM.sub("", fold_firm(name)))


def fold_firm(name: str) -> str:
    """A firm's name with (株) and ㈱ written out."""
    return fold(spelled_out(name))


def place_key(address: PostalAddress) -> str:
    """An address as it is compared: its numbers, and what stands before them; empty where no number stands."""
    street = fold(f"{address.street} {address.building}").translate(_KANJI_NUMBERS)
    numbers = _DIGITS.findall(street)
    if not numbers:
        return ""
    area = address.postal_code if address.postal_code and not address.postal_code.endswith("-0000") else ""
    before = _bare(fold(f"{address.prefecture}{address.city}{address.street}").translate(_KANJI_NUMBERS))
    return f"{area or _DIGITS.split(before)[0]}|{'-'.join(numbers)}"


def signs_between(one: Traits, other: Traits) -> list[str]:
    """In what two records agree or not, the weightiest agreement first; nothing for two of different names."""
    name = _name_sign(one, other)
    if name is None:
        return []
    found = [
        *([Sign.PHONE] if one.phones & other.phones else []),
        *([Sign.ADDRESS] if one.addresses & other.addresses else []),
        *([Sign.DOMAIN] if one.domains & other.domains else []),
        *([Sign.LOCAL] if one.locals & other.locals else []),
        *([Sign.COMPANY] if one.company and one.company == other.company else []),
    ]
    against = [
        *([Sign.OTHER_COMPANY] if one.company and other.company and one.company != other.company else []),
        *([Sign.OTHER_READING] if one.reading and other.reading and one.reading != other.reading else []),
    ]
    return [str(sign) for sign in (*sorted(found, key=lambda sign: -WEIGHTS[sign]), name, *against)] if found else []


def score_of(signs: Sequence[str]) -> int:
    """How likely two records are one, from 0 to 99; 0 without a second sign beside the name."""
    if not any(sign not in _NAMES and WEIGHTS[sign] > 0 for sign in signs):
        return 0
    return max(0, min(_MOST, sum(WEIGHTS[sign] for sign in signs)))


def _name_sign(one: Traits, other: Traits) -> Sign | None:
    if not (one.folded and other.folded):
        return Sign.NO_NAME
    if one.written == other.written:
        return Sign.NAME
    if one.folded == other.folded:
        return Sign.VARIANT
    return Sign.READING if one.reading and one.reading == other.reading else None


def _bare(text: str) -> str:
    return _NOT_WORDS.sub("", text)


def _is_kana(name: str) -> bool:
    folded = _bare(fold(name))
    return bool(folded) and all("ぁ" <= char <= "ゖ" or char == "-" for char in folded)


def _local(address: str) -> str:
    local = address.rpartition("@")[0].partition("+")[0]
    return local if len(local) >= _SHORTEST_LOCAL and local not in _ROLES else ""
