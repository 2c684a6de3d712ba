from django.db import migrations, models

import madoguchi.channels.models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_due_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="inbox",
            name="escalations",
            field=models.JSONField(blank=True, default=madoguchi.channels.models.one_escalation),
        ),
        migrations.AddField(
            model_name="inbox",
            name="warn_at_percent",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="inbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("warn_at_percent__lt", 100)), name="inbox_warn_at_percent"
            ),
        ),
    ]
