"""A team whose templates would be left behind is not deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_new_email"), ("wording", "0003_most_used")]

    operations = [
        migrations.AlterModelOptions(name="template", options={"verbose_name": "template"}),
        migrations.AlterField(
            model_name="template",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="templates",
                to="accounts.team",
            ),
        ),
    ]
