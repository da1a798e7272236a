"""Every example in knowledge/ is one test with its own name: ``document_retention/must_match/2``."""

from __future__ import annotations

from functools import cache

import pytest

from bot.checking import Compiled, compile_knowledge
from bot.checking.proof import Case, cases, prove
from bot.knowledge import load_knowledge, packaged_folder


@cache
def _compiled() -> Compiled:
    return compile_knowledge(load_knowledge(packaged_folder()))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a case; loading fails the run with every problem listed."""
    if "case" in metafunc.fixturenames:
        found = list(cases(_compiled()))
        metafunc.parametrize("case", found, ids=[case.name for case in found])


def test_example(case: Case) -> None:
    """The example shows what its file says it shows."""
    problem = prove(case, _compiled())
    assert problem is None, str(problem)
