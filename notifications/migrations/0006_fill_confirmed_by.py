from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now only the recipient could confirm."""
    notices = apps.get_model("notifications", "Notice").objects
    notices.filter(confirmed_at__isnull=False, confirmed_by=None).update(confirmed_by=F("user"))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_confirmed_by")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
