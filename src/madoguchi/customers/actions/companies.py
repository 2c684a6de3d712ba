"""Companies (法人): their names, domains, and who belongs to them."""

from itertools import batched

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.customers.actions.record import change_customer
from madoguchi.customers.choices import COMPANY_CHANGED
from madoguchi.customers.domains import is_free_mail
from madoguchi.customers.models import Customer, Identity, Organisation, OrganisationDomain
from madoguchi.customers.naming import index_customers
from madoguchi.customers.queries import people_by_domain
from madoguchi.events.actor import Actor
from madoguchi.events.record import record

_MOST_DOMAINS = 50
_MOST_ADOPTED = 200
_BATCH = 500


@transaction.atomic
def change_company(company: Organisation, *, name: str, kana: str, note: str, by: Actor) -> Organisation:
    """Change name, reading and notes of a company; its people are found by the new name at once."""
    require(by, Permission.REPLY)
    row = Organisation.objects.select_for_update().get(pk=company.pk)
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if Organisation.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise Invalid(_("There is another company of this name."), field="name")
    is_renamed = (row.name, row.kana) != (name, kana)
    row.name, row.kana, row.note = name[:200], kana[:200], note
    row.save()
    if is_renamed:
        _index_people(row)
    record(COMPANY_CHANGED, f"company:{row.pk}", by=by)
    return row


def _index_people(company: Organisation) -> None:
    people = Customer.objects.filter(organisation=company, merged_into=None).select_related("organisation")
    for batch in batched(people.order_by("pk").iterator(_BATCH), _BATCH):
        identities: dict[int, list[Identity]] = {}
        for identity in Identity.objects.filter(customer__in=batch):
            identities.setdefault(identity.customer_id, []).append(identity)
        index_customers(batch, identities)
    people.update(matched_version=0)


@transaction.atomic
def add_domain(company: Organisation, domain: str, *, by: Actor) -> OrganisationDomain:
    """Note a mail domain as that of a company: its people are offered the company from now on.

    Invalid for a domain where anybody gets an address, and for one that is another company's.
    """
    require(by, Permission.REPLY)
    tidy = domain.strip().lower().removeprefix("@").strip(". ")
    if "." not in tidy or "@" in tidy or " " in tidy or len(tidy) > 253 or not tidy.isprintable():
        raise Invalid(_("Enter a domain, such as example.co.jp."), field="domain")
    if is_free_mail(tidy):
        raise Invalid(_("Anybody can get an address there, so it says nothing about a company."), field="domain")
    row = Organisation.objects.select_for_update().get(pk=company.pk)
    if row.domains.count() >= _MOST_DOMAINS:
        raise Invalid(_("A company can have %(most)d domains at most.") % {"most": _MOST_DOMAINS}, field="domain")
    made, _created = OrganisationDomain.objects.get_or_create(domain=tidy, defaults={"organisation": row})
    if made.organisation_id != row.pk:
        raise Invalid(_("This domain is noted at another company."), field="domain")
    people_by_domain([tidy]).update(matched_version=0)
    record(COMPANY_CHANGED, f"company:{row.pk}", by=by)
    return made


@transaction.atomic
def remove_domain(company: Organisation, domain_id: int, *, by: Actor) -> None:
    """Forget a domain of a company; who belongs to it stays."""
    require(by, Permission.REPLY)
    OrganisationDomain.objects.filter(organisation=company, pk=domain_id).delete()
    record(COMPANY_CHANGED, f"company:{company.pk}", by=by)


@transaction.atomic
def adopt_people(company: Organisation, customer_ids: list[int], *, by: Actor) -> int:
    """Let these customers, who have no company yet, belong to this one; how many. Each change can be undone."""
    require(by, Permission.REPLY)
    rows = Customer.objects.filter(pk__in=customer_ids, organisation=None, merged_into=None).order_by("pk")
    people = list(rows[:_MOST_ADOPTED])
    for each in people:
        change_customer(each, by=by, organisation=company)
    return len(people)
