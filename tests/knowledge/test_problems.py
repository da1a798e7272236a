"""Problems read like a compiler's, sorted, with a guess at what was meant."""

from __future__ import annotations

import pytest

from bot.knowledge.problems import KnowledgeError, KnowledgeProblem, dotted, listed, meant


def test_problem_as_text() -> None:
    """path:line:column field: what is wrong. What to write instead."""
    problem = KnowledgeProblem("knowledge/red_flags/x.yaml", 4, 15, "severity", "apa yang salah", "Tulis begini.")
    assert str(problem) == "knowledge/red_flags/x.yaml:4:15 severity: apa yang salah. Tulis begini."


def test_problem_without_advice() -> None:
    """No advice leaves no trailing space."""
    assert str(KnowledgeProblem("a.yaml", 1, 1, "id", "salah")) == "a.yaml:1:1 id: salah."


def test_message_that_is_a_sentence() -> None:
    """A message with its own full stop gets no second one."""
    assert str(KnowledgeProblem("a.yaml", 1, 1, "id", "Salah.", "Benar.")) == "a.yaml:1:1 id: Salah. Benar."


def test_error_sorts_and_keeps_one_of_each() -> None:
    """Problems come by file, line and column as numbers, and never twice."""
    late, early = KnowledgeProblem("a.yaml", 10, 1, "b", "x"), KnowledgeProblem("a.yaml", 9, 1, "a", "y")
    error = KnowledgeError([late, early, late])
    assert error.problems == (early, late)
    assert str(error) == "a.yaml:9:1 a: y.\na.yaml:10:1 b: x."


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("severty", 'Maksud Anda "severity"?'),
        ("Title", 'Maksud Anda "title"?'),
        ("judul", 'Maksud Anda "title"?'),
        ("frasa", ""),
        ("", ""),
        ("xyzzy", ""),
    ],
)
def test_meant(word: str, guess: str) -> None:
    """Slips and Indonesian words find their key; what is far from all choices gets no guess."""
    assert meant(word, ["severity", "title", "status"]) == guess


def test_dotted_counts_lists_from_one() -> None:
    """Officers count from 1."""
    assert dotted(("examples", "must_match", 1, "quote")) == "examples.must_match.2.quote"


def test_listed_is_cut() -> None:
    """A long row of names ends in dots."""
    assert listed("abc", most=2) == "a, b, …"
