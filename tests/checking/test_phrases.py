"""Phrases: what an officer writes stands for the paths they would expect; mistakes get a helpful sentence."""

from __future__ import annotations

import pytest

from bot.checking.phrases import PhraseError, parse_phrase


def shown(phrase: str) -> list[str]:
    return [" ".join(("… " if e.after_gap else "") + e.symbol for e in path) for path in parse_phrase(phrase)]


@pytest.mark.parametrize(
    ("phrase", "paths"),
    [
        pytest.param("paspor ditahan", ["paspor ditahan"], id="words"),
        pytest.param("(titip|setor uang) paspor", ["(titip|setor uang) paspor"], id="choice of words is one symbol"),
        pytest.param("[asli] paspor", ["asli paspor", "paspor"], id="optional"),
        pytest.param("paspor ... agen", ["paspor … agen"], id="gap"),
        pytest.param("paspor … agen", ["paspor … agen"], id="one-character ellipsis"),
        pytest.param("paspor [asli] ... agen", ["paspor asli … agen", "paspor … agen"], id="optional before a gap"),
        pytest.param("{dokumen} tahan~", ["{dokumen} tahan~"], id="list and verb"),
        pytest.param("(bayar~|{kirim}) uang", ["(bayar~|{kirim}) uang"], id="choice of verb and list"),
        pytest.param("gaji {wage >= 10jt}", ["gaji {wage>=10jt}"], id="fact with spaces"),
        pytest.param("({fee}|{penalty}) dulu", ["{fee} dulu", "{penalty} dulu"], id="choice of facts"),
        pytest.param("(a (b|c)|d) e", ["a (b|c) e", "d e"], id="nested"),
        pytest.param("=kps Kerja", ["=kps kerja"], id="exact word and case"),
    ],
)
def test_paths(phrase: str, paths: list[str]) -> None:
    """A phrase stands for exactly these paths (order does not matter)."""
    assert sorted(shown(phrase)) == sorted(paths)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        pytest.param("", "kosong", id="empty"),
        pytest.param("[a]", "", id="optional alone means one word"),
        pytest.param("(a|b", "ditutup", id="open bracket"),
        pytest.param("a)", "pembuka", id="closing bracket"),
        pytest.param("a|b", "(a|b)", id="bare bar"),
        pytest.param("(a|)", "pilihan kosong", id="empty option"),
        pytest.param("... a", "mulai", id="gap first"),
        pytest.param("a ...", "berakhir", id="gap last"),
        pytest.param("a {b", "kurung", id="open brace"),
        pytest.param(" ".join(["[a]"] * 10), "susunan", id="too many paths"),
    ],
)
def test_mistakes_are_explained(phrase: str, words: str) -> None:
    """The sentence says what is wrong in words an officer knows."""
    if not words:
        assert shown(phrase) == ["a"]
        return
    with pytest.raises(PhraseError, match=words.replace("(", r"\(").replace(")", r"\)").replace("|", r"\|")):
        parse_phrase(phrase)
