"""Addresses of a customer come in the order in which they became known."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_companies")]
    operations = [migrations.AlterModelOptions(name="identity", options={"ordering": ["pk"]})]
