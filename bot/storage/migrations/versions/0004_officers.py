"""Officers: who they are, what they did, the revisions of the knowledge, and how cases are followed up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIMES = (
    "claimed_at", "due_at", "answered_at", "reminded_at", "escalated_at", "told_late_at", "closed_at", "announced_at",
    "asks_until",
)  # fmt: skip
_TABLES = (
    "case_marks",
    "case_words",
    "lessons",
    "rule_counts",
    "proposals",
    "packages",
    "revision_texts",
    "revisions",
    "audit",
    "invitations",
    "officers",
)


def _only_the_key(same: str) -> str:
    """Nothing changes but the key of a sealed text."""
    kept = [f'NEW."{name}" {same} OLD."{name}"' for name in ("id", "at", "officer", "action", "subject")]
    for name in ("before", "after"):
        new, old = f'NEW."{name}"', f'OLD."{name}"'
        sealed = f"substr({new}, 1, 2) = '~1' AND substr({old}, 1, 2) = '~1'"
        other_key = f"substr({new}, 1, 6) <> substr({old}, 1, 6) AND length({new}) = length({old})"
        kept.append(f"({new} {same} {old} OR ({sealed} AND {other_key}))")
    return " AND ".join(kept)


_THERE = "EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"
_STOP = "BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END"
_ON_SQLITE = (
    f"CREATE TRIGGER audit_changed BEFORE UPDATE ON audit WHEN NOT ({_only_the_key('IS')}) {_STOP}",
    f"CREATE TRIGGER audit_deleted BEFORE DELETE ON audit {_STOP}",
    f"CREATE TRIGGER audit_replaced BEFORE INSERT ON audit WHEN {_THERE} {_STOP}",
)
_CALL = "EXECUTE FUNCTION audit_stays()"
_ON_POSTGRES = (
    """CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit rows are only ever added' USING ERRCODE = '23000'; END $$""",
    "CREATE TRIGGER audit_changed BEFORE UPDATE ON audit FOR EACH ROW"
    f" WHEN (NOT ({_only_the_key('IS NOT DISTINCT FROM')})) {_CALL}",
    f"CREATE TRIGGER audit_deleted BEFORE DELETE ON audit FOR EACH ROW {_CALL}",
    f"CREATE TRIGGER audit_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT {_CALL}",
)


def upgrade() -> None:
    for name in _TIMES:
        op.add_column("cases", sa.Column(name, sa.Double()))
    op.add_column("cases", sa.Column("claimed_by", KEY))
    op.add_column("cases", sa.Column("outcome", sa.Text(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("revision", KEY))
    op.add_column("cases", sa.Column("asks", sa.Text(), nullable=False, server_default=""))
    _create_officers()
    _create_knowledge()
    _create_case_parts()


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_stays()")
    for name in (*_TIMES, "claimed_by", "outcome", "revision", "asks"):
        op.drop_column("cases", name)


def _create_officers() -> None:
    op.create_table(
        "officers",
        _key(),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("removed_at", sa.Double()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("memory", sa.Text()),
        sa.CheckConstraint("role IN ('petugas', 'penyunting', 'pengelola')", name=op.f("ck_officers_role")),
        sqlite_autoincrement=True,
    )
    present = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_officers_person", "officers", ["person"], unique=True, sqlite_where=present, postgresql_where=present
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("created_by", KEY),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double()),
        sa.Column("used_by", KEY),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "audit",
        _key(),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("officer", KEY),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    for statement in _ON_POSTGRES if op.get_context().dialect.name == "postgresql" else _ON_SQLITE:
        op.execute(statement)


def _create_knowledge() -> None:
    op.create_table(
        "revisions",
        sa.Column("number", KEY, autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("officer", KEY),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("packaged", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "revision_texts",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_revision_texts")),
    )
    op.create_table(
        "packages",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("hashes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_packages")),
    )
    op.create_table(
        "proposals",
        _key(),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer", KEY),
        sa.Column("base", KEY, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("before", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("preview", sa.Text()),
        sa.CheckConstraint("state IN ('open', 'published', 'withdrawn')", name=op.f("ck_proposals_state")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_state", "proposals", ["state", "path"])
    op.create_table(
        "rule_counts",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("confirmed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rejected", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "day", name=op.f("pk_rule_counts")),
    )
    op.create_table(
        "lessons",
        _key(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer", KEY),
        sa.Column("case_number", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.CheckConstraint("kind IN ('must_match', 'must_not_match', 'message')", name=op.f("ck_lessons_kind")),
        sa.CheckConstraint("state IN ('open', 'used', 'refused')", name=op.f("ck_lessons_state")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lessons_state", "lessons", ["state", "rule"])


def _create_case_parts() -> None:
    op.create_table(
        "case_words",
        _key(),
        _case(nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("officer", KEY),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _belongs("case_words"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_words_case_id", "case_words", ["case_id"])
    op.create_table(
        "case_marks",
        _case(nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "mark", name=op.f("pk_case_marks")),
        _belongs("case_marks"),
    )
    op.create_index("ix_case_marks_mark", "case_marks", ["kind", "mark"])


def _key() -> sa.Column[int]:
    return sa.Column("id", KEY, primary_key=True, autoincrement=True)


def _case(nullable: bool) -> sa.Column[int]:
    return sa.Column("case_id", KEY, nullable=nullable)


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_case_id")
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=name, ondelete="CASCADE")
