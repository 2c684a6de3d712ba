"""Whether a table was written masked: one that was not is kept from whoever reads masked since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_swept_tables")]

    operations = [
        migrations.AddField(
            model_name="customerexport",
            name="is_masked",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
