from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_index_names"),
    ]

    operations = [
        migrations.AddField(model_name="customer", name="time_zone", field=models.CharField(max_length=64, blank=True)),
    ]
