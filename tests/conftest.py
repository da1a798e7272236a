"""Fixtures that many rooms share: the packaged knowledge, compiled once per test process."""

from __future__ import annotations

import pytest

from bot.checking import Compiled, compile_knowledge
from bot.knowledge import load_knowledge, packaged_folder


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """The knowledge that is shipped."""
    return compile_knowledge(load_knowledge(packaged_folder()))
