"""The lists in the import's own row are empty now and go."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_move_made")]

    operations = [migrations.RemoveField(model_name="customerimport", name="made")]
