"""The tables, the same on SQLite and PostgreSQL: ``inbox``, ``outbox``, ``people``, ``feedback``, ``cases``, ``paces``;
and those of the officers: ``officers``, ``invitations``, ``audit``, ``revisions``, ``revision_texts``, ``packages``,
``proposals``, ``trainings``, ``rule_counts``, ``lessons``, ``case_words``, ``case_marks``, ``officer_groups``.

Times are UTC seconds since 1970. A row is *unfinished* while ``finished_at`` is empty; what is finished keeps only
what is needed to know it again (a *tombstone*). Whoever changes a table adds a migration; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    literal_column,
    text,
)

from bot.storage.trail import keep_rows
from bot.storage.vault import Sealed

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up only in a column that is exactly INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")

# A partial index serves a query only when the query spells the state out; a bound parameter would hide it.
PENDING: ColumnElement[str] = literal_column("'pending'")
LEASED: ColumnElement[str] = literal_column("'leased'")
DEAD: ColumnElement[str] = literal_column("'dead'")

_UNFINISHED = text("finished_at IS NULL")
_FINISHED = text("finished_at IS NOT NULL")
_PENDING = text("state = 'pending'")
_LEASED = text("state = 'leased'")
_DEAD = text("state = 'dead'")


def _queue_columns() -> list[Column[Any]]:
    """The columns by which rows of a queue are leased, tried again and finished."""
    return [
        Column("state", Text, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("available_at", Double, nullable=False),
        Column("leased_until", Double),
        Column("leased_by", Text),
        Column("error", Text),
        Column("created_at", Double, nullable=False),
        Column("finished_at", Double),
    ]


def _queue_indexes(table: Table, key: str) -> None:
    """Indexes that hold only the rows they serve, so that a million tombstones cost a lease nothing."""
    name = table.name
    person, finished_at = table.c.person, table.c.finished_at
    _partial_index(f"ix_{name}_turn", _UNFINISHED, person, table.c[key], finished_at)
    _partial_index(
        f"ix_{name}_waiting", _PENDING, table.c[key], person, table.c.available_at, table.c.state, table.c.channel
    )
    # The promise "one at a time per person", kept by the database itself.
    _partial_index(f"uq_{name}_leased", _LEASED, person, unique=True)
    _partial_index(f"ix_{name}_dead", _DEAD, table.c[key])
    _partial_index(f"ix_{name}_finished", _FINISHED, finished_at, table.c.state)


def _partial_index(name: str, rows: TextClause, *columns: Column[Any], unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


inbox = Table(
    "inbox",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("message_id", Sealed("inbox.message_id"), nullable=False),
    Column("person", Text, nullable=False),
    *_queue_columns(),
    # Long texts come last: SQLite reads a row from its start.
    Column("address", Sealed("inbox.address")),
    Column("incoming", Sealed("inbox.incoming")),
    Column("raw", Sealed("inbox.raw")),
    UniqueConstraint("channel", "update_id"),
    CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name="state"),
    sqlite_autoincrement=True,
)
_queue_indexes(inbox, "seq")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("inbox_seq", Key, ForeignKey("inbox.seq", ondelete="SET NULL")),
    Column("position", Integer, nullable=False),
    Column("platform_message_id", Text),
    *_queue_columns(),
    Column("address", Sealed("outbox.address")),
    Column("reply", Sealed("outbox.reply")),
    UniqueConstraint("inbox_seq", "position"),
    CheckConstraint("state IN ('pending', 'leased', 'sent', 'dead', 'dropped')", name="state"),
    sqlite_autoincrement=True,
)
_queue_indexes(outbox, "id")

people = Table(
    "people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("language", Text, nullable=False, server_default=""),
    Column("payload", Sealed("people.payload"), nullable=False, server_default=""),
    Column("memory", Sealed("people.memory")),
    Column("memory_expires_at", Double),
    Column("blocked_at", Double),
    Column("created_at", Double, nullable=False),
    Column("last_seen_at", Double, nullable=False),
)
Index("ix_people_memory_expires_at", people.c.memory_expires_at)
Index("ix_people_last_seen_at", people.c.last_seen_at)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("verdict", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    sqlite_autoincrement=True,
)

Index("ix_feedback_created_at", feedback.c.created_at)

cases = Table(
    "cases",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("number", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("countries", Text, nullable=False),
    Column("area", Text, nullable=False, server_default=""),
    Column("minor", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("consented_at", Double, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("address", Sealed("cases.address")),
    Column("quotes", Sealed("cases.quotes"), nullable=False),
    Column("text", Sealed("cases.text"), nullable=False),
    *(
        Column(name, Double)
        for name in ("claimed_at", "due_at", "answered_at", "reminded_at", "escalated_at", "told_late_at", "closed_at",
                     "announced_at", "asks_until")  # fmt: skip
    ),
    Column("claimed_by", Key),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("revision", Key),
    Column("asks", Text, nullable=False, server_default=""),
    UniqueConstraint("number"),
    sqlite_autoincrement=True,
)
Index("ix_cases_person", cases.c.person)
Index("ix_cases_expires_at", cases.c.expires_at)

paces = Table(
    "paces",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("free_at", Double, nullable=False),
    Column("held_until", Double),
)

officers = Table(
    "officers",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False, server_default="[]"),
    Column("on_duty", Boolean, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("removed_at", Double),
    Column("name", Sealed("officers.name"), nullable=False),
    Column("office", Sealed("officers.office"), nullable=False),
    Column("address", Sealed("officers.address")),
    Column("memory", Sealed("officers.memory")),
    CheckConstraint("role IN ('petugas', 'penyunting', 'pengelola')", name="role"),
    sqlite_autoincrement=True,
)
_partial_index("uq_officers_person", text("removed_at IS NULL"), officers.c.person, unique=True)

# A chat's pseudonym is made like a person's; it and the address are emptied when the group ends.
officer_groups = Table(
    "officer_groups",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("pseudonym", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("areas", Text, nullable=False, server_default="[]"),
    Column("made_by", Key),
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("address", Sealed("officer_groups.address")),
    sqlite_autoincrement=True,
)
_partial_index("uq_officer_groups_pseudonym", text("ended_at IS NULL"), officer_groups.c.pseudonym, unique=True)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False, server_default="[]"),
    Column("office", Sealed("invitations.office"), nullable=False),
    Column("created_by", Key),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
    Column("used_by", Key),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("officer", Key),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Sealed("audit.before"), nullable=False),
    Column("after", Sealed("audit.after"), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_audit_subject", audit.c.subject)
keep_rows(audit)

revisions = Table(
    "revisions",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("officer", Key),
    Column("why", Text, nullable=False),
    Column("packaged", Text, nullable=False),
    Column("files", Text, nullable=False),
)

# Each text once, however many revisions hold it, by its hash.
revision_texts = Table(
    "revision_texts",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

# What came with the program: by revision name the hash of every file, so that a later release can be compared.
packages = Table(
    "packages",
    metadata,
    Column("revision", Text, primary_key=True),
    Column("at", Double, nullable=False),
    Column("hashes", Text, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("officer", Key),
    Column("base", Key, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("before", Sealed("proposals.before")),
    Column("text", Sealed("proposals.text")),
    Column("preview", Sealed("proposals.preview")),
    Column("others", Sealed("proposals.others")),
    CheckConstraint("state IN ('open', 'published', 'withdrawn')", name="state"),
    sqlite_autoincrement=True,
)
Index("ix_proposals_state", proposals.c.state, proposals.c.path)

# What the example reader still has to learn from; a row goes when that is done, given up or taken back.
trainings = Table(
    "trainings",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("revision", Key, nullable=False),
    Column("officer", Key),
    Column("texts", Integer, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("told_at", Double),
    Column("leased_until", Double),
    Column("leased_by", Text),
    sqlite_autoincrement=True,
)

rule_counts = Table(
    "rule_counts",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("hits", Integer, nullable=False, server_default="0"),
    Column("confirmed", Integer, nullable=False, server_default="0"),
    Column("rejected", Integer, nullable=False, server_default="0"),
    Column("last_at", Double, nullable=False),
)

lessons = Table(
    "lessons",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("officer", Key),
    Column("case_number", Text, nullable=False, server_default=""),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("text", Sealed("lessons.text")),
    Column("person", Text, nullable=False, server_default=""),
    CheckConstraint("kind IN ('must_match', 'must_not_match', 'message')", name="kind"),
    CheckConstraint("state IN ('open', 'used', 'refused')", name="state"),
    sqlite_autoincrement=True,
)
Index("ix_lessons_state", lessons.c.state, lessons.c.rule)
Index("ix_lessons_person", lessons.c.person)

case_words = Table(
    "case_words",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("case_id", Key, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", Double, nullable=False),
    Column("officer", Key),
    Column("kind", Text, nullable=False),
    Column("text", Sealed("case_words.text"), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_case_words_case_id", case_words.c.case_id)

case_marks = Table(
    "case_marks",
    metadata,
    Column("case_id", Key, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
)
Index("ix_case_marks_mark", case_marks.c.kind, case_marks.c.mark)
