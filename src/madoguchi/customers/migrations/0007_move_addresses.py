"""Addresses move into rows of their own; phone numbers are compared in E.164 from now on."""

import re
from itertools import batched

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from madoguchi.customers.phones import phone_key
from madoguchi.customers.postcodes import tidy_code

_PREFECTURE = re.compile("東京都|北海道|(?:京都|大阪)府|[^0-9]{2,3}県")
_BATCH = 1_000


def move(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    address = apps.get_model("customers", "PostalAddress")
    rows = apps.get_model("customers", "Customer").objects.exclude(address="", postal_code="")
    for batch in batched(rows.order_by("pk").iterator(_BATCH), _BATCH):
        address.objects.bulk_create(
            address(
                customer=each, is_primary=True, postal_code=tidy_code(each.postal_code)[:16], **_parts(each.address)
            )
            for each in batch
        )
    seen = set()
    for phone in apps.get_model("customers", "Identity").objects.filter(kind="phone").order_by("pk").iterator():
        phone.key = phone_key(phone.shown or phone.key)[:320]
        if (phone.customer_id, phone.key) in seen:
            phone.delete()
        else:
            seen.add((phone.customer_id, phone.key))
            phone.save(update_fields=["key"])


def _parts(line: str) -> dict[str, str]:
    found = _PREFECTURE.match(line)
    prefecture = found[0] if found else ""
    return {"prefecture": prefecture, "street": line[len(prefecture) :][:300]}


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_record")]

    operations = [migrations.RunPython(move, elidable=True)]
