"""Steps: how long each of the six steps of a message takes, told to whoever watches; nothing else depends on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watcher = Callable[[str, float], None]
"""Hears the name of a step that ended and the seconds it took."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell the watcher, if there is one, how long the body took."""
    watcher = _watcher.get()
    if watcher is None:
        yield
        return
    begun = time.perf_counter()
    try:
        yield
    finally:
        watcher(name, time.perf_counter() - begun)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Whatever this task does in the body is told to the watcher."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)
