"""Addresses in parts, consents, files, tags, and the history of a record."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_customer_time_zone"),
        ("files", "0001_start"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("news_mail", "News by mail"),
                            ("news_phone", "Offers by phone"),
                            ("news_post", "Offers by post"),
                            ("survey", "Surveys"),
                            ("recording", "Recording of calls"),
                            ("third_party", "Passing on to third parties"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_given", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("source", models.CharField(max_length=100)),
                ("wording", models.CharField(blank=True, max_length=100)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="CustomerFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=100)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CustomerTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="PostalAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(blank=True, max_length=40)),
                ("postal_code", models.CharField(blank=True, max_length=16)),
                ("prefecture", models.CharField(blank=True, max_length=40)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("street", models.CharField(blank=True, max_length=300)),
                ("building", models.CharField(blank=True, max_length=200)),
                ("country", models.CharField(default="JP", max_length=2)),
                ("is_primary", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-is_primary", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RecordChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("fields", "Record"),
                            ("tags", "Tags"),
                            ("identity", "Contact"),
                            ("address", "Address"),
                            ("file", "File"),
                            ("consent", "Consent"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="identity",
            name="identity_key",
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="identity",
            name="is_valid",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="identity",
            name="label",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="identity",
            name="verified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="identity",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mail", "Mail address"),
                    ("phone", "Phone number"),
                    ("chat", "Chat"),
                    ("line", "LINE"),
                    ("x", "X"),
                    ("instagram", "Instagram"),
                    ("facebook", "Facebook"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "phone"), _negated=True), fields=("kind", "key"), name="identity_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(fields=("kind", "key", "customer"), name="identity_once"),
        ),
        migrations.AddField(
            model_name="consent",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customerfile",
            name="blob",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
        ),
        migrations.AddField(
            model_name="customerfile",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="customers", to="customers.customertag"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                fields=["organisation", "id"],
                name="customer_company",
            ),
        ),
        migrations.AddField(
            model_name="postaladdress",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="recordchange",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="customers.customer"
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["customer", "purpose", "-at", "-id"], name="consent_newest"),
        ),
        migrations.AddConstraint(
            model_name="postaladdress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_primary", True)), fields=("customer",), name="address_primary"
            ),
        ),
        migrations.AddIndex(
            model_name="recordchange",
            index=models.Index(fields=["customer", "version"], name="change_version"),
        ),
    ]
