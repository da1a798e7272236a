"""Serving, its smaller parts: sweeping, and the socket of the web server."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import serving
from bot.serving import PortTaken
from bot.settings import Settings
from bot.storage import Retention
from tests.running_bot import free_port, until
from tests.storage.samples import open_sealed


async def test_sweeping_survives_a_locked_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and tried again, and does not end the program."""
    monkeypatch.setattr(serving, "SWEEP_SECONDS", 0.01)
    storage = await open_sealed(f"sqlite:///{tmp_path / 'x.db'}", busy_seconds=0.01)
    stop = asyncio.Event()
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        sweeping = asyncio.create_task(serving._sweep(storage, Retention(), stop))
        await until(lambda: caplog.text.count("sweep: The database is locked") > 2)
    stop.set()
    await asyncio.wait_for(sweeping, 5)
    await storage.aclose()


def test_no_webhook_no_socket() -> None:
    """Polling listens nowhere."""
    with serving._listener(Settings(), None) as listener:
        assert listener is None


def has_ipv6() -> bool:
    """Whether this machine, which may be a container, has a loopback address of that kind."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_where_it_listens(host: str) -> None:
    """On the address that was asked for, of either kind, from the first moment on."""
    if host == "::1" and not has_ipv6():
        pytest.skip("no IPv6 here")
    settings = Settings(telegram_webhook_url="https://bot.example", host=host, port=free_port())
    with (
        serving._listener(settings, settings.port) as listener,
        socket.create_connection((host, settings.port), timeout=5) as connection,
    ):
        assert listener is not None
        assert connection.getpeername()[:2] == listener.getsockname()[:2]


def test_where_nobody_can_listen() -> None:
    """An address that is not this machine's is named in one sentence."""
    settings = Settings(telegram_webhook_url="https://bot.example", host="192.0.2.1", port=free_port())
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1 port"), serving._listener(settings, settings.port):
        pass
