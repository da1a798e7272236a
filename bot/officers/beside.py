"""Beside: long work on the knowledge in a process of its own, so that this one keeps answering."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from bot.failures import Failure

_KINDER = 10
"""Steps by which the process gives way to those that answer people."""
_LOOK = 0.5
"""Seconds between two looks for whoever asked."""


class WorkBroken(Failure):
    """The process ended without a result."""


async def beside(module: str, texts: Mapping[str, str]) -> str:
    """What ``python -m module`` writes for these texts by path; raises WorkBroken. Given up, the process ends."""
    pipe, away = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL  # a traceback could quote somebody's words
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=pipe, stdout=pipe, stderr=away, env=_environment()
    )
    try:
        told, _ = await process.communicate(json.dumps(dict(texts)).encode())
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise WorkBroken("Pekerjaan ini terhenti sebelum selesai. Coba sekali lagi.")
    return told.decode()


def answer(work: Callable[[dict[str, str]], str]) -> None:
    """The other side: read the texts, write the result."""
    with suppress(AttributeError, OSError):  # not on every system
        os.nice(_KINDER)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    sys.stdout.write(work(json.loads(sys.stdin.buffer.read())))


def _end_with(parent: int) -> None:
    """Nobody waits for the result any more when whoever asked is dead: another process may have begun anew."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def _environment() -> dict[str, str]:
    """Ours, with this very program to import."""
    here = str(Path(__file__).parents[2])
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
