"""Imports of customers from tables."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0013_customer_fields"),
        ("files", "0001_start"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Reading the file"),
                            ("mapping", "Columns to be chosen"),
                            ("checking", "Trial run"),
                            ("checked", "Ready to import"),
                            ("running", "Importing"),
                            ("done", "Imported"),
                            ("stopped", "Stopped"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("failed", "Failed"),
                        ],
                        default="reading",
                        max_length=10,
                    ),
                ),
                ("encoding", models.CharField(blank=True, max_length=20)),
                ("is_encoding_chosen", models.BooleanField(default=False)),
                ("sheets", models.JSONField(default=list)),
                ("sheet", models.PositiveSmallIntegerField(default=0)),
                ("header", models.JSONField(default=list)),
                ("sample", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "match_by",
                    models.CharField(
                        choices=[
                            ("mail", "By mail address"),
                            ("mail_phone", "By mail address, else by phone number"),
                            ("never", "Never: each line is a new customer"),
                        ],
                        default="mail",
                        max_length=10,
                    ),
                ),
                (
                    "existing",
                    models.CharField(
                        choices=[
                            ("fill", "Fill in what is empty"),
                            ("overwrite", "Overwrite with what the table says"),
                            ("skip", "Leave as they are"),
                        ],
                        default="fill",
                        max_length=10,
                    ),
                ),
                ("tags", models.JSONField(default=list)),
                ("consent_source", models.CharField(blank=True, max_length=100)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("preview", models.JSONField(default=list)),
                ("made", models.JSONField(default=dict)),
                ("failure", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("touched_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "rows",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("cells", models.JSONField(default=list)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="customers.customerimport",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportedCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("line", models.PositiveIntegerField()),
                ("is_new", models.BooleanField()),
                ("version", models.PositiveIntegerField()),
                ("changes", models.JSONField(default=list)),
                ("kept_why", models.TextField(blank=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="customers.customer"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported",
                        to="customers.customerimport",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["of", "customer"], name="imported_customer")],
            },
        ),
    ]
