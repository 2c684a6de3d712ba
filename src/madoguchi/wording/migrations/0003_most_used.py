"""The templates used most, at once: suggestions look at them first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wording", "0002_suggested")]

    operations = [
        migrations.AddIndex(
            model_name="template", index=models.Index(fields=["-used_count", "id"], name="template_used")
        ),
    ]
