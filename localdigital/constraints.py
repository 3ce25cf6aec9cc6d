"""What the database refuses and Django's constraints cannot say: one list of triggers for SQLite and PostgreSQL.

Each entry says: before this change to this table, when this condition holds, refuse with this sentence.
`NEW` and `OLD` are the row after and before. They are made again after every migrate: changing a table through
Django drops its triggers on SQLite.
"""

from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True)
class Refusal:
    """A change the database refuses. `when` is an SQL condition that both databases understand."""

    name: str
    table: str
    before: str  # "UPDATE", "DELETE", "INSERT"
    when: str
    sentence: str
    # Rows to lock first on PostgreSQL, where two transactions could each see what the other is taking away
    lock: str = ""


REFUSALS = [
    Refusal(
        "an_audit_event_is_never_changed", "localdigital_auditevent", "UPDATE", "OLD.id IS NOT NULL",
        "an audit event is never changed",
    ),
    Refusal(
        "an_audit_event_is_never_deleted", "localdigital_auditevent", "DELETE", "OLD.id IS NOT NULL",
        "an audit event is never deleted",
    ),
    Refusal(
        "an_emailed_link_is_claimed_once", "localdigital_emailedlink", "UPDATE",
        "OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL OR NEW.used_at <> OLD.used_at)",
        "an emailed link is claimed once",
    ),
    Refusal(
        "a_used_reason_is_never_deleted", "localdigital_reason", "DELETE", "OLD.used_at IS NOT NULL",
        "a reason that was used is never deleted",
    ),
    Refusal(
        "a_published_declaration_never_changes", "signatories_declaration", "UPDATE", "OLD.published_at IS NOT NULL",
        "a published declaration never changes",
    ),
    Refusal(
        "a_published_declaration_is_never_deleted", "signatories_declaration", "DELETE",
        "OLD.published_at IS NOT NULL", "a published declaration is never deleted",
    ),
    Refusal(
        "a_signature_begins_as_a_draft", "signatories_signature", "INSERT", "NEW.status <> 'draft'",
        "a signature begins as a draft",
    ),
    Refusal(
        "a_signature_beyond_draft_has_a_signatory", "signatories_signature", "UPDATE",
        "NEW.status <> 'draft' AND NOT EXISTS"
        " (SELECT 1 FROM signatories_signatory s WHERE s.signature_id = NEW.id)",
        "a signature beyond draft has at least one signatory",
    ),
    Refusal(
        "the_last_signatory_stays_beyond_draft", "signatories_signatory", "DELETE",
        "EXISTS (SELECT 1 FROM signatories_signature g WHERE g.id = OLD.signature_id AND g.status <> 'draft')"
        " AND NOT EXISTS (SELECT 1 FROM signatories_signatory s"
        " WHERE s.signature_id = OLD.signature_id AND s.id <> OLD.id)",
        "a signature beyond draft has at least one signatory",
        lock="signatories_signature g WHERE g.id = OLD.signature_id",
    ),
    Refusal(
        "a_signatory_stays_with_its_signature", "signatories_signatory", "UPDATE",
        "NEW.signature_id <> OLD.signature_id", "a signatory stays with its signature",
    ),
]  # fmt: skip


def make_triggers(using="default", **kwargs):
    """Make every trigger whose table exists, replacing what is there; called after every migrate."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for refusal in REFUSALS:
            if refusal.table in tables:
                for statement in STATEMENTS[connection.vendor](refusal):
                    cursor.execute(statement)


def _sqlite(refusal):
    yield f"DROP TRIGGER IF EXISTS {refusal.name}"
    yield (
        f"CREATE TRIGGER {refusal.name} BEFORE {refusal.before} ON {refusal.table} WHEN {refusal.when}"
        f" BEGIN SELECT RAISE(ABORT, '{refusal.sentence}'); END"
    )


def _postgresql(refusal):
    # PostgreSQL allows no sub-select in a trigger's WHEN, so the condition is asked inside its function.
    row = "OLD" if refusal.before == "DELETE" else "NEW"
    lock = f"PERFORM 1 FROM {refusal.lock} FOR UPDATE;" if refusal.lock else ""
    yield (
        f"CREATE OR REPLACE FUNCTION {refusal.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock}"
        f" IF {refusal.when} THEN"
        f" RAISE EXCEPTION '{refusal.sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {row}; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {refusal.name} BEFORE {refusal.before} ON {refusal.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {refusal.name}()"
    )


STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}


def drop_triggers(using="default"):
    """Take every trigger away: only for a test database that is about to be emptied."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for refusal in REFUSALS:
            table = f" ON {refusal.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {refusal.name}{table}")


def triggers_present(using="default"):
    """The names of the refusals that the database holds now."""
    connection = connections[using]
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}
