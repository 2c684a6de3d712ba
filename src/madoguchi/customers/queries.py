"""Reads of the customers."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import NotFound
from madoguchi.customers.choices import IdentityKind, SuggestionState
from madoguchi.customers.domains import domains_above, firm_domain
from madoguchi.customers.matching import OF_DOMAIN
from madoguchi.customers.models import (
    Consent,
    Customer,
    CustomerFile,
    CustomerMerge,
    CustomerTag,
    Identity,
    MatchKey,
    Organisation,
    OrganisationDomain,
    PostalAddress,
    RecordChange,
    Suggestion,
)
from madoguchi.customers.naming import customers_called


def get_customer(pk: int) -> Customer:
    """One customer with identities; who may see them is decided by `conversations.queries.get_customer_for`."""
    customer = (
        Customer.objects.select_related("organisation")
        .prefetch_related("identities", "addresses", "tags")
        .filter(pk=pk)
        .first()
    )
    if customer is None:
        raise NotFound(_("There is no such customer."))
    return customer


def get_mail_identity(customer: Customer, pk: int) -> Identity:
    """One mail address of this customer."""
    found = customer.identities.filter(kind=IdentityKind.MAIL, pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such address."))
    return found


def get_identity(customer: Customer, pk: int) -> Identity:
    """One address of this customer."""
    return _one(customer.identities.filter(pk=pk).first())


def get_postal_address(customer: Customer, pk: int) -> PostalAddress:
    """One postal address of this customer."""
    return _one(customer.addresses.filter(pk=pk).first())


def get_file(customer: Customer, pk: int) -> CustomerFile:
    """One file of this customer."""
    return _one(customer.files.select_related("blob").filter(pk=pk).first())


def _one[M](found: M | None) -> M:
    if found is None:
        raise NotFound(_("There is no such thing at this customer."))
    return found


def files_of(customer: Customer) -> list[CustomerFile]:
    """The files of a customer, the newest first."""
    return list(customer.files.select_related("blob").defer("blob__inline", "blob__text"))


def consents_of(customer: Customer) -> list[Consent]:
    """Everything a customer agreed to or took back, the newest first."""
    return list(customer.consents.order_by("-at", "-pk"))


def standing_consents(consents: Iterable[Consent]) -> dict[str, Consent]:
    """What counts of each purpose, of consents the newest of which come first."""
    standing: dict[str, Consent] = {}
    for each in consents:
        standing.setdefault(each.purpose, each)
    return standing


def changes_of(customer: Customer, *, limit: int = 100) -> list[RecordChange]:
    """The changes of a record, the newest first."""
    return list(customer.changes.order_by("-pk")[:limit])


def merges_of(customer: Customer) -> list[CustomerMerge]:
    """The records that went into this one and can be taken apart again, the newest first."""
    return list(CustomerMerge.objects.filter(survivor=customer, undone_at=None).order_by("-pk")[:100])


def get_merge(customer: Customer, pk: int) -> CustomerMerge:
    """One merge into this record."""
    return _one(CustomerMerge.objects.filter(survivor=customer, pk=pk).first())


def suggestions_of(customer: Customer) -> QuerySet[Suggestion]:
    """With whom this record may be one, the likeliest first."""
    mine = Q(first=customer) | Q(second=customer)
    rows = Suggestion.objects.filter(mine, state=SuggestionState.OPEN).select_related("first", "second")
    return rows.order_by("-score", "-pk")


def household_of(customer: Customer) -> QuerySet[Customer]:
    """Who has the same phone number or postal address, as far as that says something."""
    keys = MatchKey.objects.filter(customer=customer).filter(Q(key__startswith="p:") | Q(key__startswith="a:"))
    others = MatchKey.objects.filter(key__in=keys.values("key")).exclude(customer=customer).values("customer")
    return Customer.objects.filter(pk__in=others, merged_into=None).order_by("reading", "pk")


def people_by_domain(domains: Iterable[str]) -> QuerySet[Customer]:
    """Customers with a mail address at one of these domains or below it, as they were compared last."""
    keys = [f"{OF_DOMAIN}{domain}" for domain in domains]
    return Customer.objects.filter(pk__in=MatchKey.objects.filter(key__in=keys).values("customer"), merged_into=None)


def company_by_domain(customer: Customer) -> Organisation | None:
    """The company that has noted the domain of one of a customer's mail addresses; the nearest one."""
    mails = [each.key for each in customer.identities.all() if each.kind == IdentityKind.MAIL]
    wanted = [domain for mail in mails for domain in domains_above(firm_domain(mail))]
    rows = OrganisationDomain.objects.filter(domain__in=wanted).select_related("organisation")
    found = sorted(rows, key=lambda row: -len(row.domain))
    return found[0].organisation if found else None


def domains_seen(company: Organisation) -> list[str]:
    """Domains of firms from which a company's people write and that nobody has noted yet, ten at most."""
    rows = Identity.objects.filter(customer__organisation=company, kind=IdentityKind.MAIL).values_list("key", flat=True)
    seen = Counter(domain for mail in rows[:500] if (domain := firm_domain(mail)))
    noted = set(OrganisationDomain.objects.filter(domain__in=seen).values_list("domain", flat=True))
    return [domain for domain, _count in seen.most_common(10) if domain not in noted]


def customer_tags() -> QuerySet[CustomerTag]:
    """The tags of customers by name."""
    return CustomerTag.objects.order_by("name")


def names_of_companies(ids: Iterable[int]) -> dict[int, str]:
    """The names of companies."""
    return dict(Organisation.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def find_by_address(address: str) -> Customer | None:
    """The customer of a mail address."""
    key = fold_address(address)
    identity = Identity.objects.select_related("customer").filter(kind=IdentityKind.MAIL, key=key).first()
    return identity.customer if identity else None


def identities_for(addresses: Iterable[str]) -> QuerySet[Identity]:
    """The identities of these mail addresses."""
    keys = [fold_address(address) for address in addresses]
    return Identity.objects.select_related("customer").filter(kind=IdentityKind.MAIL, key__in=keys)


def mail_keys_of(customer_id: int) -> QuerySet[Identity, str]:
    """The folded mail addresses of a customer."""
    rows = Identity.objects.filter(customer_id=customer_id, kind=IdentityKind.MAIL)
    return rows.values_list("key", flat=True)


def complete_addresses(prefix: str, *, customers: QuerySet[Customer] | None, limit: int = 8) -> list[Identity]:
    """Mail identities whose address begins with what was typed, or whose owner is called so; for To and Cc.

    Only of these customers; None is everybody's.
    """
    typed = prefix.strip()
    if not typed:
        return []
    mail = Identity.objects.select_related("customer").filter(kind=IdentityKind.MAIL)
    if customers is not None:
        mail = mail.filter(customer__in=customers.order_by().values("pk"))
    starting = list(mail.filter(key__startswith=fold_address(typed)).order_by("key")[:limit])
    called = customers_called(typed, or_reached=False)
    named = mail.filter(customer__in=called).exclude(pk__in=[i.pk for i in starting]).order_by("key")
    return starting + list(named[: limit - len(starting)])
