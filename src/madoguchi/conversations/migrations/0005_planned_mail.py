from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0004_has_failed"),
    ]

    operations = [
        migrations.AddField(model_name="conversation", name="planned_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="draft", name="planned_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="message", name="planned_at", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                max_length=20,
                choices=[
                    ("received", "Received"),
                    ("noted", "Noted"),
                    ("awaiting_approval", "Awaiting approval"),
                    ("sent_back", "Sent back"),
                    ("queued", "Waiting to be sent"),
                    ("sending", "Sending…"),
                    ("sent", "Sent"),
                    ("retrying", "Trying again"),
                    ("failed", "Not sent"),
                    ("uncertain", "Sent or not?"),
                    ("cancelled", "Taken back"),
                    ("stopped", "Held back"),
                ],
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["planned_at", "id"],
                name="message_planned",
                condition=Q(planned_at__isnull=False, state__in=["queued", "awaiting_approval", "stopped"]),
            ),
        ),
    ]
