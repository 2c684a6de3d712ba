"""Secrets of sources that programs had added are sealed: they stood in clear among the settings."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from madoguchi.core.sealing import SealBroken, seal, unseal

#: The secret settings of each connector, as they were when secrets could be stored in clear.
SECRETS = {
    "nextengine": ("access_token", "refresh_token"),
    "http": ("token",),
    "sql": ("password",),
    "push": ("webhook_secret",),
    "shopify": ("access_token", "webhook_secret"),
}


def seal_secrets(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal what stands in clear; a secret that is sealed already is the one in use and stays. Twice is once."""
    sources = apps.get_model("commerce", "OrderSource").objects
    for row in sources.select_for_update().filter(kind__in=SECRETS).order_by("pk"):
        names = set(SECRETS[row.kind]) & row.settings.keys()
        if not names:
            continue
        clear = {name: str(row.settings.pop(name) or "") for name in sorted(names)}
        row.sealed_secrets = _with(row.sealed_secrets, {name: text for name, text in clear.items() if text})
        row.save(update_fields=["settings", "sealed_secrets"])


def _with(sealed: str, clear: dict[str, str]) -> str:
    try:
        kept = {name: text for name, text in unseal(sealed).items() if text}
    except SealBroken:  # the key may yet be restored: what it opens is not written over
        return sealed
    return seal(clear | kept) if clear else sealed


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_start")]

    operations = [migrations.RunPython(seal_secrets, migrations.RunPython.noop, elidable=True)]
