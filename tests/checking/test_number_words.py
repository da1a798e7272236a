"""Number words: Indonesian and its neighbours' ways of saying numbers, as long as the number goes."""

from __future__ import annotations

import pytest

from bot.checking.number_words import read_number_words


@pytest.mark.parametrize(
    ("words", "low", "high", "used"),
    [
        pytest.param("lima belas juta", 15e6, None, 3, id="teens"),
        pytest.param("dua puluh lima", 25, None, 3, id="tens and ones"),
        pytest.param("seratus dua puluh", 120, None, 3, id="hundreds"),
        pytest.param("dua juta lima ratus ribu", 2.5e6, None, 5, id="two groups"),
        pytest.param("satu juta dua ratus", 1.2e6, None, 4, id="spoken without ribu"),
        pytest.param("satu juta dua hari", 1e6, None, 2, id="days are not hundreds"),
        pytest.param("satu juta dua puluh lima orang", 1e6, None, 2, id="people are not hundreds"),
        pytest.param("dua juta setengah", 2.5e6, None, 3, id="and a half"),
        pytest.param("tiga setengah juta", 3.5e6, None, 3, id="half before the unit"),
        pytest.param("setengah juta", 5e5, None, 2, id="half a million"),
        pytest.param("belasan juta", 11e6, 19e6, 2, id="some ten"),
        pytest.param("limang atus ewu", 5e5, None, 3, id="javanese"),
        pytest.param("rolas yuta", 12e6, None, 2, id="javanese twelve"),
        pytest.param("dua balas juta", 12e6, None, 3, id="banjar"),
        pytest.param("genep juta", 6e6, None, 2, id="sundanese"),
        pytest.param("lapan ratus", 800, None, 2, id="malay"),
        pytest.param("seribu euro", 1000, None, 1, id="stops at other words"),
        pytest.param("satu dua tiga", 1, None, 1, id="counting is not one number"),
        pytest.param("three thousand", 3000, None, 2, id="english"),
    ],
)
def test_numbers_in_words(words: str, low: float, high: float | None, used: int) -> None:
    """Value, upper end of an approximate number, and how many words it takes."""
    number = read_number_words(words.split(), 0)
    assert number is not None
    assert (number.low, number.high, number.last) == (low, high, used)


@pytest.mark.parametrize("words", ["setengah hari", "hanya", "gaji besar"])
def test_other_words_are_no_numbers(words: str) -> None:
    """Half a day is no amount, and "hanya" is seven only in Ngaju."""
    assert read_number_words(words.split(), 0) is None
