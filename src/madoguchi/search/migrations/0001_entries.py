"""The search index, and how much the database remembers of its words."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("object_id", models.BigIntegerField()),
                ("group_id", models.BigIntegerField()),
                ("scope_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name_plural": "search entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["vector"], gin_pending_list_limit=1024, name="search_vector"
                    ),
                    models.Index(fields=["at", "id"], name="search_newest"),
                    models.Index(fields=["group_id", "kind"], name="search_group"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_one_entry_per_object")
                ],
            },
        ),
        # Counts of the 3,000 most common words instead of 1,000: the planner and the ranking of near results use them.
        migrations.RunSQL(
            "ALTER TABLE search_searchentry ALTER COLUMN vector SET STATISTICS 300",
            "ALTER TABLE search_searchentry ALTER COLUMN vector SET STATISTICS -1",
        ),
    ]
