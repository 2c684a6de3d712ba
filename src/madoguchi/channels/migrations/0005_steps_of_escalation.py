"""What was one number of minutes after 返信期限 becomes the first step."""

from typing import Any

from django.db import migrations


def _to_steps(apps: Any, _editor: Any) -> None:
    for inbox in apps.get_model("channels", "Inbox").objects.all():
        after = inbox.escalate_after_minutes
        inbox.escalations = [{"after": after, "assignee": False, "leaders": True, "people": []}] if after else []
        inbox.save(update_fields=["escalations"])


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_escalations"),
    ]

    operations = [migrations.RunPython(_to_steps, migrations.RunPython.noop)]
