"""Bulk replies have a subject, versions of their text, and say per letter what was looked at before trying again."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0002_files_and_status"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkreply",
            name="subject",
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name="bulkreply",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="bulkreplyitem",
            name="override_reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="bulkreplyitem",
            name="seen_event_id",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="bulkreplyitem",
            name="version",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="BulkReplyText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("subject", models.CharField(blank=True, max_length=1000)),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="outreach.bulkreply"
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [models.UniqueConstraint(fields=("bulk", "version"), name="bulk_reply_text_once")],
            },
        ),
    ]
