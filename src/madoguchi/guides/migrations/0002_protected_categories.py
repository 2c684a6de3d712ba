import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0019_field_version"),
        ("guides", "0001_start"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="checklisttemplate", options={"ordering": ["name"], "verbose_name": "checklist"}
        ),
        migrations.AlterModelOptions(name="talkscript", options={"ordering": ["name"], "verbose_name": "talk script"}),
        migrations.AlterField(
            model_name="checklisttemplate",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="conversations.category",
            ),
        ),
        migrations.AlterField(
            model_name="talkscript",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="conversations.category",
            ),
        ),
    ]
