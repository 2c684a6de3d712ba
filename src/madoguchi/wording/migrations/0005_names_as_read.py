"""How names are read counts as the names do: templates that were there before are cut into words once more."""

from django.db import migrations


def cut_again(apps, _schema_editor):
    """Some thousand at most; what is found stays the same, only its order becomes better."""
    from madoguchi.wording.searching import index_text  # noqa: PLC0415 - the dictionary is loaded where it is needed

    template = apps.get_model("wording", "Template")
    batch = []
    for each in template.objects.iterator(chunk_size=200):
        each.vector = index_text(each)
        batch.append(each)
    template.objects.bulk_update(batch, ["vector"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("wording", "0004_team_stays")]

    operations = [migrations.RunPython(cut_again, migrations.RunPython.noop)]
