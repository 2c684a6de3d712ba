"""The address in one line is gone: it stands in its parts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_move_addresses")]

    operations = [
        migrations.RemoveField(
            model_name="customer",
            name="address",
        ),
        migrations.RemoveField(
            model_name="customer",
            name="postal_code",
        ),
    ]
