"""What stands behind the masks in the forms of people who read addresses masked."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_identities_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="HiddenText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sign", models.CharField(max_length=6)),
                ("masked", models.CharField(max_length=400)),
                ("text", models.CharField(max_length=400)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "sign"], name="hidden_text_sign")],
                "constraints": [models.UniqueConstraint(fields=("user", "masked"), name="hidden_text_once")],
            },
        )
    ]
