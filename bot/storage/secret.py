"""The secret under which people become pseudonyms: from the environment, else a file beside the database."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import make_url

SHORTEST_SECRET = 16
"""Characters (environment) or bytes (file); below this a secret can be guessed."""


class Secret:
    """Bytes that never show in a log or a traceback; ask ``value`` for them."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Secret(…)"


def load_secret(given: str | None, key_file: Path) -> Secret:
    """The secret given by the environment, else the one in the file, which is made (mode 0600) when missing.

    Raises ValueError, with a sentence that does not show it, when the secret is too short; OSError when the file
    cannot be read or made. A lost secret cannot be made again: everybody would be met as a stranger.
    """
    if given:
        return _checked(given.encode(), "The secret is too short: at least 16 characters are needed.")
    if not key_file.exists():
        _create(key_file)
    elif os.name == "posix":
        key_file.chmod(0o600)
    return _checked(key_file.read_bytes(), f"The key file {key_file.name} is damaged: restore it from a backup.")


def key_file(database_url: str) -> Path:
    """Where the key lies when the environment names none: beside a SQLite file, else in the working folder."""
    database = make_url(database_url).database if database_url.startswith("sqlite") else None
    return Path(database).with_suffix(".key") if database else Path("cekdulu.key")


def _checked(value: bytes, problem: str) -> Secret:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(problem)
    return Secret(value)


def _create(key_file: Path) -> None:
    """Make the file whole or not at all; another process that makes it at the same moment wins or loses whole."""
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            # Text, so that it can move into the environment when a trial becomes earnest.
            file.write(secrets.token_urlsafe(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        draft.unlink(missing_ok=True)
