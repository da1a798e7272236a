"""Grams and named signs: the same everywhere, at their places, and quick."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking import Compiled
from bot.checking.features import read_features
from bot.checking.grams import BUCKETS, LONGEST_READ, read_grams
from bot.checking.reading import read_message
from bot.checking.text import read_text


def _signs(text: str, compiled: Compiled) -> set[str]:
    return set(read_features(read_message(text, compiled), compiled.knowledge).signs)


def test_buckets_are_the_same_on_every_machine() -> None:
    """A word, a pair and the stretches of two letters fall where the committed weights expect them."""
    buckets = read_grams(read_text("mau ikut")).buckets.tolist()
    assert len(buckets) == 2 + 1 + 9 + 8 + 7 + 6
    assert buckets[:5] == [9920, 10507, 13930, 7775, 4311]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("gaji 15jt", "gaji 23jt", id="digits count as 0"),
        pytest.param("GAJI, besar!", "gaji besar", id="case and punctuation"),
        pytest.param("g a j i besar", "gaji besar", id="letters spaced out"),
        pytest.param("gaaaaji besar", "gaji besar", id="stretched letters"),
        pytest.param("𝗚𝗮𝗷𝗶 besar", "gaji besar", id="decorated letters"),
    ],
)
def test_same_grams(one: str, other: str) -> None:
    """Ways of writing that make no difference to a reader make none to the grams."""
    assert read_grams(read_text(one)).buckets.tolist() == read_grams(read_text(other)).buckets.tolist()


def test_word_order_makes_a_difference() -> None:
    """Pairs of words tell "bayar dulu" from "dulu bayar"."""
    one, other = (set(read_grams(read_text(text)).buckets.tolist()) for text in ("bayar dulu", "dulu bayar"))
    assert one != other
    assert one & other


@given(st.text(max_size=400))
def test_any_text(original: str) -> None:
    """Every gram touches words of the message, in order, and falls into a bucket; distinct buckets are ascending."""
    text = read_text(original)
    grams = read_grams(text)
    assert len(grams.buckets) == len(grams.first) == len(grams.last)
    if text.tokens:
        assert grams.buckets.min() >= 0
        assert grams.buckets.max() < BUCKETS
        assert grams.first.min() == 0
        assert (grams.first <= grams.last).all()
        assert grams.last.max() < len(text.tokens)
    else:
        assert len(grams.buckets) == 0
    assert grams.distinct().tolist() == sorted(set(grams.buckets.tolist()))


def test_only_the_beginning_of_a_long_message_is_hashed() -> None:
    """What comes after ``LONGEST_READ`` characters adds no gram."""
    short, long = (read_grams(read_text("kerja " * count)) for count in (LONGEST_READ // 6, LONGEST_READ))
    assert np.array_equal(short.buckets, long.buckets)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Ini resmi ga ya?", {"ends_with_question", "questions:1", "length:1"}, id="question"),
        pytest.param("kerja di Malaysia", {"place:MY", "place:foreign", "scope:abroad", "fact:place"}, id="abroad"),
        pytest.param("kerja di Banjarmasin", {"place:home", "scope:home"}, id="at home"),
        pytest.param("anak saya umur 15 tahun", {"age:child", "fact:age"}, id="child"),
        pytest.param("berangkat pakai visa turis", {"fact:visa:tourist"}, id="visa"),
        pytest.param("gaji RM1.800 sebulan", {"wage:foreign_currency", "fact:wage"}, id="foreign currency"),
        pytest.param("Syarat:\n- sehat\n- jujur\n- rajin", {"bullets", "lines:1"}, id="list"),
        pytest.param("LOWONGAN KERJA TERBARU!!", {"capitals", "exclamations"}, id="loud"),
        pytest.param('katanya "besok bilang mau liburan" gitu', {"quoted"}, id="quoted"),
        pytest.param("", {"length:0", "flags:0", "markers:0", "scope:unknown"}, id="empty"),
    ],
)
def test_signs(text: str, expected: set[str], compiled: Compiled) -> None:
    """Facts and layout show as named signs."""
    assert expected <= _signs(text, compiled)


def test_rules_show_as_signs(compiled: Compiled) -> None:
    """The proof of a red flag shows the flag, its group and its severity."""
    flag = compiled.knowledge.red_flags["document_retention"]
    signs = _signs(flag.examples.must_match[0].text, compiled)
    assert {"flag:document_retention", f"group:{flag.group}", f"severity:{flag.severity}"} <= signs


def test_word_lists_show_as_signs(compiled: Compiled) -> None:
    """A word shows the lists of the knowledge that it belongs to, also when it is misspelt."""
    assert any(sign.startswith("list:") for sign in _signs("pasporr", compiled))


def test_each_sign_once(compiled: Compiled) -> None:
    """Two places and two wages show the same signs as one."""
    signs = read_features(
        read_message("gaji 5 juta atau gaji 6 juta di Malaysia, Malaysia", compiled), compiled.knowledge
    )
    assert len(signs.signs) == len(set(signs.signs))


def test_speed(compiled: Compiled) -> None:
    """Features of 400 characters take about 0.2 ms on one core; ten times that is a defect."""
    text = "Dibutuhkan 10 orang kerja kebun di Malaysia, gaji RM1.800, makan dan mess ditanggung, besok berangkat. " * 4
    reading = read_message(text[:400], compiled)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        read_features(reading, compiled.knowledge)
        best = min(best, time.perf_counter() - start)
    assert best < 0.002
