"""The letter of a bulk reply is kept while it is written."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0003_versions_and_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="BulkDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=40)),
                ("conversations", models.JSONField(default=list)),
                ("subject", models.CharField(blank=True, max_length=1000)),
                ("text", models.TextField(blank=True)),
                ("status_after", models.CharField(blank=True, max_length=30)),
                ("files", models.JSONField(default=list)),
                ("writer", models.CharField(blank=True, max_length=32)),
                ("version", models.PositiveIntegerField(default=0)),
                ("is_over", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("user", "place"), name="bulk_draft_once")]},
        )
    ]
