"""Whose order it is: found by mail address or phone number, by the source's customer number, by a name never.

A name beside a phone number that several people share says which of them; a name alone says nothing.
"""

import re
from collections.abc import Iterable, Sequence

from django.db.models import Count, Min

from madoguchi.commerce.contract import Buyer
from madoguchi.commerce.models import Order, OrderSource
from madoguchi.core.addresses import fold_address
from madoguchi.customers.actions import Party, identify_customers
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.customers.phones import is_phone, phone_key

_MAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def customers_of_buyers(source: OrderSource, buyers: Sequence[Buyer]) -> list[int | None]:
    """The customer of each buyer, or None where nobody can be named; call it inside the transaction that keeps orders.

    A mail address comes first; one that nobody has makes a customer, as a mail would. Then the phone number, if one
    person has it or one of several bears the buyer's name. Last the customer number, as an earlier order of this
    source gave it, and only where neither was told: shops give all guests one number.
    """
    mails = {fold_address(each.mail): each for each in buyers if has_mail(each)}
    parties = [Party(IdentityKind.MAIL, each.mail, each.name) for _key, each in sorted(mails.items())]
    found = {each.key: each.customer_id for each in identify_customers(parties)} if parties else {}
    phones = _by_phone(each for each in buyers if not has_mail(each))
    numbers = _by_number(source, [each for each in buyers if not has_mail(each) and not each.phone])
    return [
        found[fold_address(each.mail)] if has_mail(each) else phones.get(each) or numbers.get(each.number)
        for each in buyers
    ]


def has_mail(buyer: Buyer) -> bool:
    """True for an address that mail can go to; shops put 「なし」 there, too."""
    return _MAIL.fullmatch(buyer.mail) is not None


def _by_phone(buyers: Iterable[Buyer]) -> dict[Buyer, int]:
    asked = {each: phone_key(each.phone)[:320] for each in buyers if each.phone and is_phone(each.phone)}
    owners: dict[str, list[Customer]] = {}
    rows = Identity.objects.filter(kind=IdentityKind.PHONE, key__in=set(asked.values()), is_valid=True)
    for row in rows.select_related("customer").order_by("pk"):
        owners.setdefault(row.key, []).append(row.customer)
    chosen = {each: _one_of(owners.get(key, []), each.name) for each, key in asked.items()}
    return {each: customer.pk for each, customer in chosen.items() if customer is not None}


def _one_of(owners: Sequence[Customer], name: str) -> Customer | None:
    if len(owners) == 1:
        return owners[0]
    named = [each for each in owners if _tight(name) and _tight(each.label) == _tight(name)]
    return named[0] if len(named) == 1 else None


def _tight(name: str) -> str:
    return "".join(name.split()).casefold()


def _by_number(source: OrderSource, buyers: Sequence[Buyer]) -> dict[str, int]:
    """Customer numbers that earlier orders of this source gave to exactly one customer."""
    asked = {each.number for each in buyers if each.number}
    if not asked:
        return {}
    rows = Order.objects.filter(source=source, buyer_number__in=asked, customer__isnull=False).order_by()
    counted = rows.values("buyer_number").annotate(several=Count("customer", distinct=True), one=Min("customer"))
    return {row["buyer_number"]: row["one"] for row in counted if row["several"] == 1}
