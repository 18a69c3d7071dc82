"""What full-text search stands on: a GIN index on PostgreSQL, an FTS5 table on SQLite."""

from django.db import migrations

POSTGRESQL = [
    "CREATE INDEX claim_search_words ON claims_searchentry"
    " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
]
# An external-content table: FTS5 keeps the index only, the words stay where they are.
SQLITE = [
    "CREATE VIRTUAL TABLE claims_search_fts USING fts5("
    " words, content='claims_searchentry', content_rowid='claim_id',"
    " tokenize=\"unicode61 remove_diacritics 0 tokenchars '-_./+#'\")",
    "CREATE TRIGGER claims_search_insert AFTER INSERT ON claims_searchentry BEGIN"
    " INSERT INTO claims_search_fts(rowid, words) VALUES (new.claim_id, new.words); END",
    "CREATE TRIGGER claims_search_delete AFTER DELETE ON claims_searchentry BEGIN"
    " INSERT INTO claims_search_fts(claims_search_fts, rowid, words)"
    " VALUES ('delete', old.claim_id, old.words); END",
    "CREATE TRIGGER claims_search_update AFTER UPDATE ON claims_searchentry BEGIN"
    " INSERT INTO claims_search_fts(claims_search_fts, rowid, words)"
    " VALUES ('delete', old.claim_id, old.words);"
    " INSERT INTO claims_search_fts(rowid, words) VALUES (new.claim_id, new.words); END",
]


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX claim_search_words")
    else:
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER claims_search_{name}")
        schema_editor.execute("DROP TABLE claims_search_fts")


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
