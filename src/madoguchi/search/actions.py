"""Putting objects into the index and taking them out. Callers run these in the transaction that changes the object."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import connection, transaction
from django.db.models import Max

from madoguchi.search.lexemes import quoted, scope_lexeme, vector_text
from madoguchi.search.models import SearchEntry

#: Entries of one statement; a few MB of vectors at the worst.
BATCH = 200

_WRITE = """
INSERT INTO search_searchentry (kind, object_id, group_id, scope_id, at, vector)
SELECT kind, object_id, group_id, scope_id, at, vector::tsvector
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
     AS new (kind, object_id, group_id, scope_id, at, vector)
ON CONFLICT (kind, object_id) DO UPDATE
SET group_id = excluded.group_id, scope_id = excluded.scope_id, at = excluded.at, vector = excluded.vector
"""
_MOVE = """
UPDATE search_searchentry
SET group_id = %s, scope_id = %s,
    vector = ts_delete(vector, chr(1) || scope_id) || %s::tsvector
WHERE kind = %s AND object_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is to be found of one object."""

    kind: str
    object_id: int
    group_id: int  #: shown as one result with the others of its group; the object's own id when there is no group
    scope_id: int  #: whoever may see this scope may find it
    at: datetime
    title: str = ""  #: counts most, and is found by any two characters of it
    body: str = ""  #: the first 100,000 characters are read
    names: Sequence[str] = ()  #: people, addresses, numbers: found by any two characters, count less than the title


def index_entry(document: Document) -> None:
    """Make one object findable, or replace what is known of it."""
    index_many([document])


def index_many(documents: Iterable[Document]) -> int:
    """Make objects findable, in batches of one statement each; how many there were.

    The texts are cut before the statement, so a lock is held for milliseconds only. Of an object that comes twice
    in a batch the last counts.
    """
    written = 0
    for batch in batched(documents, BATCH):
        rows = {(document.kind, document.object_id): _row(document) for document in batch}
        with connection.cursor() as cursor:
            # One order for all writers, so that two batches cannot wait for each other's rows.
            cursor.execute(_WRITE, [list(column) for column in zip(*(rows[key] for key in sorted(rows)), strict=True)])
        written += len(rows)
    return written


def _row(document: Document) -> tuple[str, int, int, int, datetime, str]:
    vector = vector_text(
        title=document.title,
        names=document.names,
        body=document.body,
        scope_id=document.scope_id,
        kind=document.kind,
    )
    return document.kind, document.object_id, document.group_id, document.scope_id, document.at, vector


def remove_entry(kind: str, object_id: int) -> None:
    """Make one object impossible to find; nothing happens when it is not indexed."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def remove_group(kind: str, group_id: int) -> int:
    """Make all objects of a group impossible to find; how many there were."""
    return SearchEntry.objects.filter(kind=kind, group_id=group_id).delete()[0]


def move_entries(kind: str, object_ids: Sequence[int], *, group_id: int, scope_id: int) -> int:
    """Put objects into another group and scope without reading their texts again; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [group_id, scope_id, quoted(scope_lexeme(scope_id)), kind, list(object_ids)])
        moved: int = cursor.rowcount
        return moved


def move_group(kind: str, group_id: int, *, scope_id: int) -> int:
    """Put all objects of a group into another scope; how many there were."""
    inside = SearchEntry.objects.filter(kind=kind, group_id=group_id).values_list("object_id", flat=True)
    return move_entries(kind, list(inside), group_id=group_id, scope_id=scope_id)


def reindex(kind: str, documents: Iterable[Document]) -> int:
    """Index all objects of a kind anew and drop entries of objects that are gone; how many were indexed.

    The documents must come in ascending order of `object_id`. Each batch is a transaction of its own, so that a
    rebuild of millions neither blocks nor loses what it has done; objects that appear meanwhile are left alone.
    """
    newest = SearchEntry.objects.filter(kind=kind).aggregate(newest=Max("object_id"))["newest"]
    done, written = None, 0
    for batch in batched(documents, BATCH):
        with transaction.atomic():
            written += index_many(batch)
            _drop_missing(kind, after=done, until=batch[-1].object_id, present=[each.object_id for each in batch])
        done = batch[-1].object_id
    if newest is not None:
        _drop_missing(kind, after=done, until=newest, present=[])
    return written


def _drop_missing(kind: str, *, after: int | None, until: int, present: list[int]) -> None:
    between = SearchEntry.objects.filter(kind=kind, object_id__lte=until).exclude(object_id__in=present)
    if after is not None:
        between = between.filter(object_id__gt=after)
    between.delete()
