"""Phrases from the words that an officer marks: what is peculiar to the message is left out."""

from __future__ import annotations

import pytest

from bot.checking import Compiled
from bot.checking.phrases import parse_phrase
from bot.officers.phrasing import NotMarked, numbered, phrasings

MESSAGE = (
    "Kak ada loker restoran di Thailand, gaji 18jt bersih, paspor nanti dipegang agen biar gampang. Kartu SIM wajib"
    " disetor ke kantor sebelum berangkat, bayar 3jt ke 081234567890. Gak usah lapor disnaker"
)


@pytest.mark.parametrize(
    ("marks", "phrase"),
    [
        ("paspor nanti dipegang agen", "{dokumen} ... pegang~ ... {pemegang}"),
        ("PASPOR nanti, dipegang agen", None),
        ("bayar 3jt ke 081234567890", "{kirim} ... {fee} ... {phone}"),
        ("Gak usah lapor disnaker", "tidak usah ... lapor~ ... {petugas}"),
        ("loker restoran di Thailand", "{cari_orang} ... restoran ... {place:abroad}"),
        ("16-21", "kartu ... sim ... setor~ ... {pemegang}"),
    ],
)
def test_what_is_marked_becomes_general(compiled: Compiled, marks: str, phrase: str | None) -> None:
    """Amounts, phones and places become facts, verbs all their forms, known things their list, fillers a gap."""
    found = phrasings(MESSAGE, marks, compiled)
    assert [one.phrase for one in found] == [phrase] if phrase else len(found) == 2
    for one in found:
        parse_phrase(one.phrase)
        assert one.quote in MESSAGE
        assert "{" not in one.plain
        assert "~" not in one.plain


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ("", "Belum ada kata"),
        ("paspor dibakar", "tidak ada di pesan itu"),
        ("3-99", "punya 31 kata"),
        ("0", "punya 31 kata"),
        ("biar", "hanya kata umum"),
        ("1-31", "terlalu panjang"),
    ],
)
def test_marks_that_cannot_be_used_get_a_sentence(compiled: Compiled, marks: str, sentence: str) -> None:
    with pytest.raises(NotMarked, match=sentence):
        phrasings(MESSAGE, marks, compiled)


def test_words_are_numbered_as_they_are_written(compiled: Compiled) -> None:
    assert numbered("Paspor  NYA di-pegang, 3jt!", compiled) == "1·Paspor 2·NYA 3·di 4·pegang 5·3jt"
