"""Previews that were cut inside of a number or an address end before it: half of one is masked by nobody."""

from django.db import migrations

_FORWARD = """
UPDATE conversations_conversation
SET preview = rtrim(regexp_replace(preview, '[-+0-9０-９‐‑‒–—―−－ｰー．.・/()（） 　]{2,24}$|[-A-Za-z0-9._%+@]{2,100}$', ''))
WHERE char_length(preview) >= 199
  AND preview ~ '([0-9０-９][-+‐‑‒–—―−－ｰー．.・/()（） 　]{0,3}|[A-Za-z0-9._%+@][-A-Za-z0-9._%+@])$'
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0019_field_version")]

    operations = [migrations.RunSQL(_FORWARD, migrations.RunSQL.noop)]
