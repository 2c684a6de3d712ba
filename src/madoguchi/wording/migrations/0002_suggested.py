"""Which templates are suggested; automatic replies are not."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def leave_out_automatic_replies(apps: Any, _editor: Any) -> None:
    """What is called or filed as an automatic reply leaves by itself."""
    templates = apps.get_model("wording", "Template").objects
    automatic = Q()
    for word in ("自動返信", "自動応答", "auto-reply", "autoreply", "automatic reply"):
        automatic |= Q(name__icontains=word) | Q(folder__icontains=word)
    templates.filter(automatic).update(is_suggested=False)


class Migration(migrations.Migration):
    dependencies = [("wording", "0001_start")]

    operations = [
        migrations.AddField(model_name="template", name="is_suggested", field=models.BooleanField(default=True)),
        migrations.RunPython(leave_out_automatic_replies, migrations.RunPython.noop),
    ]
