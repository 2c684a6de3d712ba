from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0017_masked_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="is_open_to_all",
            field=models.BooleanField(default=False),
        ),
    ]
