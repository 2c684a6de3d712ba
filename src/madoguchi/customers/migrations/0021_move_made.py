"""The lists of what imports made move into rows."""

from itertools import batched

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_BATCH = 1_000
_KINDS = {"companies": "company", "tags": "tag"}


def rows_of(made: dict[str, list[int]]) -> list[tuple[str, int]]:
    """What a list in an import's own row says, as kind and number."""
    return [(kind, number) for key, kind in _KINDS.items() for number in made.get(key, ())]


def move(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    name = apps.get_model("customers", "ImportedName")
    for row in apps.get_model("customers", "CustomerImport").objects.exclude(made={}).order_by("pk").iterator(10):
        for batch in batched(rows_of(row.made), _BATCH):
            name.objects.bulk_create(name(of=row, kind=kind, number=number) for kind, number in batch)
        row.made = {}
        row.save(update_fields=["made"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_imported_names")]

    operations = [migrations.RunPython(move, elidable=True)]
