"""Previewing: the preview in a process of its own, of low priority, so that the bot keeps answering meanwhile.

Everything goes through pipes: the texts of cases never touch a disk.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.failures import Failure
from bot.officers.preview import LevelChange, Preview, Progress, preview

_NICER = 10
"""How much the process gives way to others."""
_LONGEST_LINE = 8_000_000
"""Bytes of one answer."""


class PreviewFailed(Failure):
    """The process ended without a preview."""


async def previewed(
    before: Mapping[str, str],
    changes: Mapping[str, str | None],
    past: Sequence[tuple[str, str]],
    progress: Progress = lambda part: None,
) -> Preview:
    """`preview` of the live files with these changes, beside the event loop; ended when the caller is cancelled.

    Raises PreviewFailed.
    """
    asked = {"before": dict(before), "changes": dict(changes), "past": list(past)}
    given = await asyncio.to_thread(_packed, asked)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,  # a traceback could quote somebody's words
        limit=_LONGEST_LINE, env=_environment(),
    )  # fmt: skip
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(ConnectionError):  # it ended at once: told below
            child.stdin.write(given)
            await child.stdin.drain()
            child.stdin.close()
        while line := await child.stdout.readline():
            told = json.loads(line)
            if "preview" in told:
                return read_preview(told["preview"])
            progress(told["part"])
        raise PreviewFailed("Dampaknya tidak bisa dihitung. Coba lagi sebentar lagi.")
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
        await child.wait()


def read_preview(content: Mapping[str, Any]) -> Preview:
    """A preview from JSON values as `write_preview` gave them."""
    lists = {name: tuple(map(tuple, content[name])) for name in ("ordinary", "escapes")}
    lines = {name: tuple(content[name]) for name in ("problems", "broken")}
    changes = tuple(LevelChange(**change) for change in content["changes"])
    return Preview(**{**content, **lists, **lines, "changes": changes})


def write_preview(found: Preview) -> dict[str, Any]:
    """A preview as JSON values."""
    return asdict(found)


def _packed(asked: Mapping[str, Any]) -> bytes:
    return json.dumps(asked).encode()


def _environment() -> dict[str, str]:
    """Ours, with this very program to import."""
    here = str(Path(__file__).parents[2])
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


def _run() -> None:
    with suppress(OSError, AttributeError):
        os.nice(_NICER)
    asked = json.loads(sys.stdin.buffer.read())

    def say(told: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    before, changes = asked["before"], asked["changes"]
    after = {path: text for path, text in {**before, **changes}.items() if text is not None}
    past = [(name, text) for name, text in asked["past"]]
    found = preview(before, after, past, lambda part: say({"part": part}))
    say({"preview": write_preview(found)})


if __name__ == "__main__":
    _run()
