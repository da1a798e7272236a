"""Visas: the kind of visa or entry, named, implied by the way in, or none at all."""

from __future__ import annotations

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "label", "quote"),
    [
        pytest.param("visa turis aja", "tourist", "visa turis", id="tourist"),
        pytest.param("visanya pakai punya kunjungan", "tourist", "visanya pakai punya kunjungan", id="kind further on"),
        pytest.param("visanya: turis", "tourist", "visanya: turis", id="colon"),
        pytest.param("masuk lawatan dulu", "tourist", "masuk lawatan", id="malay"),
        pytest.param("msk turis aja", "tourist", "msk turis", id="abbreviated"),
        pytest.param("bilang jalan-jalan haja", "tourist", "bilang jalan-jalan", id="banjar pretext"),
        pytest.param("visa 600 aja", "tourist", "visa 600", id="australian code"),
        pytest.param("tourist visa", "tourist", "tourist visa", id="english order"),
        pytest.param("lewat jalur umrah", "pilgrimage", "lewat jalur umrah", id="umrah route"),
        pytest.param("cuma visa ziarah", "pilgrimage", "visa ziarah", id="ziarah"),
        pytest.param("visa ryugaku", "student", "visa ryugaku", id="student"),
        pytest.param("visa magang", "training", "visa magang", id="training"),
        pytest.param("employment pass diurus", "work", "employment pass", id="employment pass"),
        pytest.param("pekerja E-9", "work", "E-9", id="korean code"),
        pytest.param("tokutei ginou", "work", "tokutei ginou", id="japanese scheme"),
        pytest.param("calling visa turun", "work", "calling visa", id="calling visa"),
        pytest.param("WHV Aussie", "holiday", "WHV", id="working holiday"),
        pytest.param("bebas visa 15 hari", "free", "bebas visa", id="visa-free"),
        pytest.param("tak payah permit", "free", "tak payah permit", id="no permit"),
        pytest.param("visa, tiket, umrah plus", "", "visa", id="a list says no kind"),
        pytest.param("visa apa ya kak", "", "visa", id="kind not said"),
    ],
)
def test_visas_are_read(message: str, label: str, quote: str) -> None:
    """Kind and the person's own words."""
    [fact] = facts_of(message, "visa")
    assert (fact.label, fact.text) == (label, quote)


@pytest.mark.parametrize("message", ["masuk kerja besok", "lewat sekolah", "vaksin masuk, turis ramai"])
def test_ways_in_are_no_visas_without_pretext(message: str) -> None:
    """Going to work or past a school is no visa."""
    assert facts_of(message, "visa") == []
