"""History cannot be rewritten by a stray statement: the database itself refuses.

TRUNCATE on PostgreSQL and DELETE on SQLite stay possible (test set-up needs them); both show as
broken seals.
"""

from django.db import migrations

POSTGRESQL = [
    "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
    "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events_event"
    " FOR EACH ROW EXECUTE FUNCTION events_append_only()",
]
SQLITE = [
    "CREATE TRIGGER events_append_only BEFORE UPDATE ON events_event"
    " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
]


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER events_append_only ON events_event")
        schema_editor.execute("DROP FUNCTION events_append_only")
    else:
        schema_editor.execute("DROP TRIGGER events_append_only")


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
