"""Custom fields count their changes, so that of two administrators at once the second is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0018_failed_index")]

    operations = [
        migrations.AddField("customfield", "version", models.PositiveIntegerField(default=1)),
    ]
