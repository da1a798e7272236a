"""Proving: everything that `check-knowledge` checks, in a process of its own, so that the bot keeps answering meanwhile.

``python -m bot.officers.proving`` reads the texts by path as JSON and writes the problems as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

from bot.checking.compiled import compile_knowledge
from bot.checking.proof import cases, prove, repeated_messages
from bot.failures import Failure
from bot.knowledge.loading import load_files
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem

_KINDER = 5
"""Steps by which the process gives way to those that answer people."""


class CheckBroken(Failure):
    """The checking process ended without an answer; nothing is known of the texts."""


async def checked(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """Everything wrong with live texts by path (`revisions.overlaid`), sorted by place; empty when they may go live.

    Weights of the example reader belong to the texts (`bot.knowledge.folder.read_package`); whole messages are read
    without it when they are missing. That they were learnt from other examples is no problem here. Raises CheckBroken.
    """
    pipe, away = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL  # a traceback could quote somebody's words
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=pipe, stdout=pipe, stderr=away, env=_environment()
    )
    try:
        told, _ = await process.communicate(json.dumps(dict(texts)).encode())
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise CheckBroken("Pemeriksaan aturan terhenti sebelum selesai. Coba sekali lagi.")
    return [KnowledgeProblem(*problem) for problem in json.loads(told)]


def problems_of(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """As `checked`, here and now: about three seconds of work."""
    try:
        compiled = compile_knowledge(load_files(texts))
    except KnowledgeError as error:
        return list(error.problems)
    found = [problem for case in cases(compiled) if (problem := prove(case, compiled)) is not None]
    return sorted({*found, *repeated_messages(compiled)})


def unfit(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """Only what would keep these texts from going live at all; examples are not run. About a second of work."""
    try:
        compile_knowledge(load_files(texts, examples=False))
    except KnowledgeError as error:
        return list(error.problems)
    return []


def _environment() -> dict[str, str]:
    """Ours, with this very program to import."""
    here = str(Path(__file__).parents[2])
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


def _main() -> None:
    with suppress(AttributeError, OSError):  # not on every system
        os.nice(_KINDER)
    problems = problems_of(json.loads(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps([astuple(problem) for problem in problems]))


if __name__ == "__main__":
    _main()
