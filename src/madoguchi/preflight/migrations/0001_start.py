"""How strict the checks are, watched words, silenced rules."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0002_inbox_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SilencedRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40, unique=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["rule"],
            },
        ),
        migrations.CreateModel(
            name="CheckPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Administrator"),
                            ("supervisor", "Supervisor (leader)"),
                            ("agent", "Agent"),
                            ("trainee", "Trainee (approval needed)"),
                            ("viewer", "View only"),
                            ("guest", "Guest"),
                        ],
                        max_length=12,
                    ),
                ),
                ("levels", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.inbox",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("inbox", "role"), name="check_plan_scope", nulls_distinct=False)
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=100)),
                ("folded", models.CharField(max_length=200)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("off", "Off"),
                            ("note", "Show only"),
                            ("warn", "Ask before sending"),
                            ("block", "Block sending"),
                        ],
                        default="warn",
                        max_length=5,
                    ),
                ),
                ("advice", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.inbox",
                    ),
                ),
            ],
            options={
                "ordering": ["folded", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("inbox", "folded"), name="watch_word_once", nulls_distinct=False)
                ],
            },
        ),
    ]
