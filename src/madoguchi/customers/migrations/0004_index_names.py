"""Customers who are there already are put into the index of names."""

from itertools import batched

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from madoguchi.customers.naming import index_customers

_BATCH = 1_000


def index(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    customers = apps.get_model("customers", "Customer").objects.select_related("organisation")
    for batch in batched(customers.order_by("pk").iterator(_BATCH), _BATCH, strict=False):
        identities: dict = {}
        for identity in apps.get_model("customers", "Identity").objects.filter(customer__in=batch):
            identities.setdefault(identity.customer_id, []).append(identity)
        index_customers(batch, identities)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_customer_reading"), ("search", "0002_names")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop, elidable=True)]
