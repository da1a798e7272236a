"""Cues: the words that give numbers their meaning are found with clitics, misspellings and digits for letters."""

from __future__ import annotations

import pytest

from bot.checking.cues import MOST_CUES, FactWords, scan_text
from bot.checking.text import read_text
from tests.checking.fact_reading import LISTS, WORDS


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        pytest.param("gajinya", "wage", id="clitic"),
        pytest.param("gajine", "wage", id="javanese clitic"),
        pytest.param("g4ji", "wage", id="digit for a letter"),
        pytest.param("ptongan", "deduction", id="vowel left out"),
        pytest.param("penghaislan", "wage", id="letters swapped"),
        pytest.param("uang fit", "payout", id="two words"),
        pytest.param("uang saku keluarga", "payout", id="the longest phrase counts"),
        pytest.param("potong gaji", "deduction", id="the first phrase counts"),
    ],
)
def test_role_cues(message: str, kind: str) -> None:
    """The cue covers all the words."""
    scan = scan_text(read_text(message), WORDS)
    assert {scan.role_at[index].kind for index in range(len(scan.words))} == {kind}


@pytest.mark.parametrize("message", ["uang, fit", "uang. fit", "minat"])
def test_words_that_are_no_cue(message: str) -> None:
    """A phrase does not reach across a comma or a sentence, and short words are not stretched into cues."""
    scan = scan_text(read_text(message), WORDS)
    assert all(cue.kind not in ("payout", "pays") or scan.words[cue.first] == "fit" for cue in scan.role_at.values())


def test_cues_of_one_kind_are_bounded() -> None:
    """A message of nothing but one cue costs no more than a long honest one."""
    scan = scan_text(read_text("visa " * 2_000), WORDS)
    assert len(scan.marks["visa"]) == MOST_CUES


def test_missing_lists_are_named() -> None:
    """Knowledge without a needed list is refused with its name."""
    lists = {name: entries for name, entries in LISTS.items() if name != "fact_wage"}
    with pytest.raises(ValueError, match="fact_wage"):
        FactWords.from_lists(lists)
