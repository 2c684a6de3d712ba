import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

#: Person and second in one whole number, so that no extension is needed to compare both; an open span has no end.
_NO_OVERLAP = """
ALTER TABLE workforce_presencespan ADD CONSTRAINT presence_no_overlap EXCLUDE USING gist (
    int8range(
        (user_id << 40) + extract(epoch FROM started_at - '1970-01-01 00:00:00+00'::timestamptz)::bigint,
        CASE WHEN ended_at IS NULL THEN (user_id + 1) << 40
        ELSE (user_id << 40) + extract(epoch FROM ended_at - '1970-01-01 00:00:00+00'::timestamptz)::bigint END
    ) WITH &&
)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PresenceSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Available"),
                            ("wrap_up", "After-call work"),
                            ("away", "Away"),
                            ("break", "On break"),
                            ("training", "Training"),
                            ("meeting", "In a meeting"),
                        ],
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_automatic", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presence_spans",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-started_at"], name="presence_user")],
                "constraints": [
                    models.UniqueConstraint(fields=("user",), condition=Q(ended_at=None), name="presence_one_now"),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="presence_ends_later"
                    ),
                ],
            },
        ),
        migrations.RunSQL(_NO_OVERLAP, "ALTER TABLE workforce_presencespan DROP CONSTRAINT presence_no_overlap"),
    ]
