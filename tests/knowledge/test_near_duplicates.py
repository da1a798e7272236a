"""Near duplicates: copies with a few words changed are refused, turns of phrase are not."""

from __future__ import annotations

import pytest

from bot.knowledge.near_duplicates import near_duplicates

FIRST = "ada loker pabrik di Penang gaji RM1700 hostel gratis minat japri saya malam ini"


@pytest.mark.parametrize(
    ("second", "same"),
    [
        pytest.param(FIRST, True, id="the same"),
        pytest.param(FIRST.upper() + "!!", True, id="case and marks"),
        pytest.param("min " + FIRST.replace("Penang", "Johor"), True, id="one word changed"),
        pytest.param(
            "ada loker pabrik di Penang katanya, tapi mamak kurang percaya sama yang ngajak", False, id="a shared start"
        ),
        pytest.param("assalamualaikum", False, id="another short message"),
    ],
)
def test_pairs(second: str, same: bool) -> None:
    """Most of the shorter message must be shared."""
    assert list(near_duplicates([FIRST, second])) == ([(1, 0)] if same else [])


@pytest.mark.parametrize(
    ("one", "other", "same"), [("P", "p!", True), ("tes", "halo", False), ("🙏", "🙏", True), ("🙏", "👍", False)]
)
def test_very_short_messages(one: str, other: str, same: bool) -> None:
    """Messages of a few words are the same only when they are equal."""
    assert bool(list(near_duplicates([one, other]))) is same
