"""What people of a role do not see or take along."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One row a role that is limited."""

    dependencies = [("accounts", "0002_new_email")]

    operations = [
        migrations.CreateModel(
            name="RoleLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Administrator"),
                            ("supervisor", "Supervisor (leader)"),
                            ("agent", "Agent"),
                            ("trainee", "Trainee (approval needed)"),
                            ("viewer", "View only"),
                            ("guest", "Guest"),
                        ],
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("masks_contacts", models.BooleanField(default=False)),
                ("keeps_files", models.BooleanField(default=False)),
            ],
        ),
    ]
