from django.db import migrations

# In working days, as new installations have them.
DAYS = {"critical": 5, "major": 10, "minor": 10}


def add_rules(apps, schema_editor):
    """Give installations that have rules already those of the new deadline."""
    rules = apps.get_model("claims", "DeadlinePolicy").objects
    if not rules.exists():
        return
    for severity, amount in DAYS.items():
        rules.get_or_create(
            clock="compensation",
            severity=severity,
            customer=None,
            defaults={"amount": amount, "unit": "working_days"},
        )


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_compensation_deadline")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
