"""Logs: one line an event, JSON for machines or readable for people; ids and counts, never what somebody wrote.

Everything goes through the standard library's ``logging``; structlog gives each line its form and adds ``message``, the
number under which a message is stored, which follows it through its six steps. An exception shows by its kind and
place only, because its text may hold a person's words.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import Processor

from bot.failures import fault, leaves

Form = Literal["auto", "json", "plain"]
"""auto: readable at a terminal, else JSON."""

log = logging.getLogger(__name__)


def configure_logs(level: str, form: Form, stream: TextIO | None = None) -> None:
    """Have everything that is logged written to ``stream`` (standard error if not given) in that form."""
    stream = stream or sys.stderr
    if form == "auto":
        form = "plain" if stream.isatty() else "json"
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_processors(form, stream.isatty())))
    handler.addFilter(_without_words)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for loud in ("alembic", "asyncio"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught


def _processors(form: Form, coloured: bool) -> list[Processor]:
    """From an event of the standard library to a line."""
    last: Processor = structlog.dev.ConsoleRenderer(colors=coloured, sort_keys=False)
    if form == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        last,
    ]


def _without_words(record: logging.LogRecord) -> bool:
    """Leave of an exception only its kind and place."""
    if record.exc_info and record.exc_info[1] is not None:
        record.fault = fault(record.exc_info[1])
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def _log_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    for leaf in leaves(error):
        log.critical("ended by a fault of the program: %s", fault(leaf))


def log_unawaited(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What the event loop complains of, without the objects it names, whose texts may hold a person's words."""
    error = context.get("exception")
    log.error("event loop: %s", fault(error) if isinstance(error, BaseException) else context.get("message"))
