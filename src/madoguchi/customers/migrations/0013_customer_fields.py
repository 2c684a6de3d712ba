"""Custom fields of customers, and what stands in them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0012_hidden_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recordchange",
            name="what",
            field=models.CharField(
                choices=[
                    ("fields", "Record"),
                    ("tags", "Tags"),
                    ("identity", "Contact"),
                    ("address", "Address"),
                    ("file", "File"),
                    ("consent", "Consent"),
                    ("custom", "Custom fields"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="CustomerField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("long", "Long text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("choice", "Choice"),
                            ("multi", "Several choices"),
                            ("check", "Checkbox"),
                        ],
                        max_length=8,
                    ),
                ),
                ("help_text", models.CharField(blank=True, max_length=300)),
                ("section", models.CharField(blank=True, max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("options", models.JSONField(default=list)),
                ("next_option", models.PositiveIntegerField(default=1)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                ("is_personal", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("name",), name="customer_field_name")],
            },
        ),
        migrations.CreateModel(
            name="CustomerValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("option", models.PositiveIntegerField(null=True)),
                ("text", models.TextField(blank=True)),
                ("folded", models.CharField(blank=True, max_length=200)),
                ("number", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("day", models.DateField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_values",
                        to="customers.customer",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="customers.customerfield"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["field", "option", "customer"], name="customer_by_option"),
                    models.Index(
                        condition=models.Q(("folded", ""), _negated=True),
                        fields=["field", "folded", "customer"],
                        name="customer_by_text",
                    ),
                    models.Index(
                        condition=models.Q(("number__isnull", False)),
                        fields=["field", "number", "customer"],
                        name="customer_by_number",
                    ),
                    models.Index(
                        condition=models.Q(("day__isnull", False)),
                        fields=["field", "day", "customer"],
                        name="customer_by_day",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "field", "option"), name="customer_value_once", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
