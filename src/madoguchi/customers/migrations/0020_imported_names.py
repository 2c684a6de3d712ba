"""What an import made besides customers stands in rows: a list in the import's own row was written anew each batch."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0019_spared")]

    operations = [
        migrations.CreateModel(
            name="ImportedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("company", "company"), ("tag", "tag")], max_length=10)),
                ("number", models.BigIntegerField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="customers.customerimport"
                    ),
                ),
            ],
        ),
    ]
