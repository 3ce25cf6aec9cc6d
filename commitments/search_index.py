"""The full-text index over SearchText: an FTS5 table kept by triggers on SQLite, a generated column on PostgreSQL.

Both hold the same stems (commitments/search.py) in the columns title, names and body, and find the same rows.
"""

from django.db import connections

TABLE = "commitments_words"
SOURCE = "commitments_searchtext"

# A plain FTS5 table, not one that reads its words from the source: then a row is always taken out as it was put in.
SQLITE_TABLE = f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(title, names, body, tokenize = 'ascii')"
TAKE_OUT = f"DELETE FROM {TABLE} WHERE rowid = OLD.commitment_id;"  # noqa: S608
COLUMNS = "NEW.commitment_id, NEW.title, NEW.names, NEW.body"
PUT_IN = f"INSERT INTO {TABLE} (rowid, title, names, body) VALUES ({COLUMNS});"  # noqa: S608
SQLITE_TRIGGERS = {
    "words_are_put_in": ("INSERT", PUT_IN),
    "words_are_put_in_anew": ("UPDATE", TAKE_OUT + PUT_IN),
    "words_are_taken_out": ("DELETE", TAKE_OUT),
}

POSTGRESQL_COLUMN = f"""
    ALTER TABLE {SOURCE} ADD COLUMN IF NOT EXISTS words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', names), 'B')
        || setweight(to_tsvector('simple', body), 'D')
    ) STORED
"""
POSTGRESQL_INDEX = f"CREATE INDEX IF NOT EXISTS {TABLE} ON {SOURCE} USING gin (words)"


def make_search_index(using="default", **kwargs):
    """Make what is missing of the index; called by its migration, and after every migrate: changing the source's
    table through Django drops its triggers on SQLite."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if SOURCE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            _make_column(cursor)
        else:
            _make_table(cursor)


def drop_search_index(using="default"):
    """Take the index away: for going back before its migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {SOURCE} DROP COLUMN IF EXISTS words")
            return
        for name in SQLITE_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def _make_column(cursor):
    cursor.execute("SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'words'", [SOURCE])
    if not cursor.fetchone():  # asked first, since ALTER TABLE would wait for every reader
        cursor.execute(POSTGRESQL_COLUMN)
        cursor.execute(POSTGRESQL_INDEX)


def _make_table(cursor):
    cursor.execute(SQLITE_TABLE)
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [SOURCE])
    there = {name for (name,) in cursor.fetchall()}
    if there >= set(SQLITE_TRIGGERS):
        return
    for name, (event, body) in SQLITE_TRIGGERS.items():
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {SOURCE} BEGIN {body} END")
    # What was written while they were missing
    cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608
    cursor.execute(
        f"INSERT INTO {TABLE} (rowid, title, names, body) SELECT commitment_id, title, names, body FROM {SOURCE}"  # noqa: S608
    )
