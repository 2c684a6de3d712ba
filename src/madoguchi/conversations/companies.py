"""Companies as a person may see them: those of customers with whom they may see a conversation."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.customers import customers_of
from madoguchi.core.errors import NotFound
from madoguchi.customers.models import Customer, Organisation
from madoguchi.customers.queries import people_by_domain


def companies_for(user: User, text: str = "") -> QuerySet[Organisation]:
    """Companies with how many people of each one may see, by reading; narrowed by a part of name, kana or domain."""
    rows = Organisation.objects.all()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(kana__icontains=text) | Q(domains__domain__icontains=text))
    if not user.sees_every_inbox:
        rows = rows.filter(Exists(_people(user).filter(organisation=OuterRef("pk"))))
    count = Count("customers", filter=Q(customers__merged_into=None), distinct=True)
    return rows.annotate(people=count).prefetch_related("domains").order_by("kana", "name", "pk").distinct()


def get_company(user: User, pk: int) -> Organisation:
    """One company a person may see."""
    rows = Organisation.objects.prefetch_related("domains").filter(pk=pk)
    if not user.sees_every_inbox:
        rows = rows.filter(Exists(_people(user).filter(organisation=OuterRef("pk"))))
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such company, or you may not see it."))
    return found


def people_of(user: User, company: Organisation) -> QuerySet[Customer]:
    """Who belongs to a company, as far as a person may see them, by kana."""
    return customers_of(user).filter(organisation=company).order_by("reading", "pk")


def strangers_of(user: User, company: Organisation) -> QuerySet[Customer]:
    """Who writes from a company's domains and has no company yet, as far as a person may see them."""
    theirs = people_by_domain([each.domain for each in company.domains.all()]).values("pk")
    return customers_of(user).filter(pk__in=theirs, organisation=None).order_by("reading", "pk")[:200]


def _people(user: User) -> QuerySet[Customer]:
    return customers_of(user).order_by().select_related(None).prefetch_related(None)
