import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_STATUSES = [
    ("new", "New"),
    ("open", "In progress"),
    ("wait", "Waiting for customer"),
    ("internal", "Waiting internally"),
    ("approval", "Awaiting approval"),
    ("hold", "On hold"),
    ("done", "Done"),
    ("closed", "Closed"),
    ("noreply", "No reply needed"),
    ("spam", "Spam"),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("conversations", "0007_draft_resends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("status_after", models.CharField(choices=_STATUSES, default="wait", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("stopped", "Stopped by hand"), ("done", "Finished")],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("seen_event_id", models.BigIntegerField()),
                ("leaves_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "-id"], name="bulk_reply_user")]},
        ),
        migrations.CreateModel(
            name="BulkReplyItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Not written yet"),
                            ("written", "Written"),
                            ("set_aside", "Set aside"),
                            ("taken_back", "Taken back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField(blank=True)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="outreach.bulkreply"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="conversations.conversation"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.message",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulk", "conversation"), name="bulk_reply_once"),
                    models.CheckConstraint(
                        condition=Q(state__in=["written", "taken_back"], message__isnull=False)
                        | Q(state__in=["waiting", "set_aside"], message=None),
                        name="bulk_reply_written",
                    ),
                ],
            },
        ),
    ]
