"""Templates bring along what is done with them (一緒に行う操作); one that does something needs no text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wording", "0005_names_as_read")]

    operations = [
        migrations.AddField("template", "actions", models.JSONField(default=list, blank=True)),
        migrations.AddField("templateversion", "actions", models.JSONField(default=list, blank=True)),
        migrations.AlterField("template", "body", models.TextField(blank=True)),
        migrations.AlterField("templateversion", "body", models.TextField(blank=True)),
    ]
