"""The calendars."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("time_zone", models.CharField(default="Asia/Tokyo", max_length=64)),
                ("week", models.JSONField()),
                ("has_japanese_holidays", models.BooleanField(default=True)),
                ("closures", models.JSONField(blank=True, default=list)),
                ("yearly_closures", models.JSONField(blank=True, default=list)),
                ("openings", models.JSONField(blank=True, default=list)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("week__6__isnull", False)), name="calendar_week")
                ],
            },
        ),
    ]
