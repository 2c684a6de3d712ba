"""Colleagues may read and take over a draft, unless its writer keeps it private; those of before stay private."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0021_draft_along")]

    operations = [
        migrations.AddField("draft", "is_private", models.BooleanField(default=True)),
        migrations.AlterField("draft", "is_private", models.BooleanField(default=False)),
    ]
