"""What only PostgreSQL needs: settings of a connection, its errors in our words, and news between processes.

News (LISTEN/NOTIFY) only saves waiting: a process that hears none looks for work from time to time all the same.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

NEWS = "cekdulu"
"""Name under which the processes on one database tell each other that there is something to do."""
_LONGEST_PAUSE = 30.0

# A host that vanished without a word is noticed within about half a minute, where libpq would wait for hours.
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
_SENTENCES = {
    "53100": "The disk is full. Free some space; nothing that was confirmed is lost.",
    "53300": "The database has no connection to spare. Allow it more, or start fewer processes.",
    "55P03": "The database is locked by another program. Close that program or wait for it.",
    "25006": "The database can only be read now. Wait until it is the main one again.",
    "28": "The database refuses this user. Check name and password in DATABASE_URL.",
    "3D000": "There is no database of that name. Check DATABASE_URL.",
}
_REPEATED = ("40001", "40P01")
"""serialization_failure, deadlock_detected: nothing was written, and the same again mostly works."""
_LOCKED = "55P03"

_TELL = text("SELECT pg_notify(:news, :payload)")


def patient(address: URL) -> URL:
    """The address with our patience, where it names none of its own."""
    return address.update_query_dict({name: value for name, value in _PATIENCE.items() if name not in address.query})


def prepare(engine: Engine, busy_seconds: float) -> None:
    """Have every connection wait for locks that long, and confirm only what is on the disk."""

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _: Any) -> None:
        connection.execute(
            f"SET lock_timeout = {max(1, int(busy_seconds * 1000))};"
            # A process that was frozen in the middle holds up the others no longer than this.
            "SET idle_in_transaction_session_timeout = 20000;"
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
        connection.commit()


def sentence(error: object) -> str | None:
    """What an operator can do about a driver's error; None when it is not one of those we know."""
    code = getattr(error, "sqlstate", None) or ""
    return _SENTENCES.get(code) or _SENTENCES.get(code[:2])


def without_words(error: DBAPIError) -> DBAPIError:
    """The same error without the row that PostgreSQL quotes in it."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    kind = Exception(f"{type(error.orig).__name__} {constraint}".strip())
    return type(error)(error.statement, None, kind, hide_parameters=True)


def may_be_repeated(error: object) -> bool:
    """True when nothing was written only because two processes met, so that the same may be tried at once."""
    return getattr(error, "sqlstate", None) in _REPEATED


def is_lock_trouble(error: object) -> bool:
    """True when one statement waited too long for a lock; the others of its group need not suffer for it."""
    return getattr(error, "sqlstate", None) == _LOCKED


def tell(connection: Connection, queues: Iterable[str], teller: str) -> None:
    """Part of a transaction: once it is committed, the other processes hear that these queues changed."""
    for queue in queues:
        connection.execute(_TELL, {"news": NEWS, "payload": f"{queue} {teller}"})


async def listen(engine: Engine, teller: str, heard: Callable[[str], None]) -> None:
    """Call ``heard`` with the name of each queue that another process changed, for ever.

    ``heard("")``: anything may have changed, because news may have been missed. ``teller``: our own name, whose news
    are no news. Nothing is raised: while the database is away it is tried again.
    """
    import psycopg

    arguments, options = engine.dialect.create_connect_args(engine.url)
    pause = 1.0
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(*arguments, autocommit=True, **options) as connection:
                await connection.execute(f"LISTEN {NEWS}")
                pause = 1.0
                heard("")
                async for news in connection.notifies():
                    queue, _, who = news.payload.partition(" ")
                    if who != teller:
                        heard(queue)
        except (psycopg.Error, OSError) as error:
            log.warning("news between processes: %s; looking for work once a second instead", type(error).__name__)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(2 * pause, _LONGEST_PAUSE)
