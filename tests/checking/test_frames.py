"""Frames: how a message speaks is seen apart from how it is spelt and from what it quotes."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checking import Compiled
from bot.checking.features import PLACES, read_features, row_values
from bot.checking.frames import FRAME_SHARES, REACH, read_frames
from bot.checking.grams import BUCKETS, Grams
from bot.checking.reading import read_message

ALL, OPENING, CLOSING, OWN = range(4)
ADVERT = "dibutuhkan pekerja kebun, gaji besar, berangkat besok"


def _views(text: str, compiled: Compiled) -> tuple[Grams, ...]:
    reading = read_message(text, compiled)
    return read_frames(reading.text, reading.standard)


def _buckets(text: str, view: int, compiled: Compiled) -> set[int]:
    return set(_views(text, compiled)[view].buckets.tolist())


@pytest.mark.parametrize(
    ("written", "standard"),
    [
        pytest.param("gk mau bayar", ("tidak", "akan", "bayar"), id="chat and words that mean the same"),
        pytest.param("pspor", ("paspor",), id="misspelt"),
        pytest.param("pasporasli", ("paspor", "asli"), id="two words written as one"),
        pytest.param("xyzzyq 17", ("xyzzyq", "00"), id="unknown words stay, digits are alike"),
    ],
)
def test_standard_words(written: str, standard: tuple[str, ...], compiled: Compiled) -> None:
    """Every word stands for what the knowledge takes it for."""
    reading = read_message(written, compiled)
    assert len(reading.standard) == len(reading.text.tokens)
    assert tuple(word for words in reading.standard for word in words) == standard


@pytest.mark.parametrize("view", [ALL, OPENING, CLOSING, OWN])
def test_spelling_does_not_matter(view: int, compiled: Compiled) -> None:
    """The same words in chat spelling look the same in every view."""
    assert _buckets("sy tdk mau kerja", view, compiled) == _buckets("saya tidak akan kerja", view, compiled)


def test_order_matters(compiled: Compiled) -> None:
    """Pairs of neighbours tell who does what."""
    assert _buckets("agen bayar", ALL, compiled) != _buckets("bayar agen", ALL, compiled)


def test_views_are_apart(compiled: Compiled) -> None:
    """The same word says something else in another view."""
    views = [_buckets("paspor", view, compiled) for view in (ALL, OPENING, CLOSING, OWN)]
    assert all(not one & other for number, one in enumerate(views) for other in views[:number])


def test_opening_and_closing(compiled: Compiled) -> None:
    """What comes later does not change how a message opens, nor what came before how it closes."""
    opening, closing = "hati hati ya semua " * 3, "jangan sampai kena lagi " * 3
    one, other = f"{opening} kerja di kebun {closing}", f"{opening} bola di lapangan {closing}"
    assert _buckets(one, OPENING, compiled) == _buckets(other, OPENING, compiled)
    assert _buckets(one, CLOSING, compiled) == _buckets(other, CLOSING, compiled)
    assert _buckets(one, ALL, compiled) != _buckets(other, ALL, compiled)


@pytest.mark.parametrize(
    "quoting",
    [
        pytest.param('hati-hati, bunyinya: "{}" jangan ikut', id="quotation marks"),
        pytest.param("hati-hati, bunyinya: “{}” jangan ikut", id="curly marks"),
        pytest.param("hati-hati, bunyinya: '{}' jangan ikut", id="single marks"),
        pytest.param("hati-hati, bunyinya:\n> {}\njangan ikut", id="quoted line"),
        pytest.param("hati-hati, bunyinya:\n[09:02] {}\njangan ikut", id="line copied from a chat"),
    ],
)
def test_quotations_are_not_own_words(quoting: str, compiled: Compiled) -> None:
    """Whatever a message quotes, its own words look the same."""
    own = _buckets("hati-hati, bunyinya: jangan ikut", OWN, compiled)
    assert _buckets(quoting.format(ADVERT), OWN, compiled) == own
    assert not _buckets(ADVERT, ALL, compiled) <= own


@pytest.mark.parametrize("text", ["jum'at di ma'had sama 'dia' ya", 'ukuran 5" dan 6"'])
def test_short_marks_quote_nothing(text: str, compiled: Compiled) -> None:
    """An apostrophe or a word in marks is no quotation."""
    assert len(_views(text, compiled)[OWN].buckets) == 2 * len(read_message(text, compiled).text.tokens) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=200))
def test_any_text(text: str, compiled: Compiled) -> None:
    """Every gram has a bucket and stands on words of the message; a view is as loud as its share, however long it is."""
    features = read_features(read_message(text, compiled), compiled.knowledge)
    count = len(read_message(text, compiled).text.tokens)
    assert len(features.frames) == len(FRAME_SHARES)
    for view in features.views():
        grams = view.grams
        assert len(grams.buckets) == len(grams.first) == len(grams.last)
        assert np.all((grams.buckets >= 0) & (grams.buckets < BUCKETS) & (grams.first <= grams.last))
        assert np.all(grams.last < count)
    rows, values = row_values(features.views())
    assert len(rows) == len(values)
    assert np.all((rows >= 0) & (rows < PLACES))
    assert float((values**2).sum()) == pytest.approx(sum(v.share for v in features.views() if len(v.grams.buckets)))


def test_edges_of_short_messages(compiled: Compiled) -> None:
    """A message shorter than an opening is its own opening and closing; one without words has no views."""
    views = _views("halo", compiled)
    assert [len(view.buckets) for view in views] == [1, 2, 2, 3]
    assert [len(view.buckets) for view in _views("!!!", compiled)] == [0, 0, 0, 0]
    assert len(_views("kerja " * 100, compiled)[OPENING].buckets) == 2 * REACH


def test_many_marks_are_read_quickly(compiled: Compiled) -> None:
    """Nothing but quotation marks takes no longer than words do."""
    reading = read_message("'a " * 6000, compiled)
    start = time.perf_counter()
    read_frames(reading.text, reading.standard)
    assert time.perf_counter() - start < 0.2
