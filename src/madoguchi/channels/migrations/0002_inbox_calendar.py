"""In whose open minutes a 窓口 counts its deadlines; those that are there count every minute, as before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0001_start"),
        ("channels", "0001_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="inbox",
            name="calendar",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inboxes",
                to="calendars.businesscalendar",
            ),
        ),
    ]
