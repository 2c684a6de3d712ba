"""Bulk replies take files, end in statuses of one's own, and know what was seen in their preview."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0016_deadline_alarms"),
        ("files", "0001_start"),
        ("outreach", "0001_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkreply",
            name="acknowledged",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="bulkreply",
            name="own_after",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="conversations.ownstatus"
            ),
        ),
        migrations.CreateModel(
            name="BulkReplyFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=255)),
                ("size_bytes", models.BigIntegerField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "blob",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                ),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="outreach.bulkreply"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
    ]
