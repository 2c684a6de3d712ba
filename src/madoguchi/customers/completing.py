"""What could be taken over into a record: from signatures, forms, and the mail domains of companies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.matching import firm_key
from madoguchi.customers.models import Customer, Organisation, PostalAddress
from madoguchi.customers.phones import phone_key, shown_phone
from madoguchi.customers.signing import Signed
from madoguchi.search.folding import fold

NAME, KANA, COMPANY, DEPARTMENT = "name", "kana", "company", "department"
PHONE, MAIL, ADDRESS = "phone", "mail", "address"
_PARTS = ("postal_code", "prefecture", "city", "street", "building")


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing to be taken over or put aside."""

    kind: str
    text: str  #: as one reads it
    values: dict[str, Any] = field(default_factory=dict)
    message: int | None = None  #: where it stands; None for a domain

    @property
    def key(self) -> str:
        """By which it is remembered."""
        return f"{self.kind}:{fold(self.text)}"[:400]


def completions_from(customer: Customer, signed: Signed, message: int | None = None) -> list[Completion]:
    """What a signature or form says that the record does not know; the record is fetched with its parts."""
    wanted = [*_of_the_person(customer, signed), *_of_the_firm(customer, signed)]
    identities = {(each.kind, each.key) for each in customer.identities.all()}
    wanted += [
        Completion(PHONE, shown_phone(number), {"address": number, "label": label})
        for number, label in signed.phones
        if (IdentityKind.PHONE, phone_key(number)) not in identities
    ]
    wanted += [
        Completion(MAIL, mail, {"address": mail})
        for mail in signed.mails
        if (IdentityKind.MAIL, fold_address(mail)) not in identities
    ]
    place = PostalAddress(**{name: getattr(signed, name) for name in _PARTS})
    known = {fold(each.street) for each in customer.addresses.all()}
    if place.street and fold(place.street) not in known:
        values = {name: getattr(place, name) for name in _PARTS}
        wanted.append(Completion(ADDRESS, place.text.replace("\n", " "), values))
    return [Completion(each.kind, each.text, each.values, message) for each in wanted]


def _of_the_person(customer: Customer, signed: Signed) -> Iterable[Completion]:
    if signed.family_name and not (customer.family_name or customer.given_name):
        values = {"family_name": signed.family_name, "given_name": signed.given_name}
        yield Completion(NAME, f"{signed.family_name} {signed.given_name}".strip(), values)
    if signed.family_kana and not (customer.family_kana or customer.given_kana):
        values = {"family_kana": signed.family_kana, "given_kana": signed.given_kana}
        yield Completion(KANA, f"{signed.family_kana} {signed.given_kana}".strip(), values)


def _of_the_firm(customer: Customer, signed: Signed) -> Iterable[Completion]:
    firm = customer.organisation
    if signed.company and firm is None:
        yield Completion(COMPANY, signed.company, {"company": signed.company})
    is_theirs = firm is None or not signed.company or firm_key(firm.name) == firm_key(signed.company)
    if signed.department and not customer.department and is_theirs:
        yield Completion(DEPARTMENT, signed.department, {"department": signed.department})


def company_completion(company: Organisation) -> Completion:
    """The company that has noted the mail domain of a customer."""
    return Completion(COMPANY, company.name, {"company": company.name})
