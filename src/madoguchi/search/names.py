"""What people and firms are called and how they are reached, found in any spelling, by kana, by any part of a name.

Apart from the texts, so that a search can ask at little cost whose names and numbers a word is, whatever has been
changed of them since the texts were written. As everywhere in this room, callers hand in plain text and ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

from madoguchi.search.lexemes import bounded_tsquery, name_tsquery, named_tsquery, names_vector, whole_name_tsquery
from madoguchi.search.models import NameEntry, SearchEntry

#: Of a name that more have than this, only so many are found. The bound also keeps the look-up apart from what
#: surrounds it: the planner would else try names one by one, in the order in which the others are wanted.
_MOST = 100_000
_WRITE = """
INSERT INTO search_nameentry (kind, object_id, vector)
SELECT %s, object_id, vector::tsvector FROM unnest(%s::bigint[], %s::text[]) AS new (object_id, vector)
ON CONFLICT (kind, object_id) DO UPDATE SET vector = excluded.vector
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Everything one person or firm is called."""

    object_id: int
    names: Sequence[str]  #: also phone numbers, as written and in digits
    addresses: Sequence[str] = ()  #: mail addresses; their pieces are no names
    readings: Sequence[str] = ()  #: kana of names that are written in kanji


def index_names(kind: str, namings: Iterable[Naming]) -> None:
    """Let people be found by their names, or replace what is known of them; in the transaction that changes them."""
    vectors = {
        each.object_id: names_vector(names=each.names, addresses=each.addresses, readings=each.readings)
        for each in namings
    }
    if vectors:
        ids = sorted(vectors)  # one order for all writers
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [kind, ids, [vectors[object_id] for object_id in ids]])


def forget_names(kind: str, ids: Iterable[int]) -> None:
    """Let these not be found by name any more."""
    NameEntry.objects.filter(kind=kind, object_id__in=list(ids)).delete()


def named(kind: str, text: str, *, has_addresses: bool = True) -> QuerySet[NameEntry, int]:
    """The ids of those of whom this is a name, a reading, a number or also an address, or a part of one."""
    return _matching(kind, name_tsquery(text, has_addresses=has_addresses))


def wholly_named(kind: str, text: str) -> QuerySet[NameEntry, int]:
    """The ids of those of whom this is a whole name, reading or phone number: for words that are meant for texts."""
    return _matching(kind, whole_name_tsquery(text))


def entries_naming(kind: str, text: str) -> QuerySet[SearchEntry, int]:
    """The ids of the texts with whose `Document.names` this was indexed, wherever else it stands."""
    tsquery = named_tsquery(text)
    if not tsquery:
        return SearchEntry.objects.none().values_list("object_id", flat=True)
    bounded = bounded_tsquery(tsquery, scope_ids=None, kinds=[kind])
    return SearchEntry.objects.filter(_holds(bounded)).values_list("object_id", flat=True)


def _matching(kind: str, tsquery: str) -> QuerySet[NameEntry, int]:
    found = NameEntry.objects.filter(_holds(tsquery), kind=kind) if tsquery else NameEntry.objects.none()
    return found.values_list("object_id", flat=True)[:_MOST]


def _holds(tsquery: str) -> Func:
    return Func(
        F("vector"),
        Value(tsquery),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
