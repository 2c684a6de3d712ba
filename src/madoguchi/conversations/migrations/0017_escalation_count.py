from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0016_deadline_alarms"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="escalation_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="deadlinealarm",
            name="step",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RemoveConstraint(model_name="deadlinealarm", name="alarm_once"),
        migrations.AddConstraint(
            model_name="deadlinealarm",
            constraint=models.UniqueConstraint(
                fields=("conversation", "kind", "due_at", "step"), name="alarm_step_once"
            ),
        ),
    ]
