"""Failure: what an operator or officer can mend; commands show it as one sentence, never as a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import PurePath


class Failure(Exception):
    """Its message says what is wrong and what to do; it holds no secret and nobody's words."""

    exit_code = 1
    """1: something is broken; 2: the command or the environment was used wrongly."""


def fault(error: BaseException) -> str:
    """Kind and place, "KeyError at file.py:12 function"; never the message, which may hold a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    return type(error).__name__ + place


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The exceptions of a group, however deep; the exception itself when it is none."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error
