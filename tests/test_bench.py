"""Bench: what is measured with and without the sentence reader."""

from __future__ import annotations

import pytest

from bot.bench.report import check_table, start_table
from bot.checking import Compiled
from bot.checking.compiled import with_sentences
from bot.checking.sentences import embedding_model

TEXTS = ("Ada kerja jaga mesin di Kamboja, semua ditanggung bos.", "Besok gotong royong jam tujuh.", "kak")


@pytest.fixture(scope="module")
def with_second(compiled: Compiled) -> Compiled:
    """The shipped knowledge with the sentence reader."""
    found = with_sentences(compiled, embedding_model())
    assert found.sentences is not None
    return found


def _column(table: object, number: int) -> list[str]:
    return list(table.columns[number].cells)  # type: ignore[attr-defined]


def test_whole_checks_are_timed_with_both_readers(compiled: Compiled, with_second: Compiled) -> None:
    """A row more where the extra is installed; the slowest is never faster than the middle one."""
    alone, both = check_table(compiled, compiled, TEXTS), check_table(compiled, with_second, TEXTS)
    assert _column(alone, 0) == ["pertama kali", "lagi"]
    assert _column(both, 0) == ["pertama kali", "lagi", "dengan pembaca kalimat"]
    for middle, slowest in zip(_column(both, 2), _column(both, 4), strict=True):
        assert 0 < float(middle) <= float(slowest)


def test_memory_is_measured_with_both_readers(with_second: Compiled) -> None:
    """A new process each; the model is loaded in the second."""
    table = start_table(with_second)
    assert _column(table, 0) == ["", "dengan pembaca kalimat"]
    alone, both = map(int, _column(table, 4))
    assert alone <= 220
    assert alone < both <= 350
