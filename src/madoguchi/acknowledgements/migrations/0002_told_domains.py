"""Count how often addresses of one domain are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acknowledgements", "0001_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="toldaddress",
            name="domain_hash",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="toldaddress",
            index=models.Index(fields=["domain_hash", "at"], name="told_address_domain"),
        ),
    ]
