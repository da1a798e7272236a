"""Logs: one line an event in the form that was asked for, and never a person's words."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
from structlog.contextvars import bound_contextvars

from bot.logs import Form, configure_logs, log_unawaited
from tests.command_line import logging_restored

WORDS = "paspor saya ditahan"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    with logging_restored():
        yield io.StringIO()


def lines(out: io.StringIO) -> list[dict[str, object]]:
    """What was written, read as JSON."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail() -> None:
    raise ValueError(WORDS)


def test_an_event_in_production(out: io.StringIO) -> None:
    """JSON with time, level, place and figures, and the number of the message at hand; quieter events are left out."""
    configure_logs("info", "auto", out)
    log = logging.getLogger("bot.uji")
    with bound_contextvars(message=7):
        log.info("answered %s", "once", extra={"kind": "offer"})
        log.debug("unseen")
    (line,) = lines(out)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {"event": "answered once", "level": "info", "logger": "bot.uji", "kind": "offer", "message": 7}


@pytest.mark.parametrize("form", ["json", "plain"])
def test_an_exception_shows_no_words(out: io.StringIO, form: Form) -> None:
    """Its kind and place stand there; its text, which may be a person's, does not."""
    configure_logs("debug", form, out)
    try:
        fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "ValueError at test_logs.py" in out.getvalue()
    assert WORDS not in out.getvalue()


def test_what_ends_the_program_shows_no_words(out: io.StringIO) -> None:
    """Also an exception that nobody catches, alone or in a group."""
    configure_logs("info", "json", out)
    try:
        fail()
    except ValueError as error:
        group = ExceptionGroup(WORDS, [error, ExceptionGroup(WORDS, [KeyError(WORDS)])])
        sys.excepthook(type(group), group, None)
    assert [line["event"] for line in lines(out)] == [
        f"ended by a fault of the program: ValueError at test_logs.py:{fail.__code__.co_firstlineno + 1} fail",
        "ended by a fault of the program: KeyError",
    ]


async def test_a_task_that_nobody_awaits_shows_no_words(out: io.StringIO) -> None:
    """What the event loop says of it names the exception, whose text would stand in its own line."""
    configure_logs("info", "json", out)
    asyncio.get_running_loop().set_exception_handler(log_unawaited)

    async def failing() -> None:
        fail()

    task = asyncio.create_task(failing())
    await asyncio.wait([task])
    del task
    await asyncio.sleep(0)
    assert [str(line["event"]).partition(" at ")[0] for line in lines(out)] == ["event loop: ValueError"]
    assert WORDS not in out.getvalue()


def test_a_person_at_a_terminal_can_read_it(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the form is plain."""
    monkeypatch.setattr(out, "isatty", lambda: True)
    configure_logs("info", "auto", out)
    logging.getLogger("bot.uji").info("telegram: polling")
    assert "telegram: polling" in out.getvalue()
    assert "{" not in out.getvalue()


def test_warnings_are_logged(out: io.StringIO) -> None:
    """What Python warns of goes the same way."""
    configure_logs("info", "json", out)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("usang", DeprecationWarning, stacklevel=1)
    assert "usang" in str(lines(out)[0]["event"])
