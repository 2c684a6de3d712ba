"""Many rows of one table in one statement: they go in as one JSON document, which PostgreSQL takes apart.

What `bulk_create` and `bulk_update` do, for the roads where every mail passes: those take four times as long, since
they make an expression of every value. Not for columns of bytes, and no signals or `pre_save` (there are none here).
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Model


def insert_rows[M: Model](rows: Sequence[M]) -> None:
    """Insert new rows of one model in their order, and give them their keys."""
    if not rows:
        return
    meta = type(rows[0])._meta  # noqa: SLF001 - the documented name
    columns = {
        str(field.column): field.attname for field in meta.concrete_fields if not (field.primary_key or field.generated)
    }
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({named})'  # noqa: S608 - names of our own models
            f' SELECT {named} FROM json_populate_recordset(NULL::"{meta.db_table}", %s) RETURNING id',
            [_document(rows, columns)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding = False  # noqa: SLF001 - as save() does
            row._state.db = connection.alias  # noqa: SLF001


def update_rows[M: Model](rows: Sequence[M], fields: Collection[str]) -> None:
    """Write these fields of rows that are there already; the caller has locked them."""
    if not rows:
        return
    meta = type(rows[0])._meta  # noqa: SLF001
    columns = {str(field.column): field.attname for field in meta.concrete_fields if field.name in fields}
    changes = ", ".join(f'"{column}" = new."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" AS old SET {changes}'  # noqa: S608 - names of our own models
            f' FROM json_populate_recordset(NULL::"{meta.db_table}", %s) AS new WHERE old.id = new.id',
            [_document(rows, {"id": "pk"} | columns)],
        )


def _document(rows: Sequence[Model], columns: dict[str, str]) -> str:
    values = [{column: getattr(row, name) for column, name in columns.items()} for row in rows]
    return json.dumps(values, default=datetime.isoformat, ensure_ascii=False)
