import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import madoguchi.commerce.models.sources


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0012_hidden_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("kind", models.CharField(max_length=20)),
                (
                    "patterns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list
                    ),
                ),
                ("order_url", models.CharField(blank=True, max_length=500)),
                ("customer_url", models.CharField(blank=True, max_length=500)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("sealed_secrets", models.TextField(blank=True)),
                (
                    "key",
                    models.CharField(default=madoguchi.commerce.models.sources.new_key, max_length=24, unique=True),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("cursor", models.CharField(blank=True, max_length=200)),
                ("checked_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failure", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("currency", models.CharField(default="JPY", max_length=3)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="customers.customer"
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ContractPrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since_on", models.DateField()),
                ("mrr", models.DecimalField(decimal_places=2, max_digits=14)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="commerce.contract"
                    ),
                ),
            ],
            options={
                "ordering": ["-since_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OnboardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=100)),
                ("due_on", models.DateField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="onboarding", to="customers.customer"
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_assigned", models.BooleanField(default=False)),
                ("number", models.CharField(max_length=60)),
                ("number_key", models.CharField(db_collation="C", max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Received"),
                            ("preparing", "Being prepared"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                            ("returned", "Returned"),
                            ("unknown", "Unknown state"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("state_words", models.CharField(blank=True, max_length=60)),
                ("ordered_at", models.DateTimeField(null=True)),
                ("total", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(default="JPY", max_length=3)),
                ("payment", models.CharField(blank=True, max_length=60)),
                ("channel", models.CharField(blank=True, max_length=60)),
                ("note", models.TextField(blank=True)),
                ("buyer_name", models.CharField(blank=True, max_length=200)),
                ("buyer_mail", models.CharField(blank=True, max_length=320)),
                ("buyer_phone", models.CharField(blank=True, max_length=60)),
                ("buyer_number", models.CharField(blank=True, max_length=60)),
                ("postal_code", models.CharField(blank=True, max_length=16)),
                ("address", models.CharField(blank=True, max_length=600)),
                ("digest", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="commerce.ordersource"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("sku", models.CharField(blank=True, max_length=100)),
                ("name", models.CharField(max_length=300)),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("unit_price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("stock", models.IntegerField(null=True)),
                ("stock_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="commerce.order"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                ("headers", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("stored", "Waiting to be read"), ("read", "Read"), ("refused", "Cannot be read")],
                        default="stored",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="commerce.ordersource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RevenueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sale", "Sale"),
                            ("recurring", "Recurring"),
                            ("upsell", "Upsell"),
                            ("cross_sell", "Cross-sell"),
                            ("refund", "Refund"),
                        ],
                        default="sale",
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(default="JPY", max_length=3)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="revenue", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="revenue",
                        to="commerce.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("tracking_number", models.CharField(blank=True, max_length=60)),
                ("tracking_url", models.CharField(blank=True, max_length=500)),
                ("state_words", models.CharField(blank=True, max_length=60)),
                ("shipped_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shipments", to="commerce.order"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=60)),
                ("plan", models.CharField(max_length=200)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(default="JPY", max_length=3)),
                (
                    "interval",
                    models.CharField(
                        choices=[
                            ("week", "every week"),
                            ("month", "every month"),
                            ("quarter", "every three months"),
                            ("half", "every six months"),
                            ("year", "every year"),
                        ],
                        default="month",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("ended", "Ended")],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("started_on", models.DateField()),
                ("next_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_on", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="contract_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractprice",
            constraint=models.UniqueConstraint(fields=("contract", "since_on"), name="contract_price_once"),
        ),
        migrations.AddConstraint(
            model_name="contractprice",
            constraint=models.CheckConstraint(condition=models.Q(("mrr__gte", 0)), name="contract_price"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["customer", "-ordered_at", "-id"], name="order_of_customer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["number_key"], name="order_number"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("customer", None)), fields=["-id"], name="order_of_nobody"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("source", "number_key"), name="order_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("state", "stored")), fields=["id"], name="delivery_waiting"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("state", "refused")), fields=["-id"], name="delivery_refused"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["received_at"], name="delivery_received"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("source", "digest"), name="delivery_once"),
        ),
        migrations.AddIndex(
            model_name="revenueentry",
            index=models.Index(fields=["customer", "-on", "-id"], name="revenue_of"),
        ),
        migrations.AddConstraint(
            model_name="revenueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__lte", 0), ("kind", "refund")),
                    models.Q(models.Q(("kind", "refund"), _negated=True), ("amount__gte", 0)),
                    _connector="OR",
                ),
                name="revenue_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_on", None)),
                    _connector="OR",
                ),
                name="subscription_ended",
            ),
        ),
    ]
