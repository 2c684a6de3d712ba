from django.db import migrations


class Migration(migrations.Migration):
    """Records that no conversation made were entered by hand or by a table: they are the whole desk's."""

    dependencies = [
        ("conversations", "0024_hidden_from"),
        ("customers", "0018_open_to_all"),
    ]

    operations = [
        migrations.RunSQL(
            """UPDATE customers_customer c SET is_open_to_all = true WHERE merged_into_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM conversations_conversation t WHERE t.customer_id = c.id)""",
            migrations.RunSQL.noop,
        )
    ]
