from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0005_steps_of_escalation"),
    ]

    operations = [migrations.RemoveField(model_name="inbox", name="escalate_after_minutes")]
