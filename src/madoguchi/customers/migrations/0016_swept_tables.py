"""Tables that were imported are not kept for ever."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_segments"), ("files", "0001_start")]

    operations = [
        migrations.AddField("customerimport", "swept_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "customerimport",
            "source",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"
            ),
        ),
    ]
