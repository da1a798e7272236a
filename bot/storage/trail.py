"""A table whose rows are only ever added, kept so by the database itself, whichever program or person writes to it.

The one change that is let through is another key (``resealing``): a sealed text may become one of the same length
under another key, and nothing else of the row changes. Whoever owns the tables can still take the triggers away.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, event

from bot.storage.vault import Sealed

_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} rows are only ever added' USING ERRCODE = '23000'; END $$"""
_HEAD = 6
"""Characters that name the key of a sealed text, see ``vault``."""


def keep_rows(table: Table) -> None:
    """Have the table's rows kept from the moment it is made; its key is ``id``.

    Changing, deleting or replacing one is an IntegrityError then. The migration that makes the table says the same.
    """

    @event.listens_for(table, "after_create")
    def keep(_: object, connection: Connection, **__: object) -> None:
        for statement in on_postgres(table) if connection.dialect.name == "postgresql" else on_sqlite(table):
            connection.exec_driver_sql(statement)


def on_sqlite(table: Table) -> tuple[str, ...]:
    """The statements for SQLite; the last one is for INSERT OR REPLACE, which deletes and tells no trigger."""
    name = table.name
    stop = f"BEGIN SELECT RAISE(ABORT, '{name} rows are only ever added'); END"
    there = f"EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id)"  # noqa: S608 (the name of our own table)
    return (
        f"CREATE TRIGGER {name}_changed BEFORE UPDATE ON {name} WHEN NOT ({_only_the_key(table, 'IS')}) {stop}",
        f"CREATE TRIGGER {name}_deleted BEFORE DELETE ON {name} {stop}",
        f"CREATE TRIGGER {name}_replaced BEFORE INSERT ON {name} WHEN {there} {stop}",
    )


def on_postgres(table: Table) -> tuple[str, ...]:
    """The statements for PostgreSQL."""
    name = table.name
    stop = f"EXECUTE FUNCTION {name}_stays()"
    only_the_key = _only_the_key(table, "IS NOT DISTINCT FROM")
    return (
        _FUNCTION.format(table=name),
        f"CREATE TRIGGER {name}_changed BEFORE UPDATE ON {name} FOR EACH ROW WHEN (NOT ({only_the_key})) {stop}",
        f"CREATE TRIGGER {name}_deleted BEFORE DELETE ON {name} FOR EACH ROW {stop}",
        f"CREATE TRIGGER {name}_emptied BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {stop}",
    )


def _only_the_key(table: Table, same: str) -> str:
    conditions = []
    for column in table.columns:
        new, old = f'NEW."{column.name}"', f'OLD."{column.name}"'
        unchanged = f"{new} {same} {old}"
        conditions.append(f"({unchanged} OR {_resealed(new, old)})" if isinstance(column.type, Sealed) else unchanged)
    return " AND ".join(conditions)


def _resealed(new: str, old: str) -> str:
    sealed = " AND ".join(f"substr({value}, 1, 2) = '~1'" for value in (new, old))
    head = f"substr({new}, 1, {_HEAD}) <> substr({old}, 1, {_HEAD})"
    return f"({sealed} AND {head} AND length({new}) = length({old}))"
