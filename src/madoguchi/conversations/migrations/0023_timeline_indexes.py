import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_start"),
        ("conversations", "0022_draft_private"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_timeline"),
        migrations.RemoveIndex(model_name="message", name="message_customer"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["conversation", "at", "id"], include=["kind", "state"], name="message_timeline"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["customer", "-at", "-id"], include=["conversation", "state"], name="message_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["customer", "id"], include=["inbox"], name="conv_of_customer"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(condition=models.Q(("is_open", True)), fields=["customer"], name="conv_customer_open"),
        ),
        # Each of these began with the same column as one above: an index of its own only cost writing it.
        migrations.AlterField(
            model_name="message",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="conversations.conversation",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="conversation",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conversations",
                to="customers.customer",
            ),
        ),
    ]
