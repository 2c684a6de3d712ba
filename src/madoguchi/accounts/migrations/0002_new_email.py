"""The mail address somebody wants, until it is confirmed, and the one before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_start")]

    operations = [
        migrations.AddField("user", "new_email", models.EmailField(blank=True, db_default="", default="")),
        migrations.AddField("user", "new_email_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "former_email", models.EmailField(blank=True, db_default="", default="")),
    ]
