"""Keeping a row from being changed or deleted while something is made to point to it; others may do the same."""

from collections.abc import Iterable

from django.db import connection, models


def share[Row: models.Model](kind: type[Row], pks: Iterable[int]) -> dict[int, Row]:
    """These rows as they are now, held until the transaction ends; whoever changes one holds it `FOR UPDATE`.

    `FOR KEY SHARE` makes no two writers wait for each other.
    """
    wanted = sorted(set(pks))
    table = connection.ops.quote_name(kind._meta.db_table)  # noqa: SLF001 - Django's own name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [wanted])  # noqa: S608
    return {row.pk: row for row in kind._default_manager.filter(pk__in=wanted)}  # noqa: SLF001 - as above
