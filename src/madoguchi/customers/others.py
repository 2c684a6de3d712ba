"""Whose name, number or address something is, when it is somebody else's. One or two queries, however long the list."""

from collections.abc import Collection, Iterable, Sequence

from madoguchi.core.addresses import fold_address
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.customers.naming import CUSTOMER, spelled_out
from madoguchi.customers.phones import phone_key
from madoguchi.search.folding import fold_name
from madoguchi.search.names import wholly_named

#: So many names of one letter are looked up, and so many people of each name looked at.
_NAMES, _NAMESAKES = 12, 20


def names_of_others(names: Iterable[str], *, besides: Collection[int]) -> set[str]:
    """Those of these names that are a customer's whole name, family name or firm, and of none of `besides`.

    In the form of `fold_name`; names of more people than one can look at count as common, and so as anybody's.
    """
    wanted = list(dict.fromkeys(name for name in names if len(fold_name(name)) > 1))[:_NAMES]
    if not wanted:
        return set()
    first, *rest = [wholly_named(CUSTOMER, spelled_out(name))[:_NAMESAKES] for name in wanted]
    ids = set(first.union(*rest, all=True)) if rest else set(first)
    rows = Customer.objects.filter(pk__in=ids).exclude(pk__in=besides)
    called: set[str] = set()
    for family, given, display, company in rows.values_list(
        "family_name", "given_name", "display_name", "organisation__name"
    ):
        called |= {fold_name(each) for each in (family + given, given + family, family, display, company or "") if each}
    return {plain for name in wanted if (plain := fold_name(name)) in called}


def phones_of_others(digits: Sequence[str], *, besides: Collection[int]) -> set[str]:
    """Those of these phone numbers, in digits, that reach somebody else."""
    keys = {phone_key(each): each for each in digits}
    return {keys[key] for key in _keys_of_others(IdentityKind.PHONE, [*keys], besides)}


def addresses_of_others(addresses: Sequence[str], *, besides: Collection[int]) -> set[str]:
    """Those of these mail addresses, folded, that reach somebody else."""
    return _keys_of_others(IdentityKind.MAIL, [fold_address(each) for each in addresses], besides)


def _keys_of_others(kind: IdentityKind, keys: Sequence[str], besides: Collection[int]) -> set[str]:
    if not keys:
        return set()
    rows = Identity.objects.filter(kind=kind, key__in=list(keys)[:50]).exclude(customer__in=besides)
    return set(rows.values_list("key", flat=True))
