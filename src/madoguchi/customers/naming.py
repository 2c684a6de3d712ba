"""Customers as the search knows them: every name, reading, address and phone number, whichever way they are written.

Whoever writes customers or their addresses calls `index_customers` in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.search.folding import fold, standard
from madoguchi.search.models import NameEntry
from madoguchi.search.names import Naming, index_names, named, wholly_named
from madoguchi.search.tokens import reading_of

#: The kind under which customers stand in the search's index of names.
CUSTOMER = "customer"
#: A number is also known without its area code.
_LOCAL_DIGITS = 8
#: How firms are shortened; ㈱ is (株) once it is folded.
_SHORTENED = {"(株)": "株式会社", "(有)": "有限会社", "(同)": "合同会社"}
#: What people put between the digits of a phone number.
_BETWEEN_DIGITS = frozenset("+-() ")


def index_customers(customers: Iterable[Customer], identities: Mapping[int, Sequence[Identity]]) -> None:
    """Let these customers be found by what is known of them now; identities by the customer's number."""
    index_names(CUSTOMER, [naming_of(customer, identities.get(customer.pk, ())) for customer in customers])


def reindex_customer(customer: Customer) -> None:
    """The same for one, whose addresses are read."""
    index_customers([customer], {customer.pk: list(Identity.objects.filter(customer=customer))})


def naming_of(customer: Customer, identities: Sequence[Identity]) -> Naming:
    """All names of a customer: as parts, together, as they sign, the company's, and the numbers in digits."""
    family, given = customer.family_name, customer.given_name
    kana = f"{customer.family_kana} {customer.given_kana}".strip()
    names = [f"{family} {given}", customer.display_name, *(each.name for each in identities)]
    if family.isascii():
        names.append(f"{given} {family}")
    # Whoever gives no name goes by the address, whose pieces are no names.
    written = list(dict.fromkeys(name.strip() for name in names if name.strip() and "@" not in name))
    readings = [kana] if kana else [reading_of(name) for name in written]
    company = customer.organisation
    if company is not None:
        written.append(company.name)
        readings.append(company.kana or reading_of(spelled_out(company.name)))
    phones = [each.shown for each in identities if each.kind == IdentityKind.PHONE]
    return Naming(
        object_id=customer.pk,
        names=[*map(spelled_out, written), *(spelling for phone in phones for spelling in _phone_spellings(phone))],
        addresses=[each.shown for each in identities if each.kind == IdentityKind.MAIL],
        readings=[reading for reading in readings if reading],
    )


def customers_called(text: str, *, or_reached: bool = True) -> QuerySet[NameEntry, int]:
    """The ids of the customers of whom this is a name, reading or number, or else an address, or a part of it."""
    return named(CUSTOMER, spelled_out(text), has_addresses=or_reached)


def customers_meant(text: str, *, most: int) -> list[int]:
    """Whose whole name, reading or phone number this is; nobody when it is that of more than so many."""
    found = list(wholly_named(CUSTOMER, spelled_out(text))[: most + 1])
    return found if len(found) <= most else []


def words_of_name(text: str) -> list[str]:
    """What is looked for one by one; a phone number with blanks in it is one."""
    folded = fold(text).strip()
    if folded and all(char.isdigit() or char in _BETWEEN_DIGITS for char in folded):
        return [_digits(folded)] if any(map(str.isdigit, folded)) else []
    return text.split()


def spelled_out(name: str) -> str:
    """The name of a firm with 株式会社 in full; others as they are."""
    regular = standard(name)
    found = next((short for short in _SHORTENED if short in regular), None)
    return regular.replace(found, _SHORTENED[found]) if found else name


def _phone_spellings(shown: str) -> list[str]:
    digits = _digits(fold(shown).strip())
    return list(dict.fromkeys([shown, digits, digits[-_LOCAL_DIGITS:]]))


def _digits(folded: str) -> str:
    """The digits of a number as one dials it at home."""
    digits = "".join(char for char in folded if char.isdigit())
    return f"0{digits[2:].removeprefix('0')}" if folded.startswith("+81") else digits
