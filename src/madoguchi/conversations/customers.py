"""Which customers a person may see, and finding one by name, address or number.

Here and not in the room of the customers, since it is their conversations that decide who may see them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.models import Customer, Identity, Suggestion
from madoguchi.customers.naming import customers_called, words_of_name
from madoguchi.customers.queries import complete_addresses, household_of, suggestions_of

#: Nobody types more of one customer; further words are not read.
_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers a list shows; empty conditions let everybody through."""

    tag: str = ""
    company: int | None = None
    is_vip: bool = False
    needs_care: bool = False


def narrowed(rows: QuerySet[Customer], chosen: CustomerFilter) -> QuerySet[Customer]:
    """Those of these customers that meet every condition."""
    if chosen.tag:
        rows = rows.filter(pk__in=Customer.tags.through.objects.filter(customertag__name=chosen.tag).values("customer"))
    if chosen.company is not None:
        rows = rows.filter(organisation=chosen.company)
    if chosen.is_vip:
        rows = rows.filter(is_vip=True)
    return rows.filter(needs_care=True) if chosen.needs_care else rows


def customers_of(user: User) -> QuerySet[Customer]:
    """The customers with whom a person may see a conversation, and those entered for the whole desk.

    Everybody for those who see every 窓口; a guest sees those of conversations they follow alone.
    """
    rows = Customer.objects.filter(merged_into=None).select_related("organisation")
    rows = rows.prefetch_related("identities", "tags")
    return rows if user.sees_every_inbox else rows.filter(_in_sight(user))


def _in_sight(user: User) -> Q:
    theirs = Q(Exists(Conversation.objects.visible_to(user).filter(customer=OuterRef("pk"))))
    return theirs | Q(is_open_to_all=True) if sight_of(user) is Sight.DESKS else theirs


def names_of_customers(ids: Iterable[int], user: User) -> dict[int, str]:
    """What customers are called, those that were merged too, as far as the person may see them."""
    rows = Customer.objects.filter(pk__in=set(ids))
    if not user.sees_every_inbox:
        rows = rows.filter(_in_sight(user))
    return {row.pk: row.label for row in rows}


def complete_addresses_for(user: User, typed: str) -> list[Identity]:
    """Addresses that continue what was typed, of the customers whom a person may see."""
    return complete_addresses(typed, customers=None if user.sees_every_inbox else customers_of(user))


def suggestions_for(user: User, state: str = SuggestionState.OPEN) -> QuerySet[Suggestion]:
    """Pairs of records that may be one person, of customers a person may see, the likeliest first."""
    rows = Suggestion.objects.filter(state=state).select_related("first__organisation", "second__organisation")
    if not user.sees_every_inbox:
        seen = customers_of(user).order_by().values("pk")
        rows = rows.filter(first__in=seen, second__in=seen)
    return rows.prefetch_related(*_OF_PAIRS).order_by("-score", "-pk")


def seen_suggestions_of(user: User, customer: Customer) -> QuerySet[Suggestion]:
    """With whom a record may be one, as far as the person may see them; the likeliest five."""
    rows = suggestions_of(customer)
    if not user.sees_every_inbox:
        seen = customers_of(user).order_by().values("pk")
        rows = rows.filter(first__in=seen, second__in=seen)
    return rows[:5]


def seen_household_of(user: User, customer: Customer) -> QuerySet[Customer]:
    """Who has the same phone number or address, as far as the person may see them; twenty at most."""
    rows = household_of(customer)
    return (rows if user.sees_every_inbox else rows.filter(pk__in=customers_of(user).order_by().values("pk")))[:20]


_OF_PAIRS = [f"{which}__{part}" for which in ("first", "second") for part in ("identities", "addresses", "tags")]


def get_suggestion(user: User, pk: int) -> Suggestion:
    """One pair a person may see."""
    states = (SuggestionState.OPEN, SuggestionState.DIFFERENT)
    found = next((row for state in states for row in suggestions_for(user, state).filter(pk=pk)), None)
    if found is None:
        raise NotFound(_("There is no such suggestion any more."))
    return found


class CustomerSort(StrEnum):
    """How lists of customers are sorted."""

    KANA = "kana"  #: by reading, else by name
    NEWEST = "newest"


def customers_after(rows: QuerySet[Customer], sort: str, after: int | None) -> QuerySet[Customer]:
    """These customers in order, from the one after the customer of this number on; None is from the beginning."""
    if sort == CustomerSort.NEWEST:
        return (rows if after is None else rows.filter(pk__lt=after)).order_by("-pk")
    if after is not None:
        place = Customer.objects.filter(pk=after).values_list("reading", flat=True).first() or ""
        # The first condition is where the index begins, the second leaves out who stood on the page before.
        rows = rows.filter(reading__gte=place).filter(Q(reading__gt=place) | Q(pk__gt=after))
    return rows.order_by("reading", "pk")


def _is_customer() -> Q:
    """Without those who were only asked about others' matters (依頼): a supplier is nobody's customer."""
    theirs = Conversation.objects.filter(customer=OuterRef("pk"))
    return Exists(theirs.filter(side_of=None)) | ~Exists(theirs)


def find_customers(user: User, text: str) -> QuerySet[Customer]:
    """Those of them of whom every word is part of a name, reading, company, mail address or phone number.

    In any spelling: 渡辺 finds 渡邉, わたなべ and ﾜﾀﾅﾍﾞ find both, a number is found with or without its hyphens.
    """
    rows = customers_of(user).filter(_is_customer())
    for word in words_of_name(text)[:_MAX_WORDS]:
        rows = rows.filter(pk__in=customers_called(word))
    return rows
