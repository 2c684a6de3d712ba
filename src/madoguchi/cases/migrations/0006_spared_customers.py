from django.db import migrations


def spare(apps, _schema_editor):
    """What a case hid so far, its customer's next conversations among it."""
    shields = apps.get_model("cases", "CaseShield").objects.filter(case__customer__isnull=False)
    spared = apps.get_model("customers", "CustomerSpared")
    spared.objects.bulk_create(
        [
            spared(customer_id=customer, person_id=person, source=f"case:{case}")
            for case, person, customer in shields.values_list("case_id", "person_id", "case__customer_id")
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_anonymous_reports"),
        ("customers", "0019_spared"),
    ]

    operations = [migrations.RunPython(spare, migrations.RunPython.noop, elidable=True)]
