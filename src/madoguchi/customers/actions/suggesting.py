"""Finding records that may be one person, and what people decide about them.

Each record is looked up by its keys (`matching.Traits.keys`), never compared with all others: the work for one is the
same with a hundred customers and with a million.
"""

import json
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import NotFound
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.matching import ENOUGH, Traits, score_of, signs_between, traits_of
from madoguchi.customers.models import Customer, MatchKey, OrganisationDomain, Suggestion
from madoguchi.events.actor import Actor

#: A key that more records share says nothing any more: the number of a call centre.
_MOST_SHARING = 30
_MOST_AT_ONCE = 500
_SHARING = """
SELECT DISTINCT mine.customer_id, others.customer_id FROM customers_matchkey mine
CROSS JOIN LATERAL (
  SELECT customer_id FROM customers_matchkey WHERE key = mine.key ORDER BY customer_id LIMIT %s
) others
WHERE mine.customer_id = ANY(%s) AND mine.key NOT LIKE 'd:%%' AND others.customer_id <> mine.customer_id
  AND (SELECT count(*) FROM (SELECT 1 FROM customers_matchkey WHERE key = mine.key LIMIT %s) few) < %s
"""
_SUGGEST = """
INSERT INTO customers_suggestion (first_id, second_id, score, signs, state, decided_by, created_at)
SELECT first_id, second_id, score, signs::jsonb, 'open', '', %s
FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[]) AS new (first_id, second_id, score, signs)
ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, signs = excluded.signs
WHERE customers_suggestion.state = 'open'
"""


@transaction.atomic
def refresh_suggestions(customer_ids: Collection[int]) -> None:
    """Look for records that may be one with these; what was decided before stays decided. May run twice."""
    locked = Customer.objects.filter(pk__in=customer_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    rows = list(_with_parts(locked))
    domains = frozenset(OrganisationDomain.objects.values_list("domain", flat=True))
    traits = {row.pk: _traits(row, domains) for row in rows if row.merged_into_id is None}
    _keep_keys(traits, [row.pk for row in rows])
    pairs = _pairs(traits)
    missing = {pk for pair in pairs for pk in pair} - traits.keys()
    known = traits | {row.pk: _traits(row, domains) for row in _with_parts(Customer.objects.filter(pk__in=missing))}
    found = [(*pair, signs_between(known[pair[0]], known[pair[1]])) for pair in sorted(pairs)]
    likely = [(first, second, signs) for first, second, signs in found if score_of(signs) >= ENOUGH]
    _suggest(likely, [row.pk for row in rows])
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(matched_version=F("version"))


def refresh_stale() -> int:
    """The same for records that have changed since they were looked at last, a batch of them; how many."""
    stale = Customer.objects.exclude(matched_version=F("version")).order_by("pk").values_list("pk", flat=True)
    batch = list(stale[:_MOST_AT_ONCE])
    if batch:
        refresh_suggestions(batch)
    return len(batch)


@transaction.atomic
def decide(suggestion: Suggestion, state: str, *, by: Actor) -> Suggestion:
    """Remember that two records are not one person (`different`), or look at them again (`open`)."""
    require(by, Permission.REPLY)
    found = Suggestion.objects.select_for_update().filter(pk=suggestion.pk).first()
    if found is None or found.state == SuggestionState.MERGED:
        raise NotFound(_("These two have been merged already."))
    found.state, found.decided_by, found.decided_at = state, by.label[:200], timezone.now()
    found.save(update_fields=["state", "decided_by", "decided_at"])
    return found


def _with_parts(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.select_related("organisation").prefetch_related("identities", "addresses")


def _traits(row: Customer, domains: frozenset[str]) -> Traits:
    return traits_of(row, row.identities.all(), row.addresses.all(), domains)


def _keep_keys(traits: dict[int, Traits], ids: Iterable[int]) -> None:
    wanted = {(key, pk) for pk, each in traits.items() for key in each.keys}
    present = {(row.key, row.customer_id): row.pk for row in MatchKey.objects.filter(customer__in=list(ids))}
    MatchKey.objects.filter(pk__in=[present[pair] for pair in present.keys() - wanted]).delete()
    MatchKey.objects.bulk_create(
        [MatchKey(key=key, customer_id=pk) for key, pk in sorted(wanted - present.keys())], ignore_conflicts=True
    )


def _pairs(traits: Iterable[int]) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [_MOST_SHARING, list(traits), _MOST_SHARING, _MOST_SHARING])
        return {(min(pair), max(pair)) for pair in cursor.fetchall()}


def _suggest(likely: list[tuple[int, int, list[str]]], ids: list[int]) -> None:
    kept = {(first, second) for first, second, _signs in likely}
    mine = Suggestion.objects.filter(Q(first__in=ids) | Q(second__in=ids), state=SuggestionState.OPEN)
    gone = [row.pk for row in mine if (row.first_id, row.second_id) not in kept]
    Suggestion.objects.filter(pk__in=gone, state=SuggestionState.OPEN).delete()
    columns = [list(column) for column in zip(*likely, strict=True)] if likely else []
    if columns:
        scores = [score_of(signs) for signs in columns[2]]
        with connection.cursor() as cursor:
            texts = [json.dumps(signs) for signs in columns[2]]
            cursor.execute(_SUGGEST, [timezone.now(), columns[0], columns[1], scores, texts])
