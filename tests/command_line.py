"""The program's commands, run inside the test process as if typed."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.settings import Settings
from bot.storage import Storage
from tests.storage.samples import SECRET, open_sealed


@contextmanager
def logging_restored() -> Iterator[None]:
    """Logging and what ends a program are afterwards as they were before a command set them up."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
        sys.excepthook = hook


def on(url: str, work: Callable[[Storage], Awaitable[Any]]) -> Any:
    """What some work on the storage at an address gives."""

    async def run() -> Any:
        storage = await open_sealed(url)
        try:
            return await work(storage)
        finally:
            await storage.aclose()

    return asyncio.run(run())


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    """Exit code."""
    out: str
    """Standard output."""
    err: str
    """Standard error."""


class CommandLine:
    """Runs commands in an empty folder, with no setting but those of the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._patch = monkeypatch
        self._read: Callable[[], tuple[str, str]] = capsys.readouterr
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.chdir(folder)
        # What is wrapped at a terminal's width would be torn apart.
        monkeypatch.setenv("COLUMNS", "200")

    def set(self, **settings: object) -> None:
        """These environment variables, for the commands to come."""
        for name, value in settings.items():
            self._patch.setenv(name.upper(), str(value))

    def run(self, *arguments: str, typed: str | bytes = b"") -> Ran:
        """Runs a command with this on standard input, to its end."""
        typed = typed if isinstance(typed, bytes) else typed.encode()
        self._patch.setattr(sys, "argv", ["python -m bot", *arguments])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
        with logging_restored(), pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ran(code or 0, *self._read())


@pytest.fixture
def bare_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> CommandLine:
    """In an empty folder, with no setting. Imported ``as line``."""
    return CommandLine(monkeypatch, capsys, tmp_path)


@pytest.fixture
def line_at_database(bare_line: CommandLine, database_url: str) -> CommandLine:
    """On the test's database, which has its tables. Imported ``as line``, with ``bare_line``."""
    on(database_url, _nothing)
    bare_line.set(database_url=database_url, person_secret=SECRET)
    return bare_line


async def _nothing(storage: Storage) -> None:
    """The tables are there after that."""
