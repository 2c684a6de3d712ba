"""A draft keeps what brings something along when it leaves (一緒に行う操作)."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0020_whole_previews")]

    operations = [
        migrations.AddField("draft", "along", ArrayField(models.BigIntegerField(), default=list, blank=True)),
    ]
