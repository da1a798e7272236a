"""Text: every way of hiding letters reads the same, and every quote is exactly what the person wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.text import LONGEST, read_text


def words(message: str) -> list[str]:
    return [token.word for token in read_text(message).tokens]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("Paspor DITAHAN", ["paspor", "ditahan"], id="case"),
        pytest.param("𝗣𝗮𝘀𝗽𝗼𝗿 𝕕𝕚𝕥𝕒𝕙𝕒𝕟", ["paspor", "ditahan"], id="mathematical letters"),
        pytest.param("Раѕроr", ["paspor"], id="cyrillic look-alikes"),
        pytest.param("ᴘᴀꜱᴘᴏʀ ᏀᎪᎫᎥ", ["paspor", "gaji"], id="small capitals and cherokee"),
        pytest.param("🅶🅰🅹🅸 Ⓖⓐⓙⓘ", ["gaji", "gaji"], id="boxed and circled letters"),
        pytest.param("pas\u200bpor ga\u00adji", ["paspor", "gaji"], id="invisible characters"),
        pytest.param("g̶a̶j̶i̶", ["gaji"], id="struck through"),
        pytest.param("p a s p o r", ["paspor"], id="spaced letters"),
        pytest.param("g a j i  b e s a r", ["gaji", "besar"], id="spaced words"),
        pytest.param("k.a.m.b.o.j.a", ["kamboja"], id="dotted letters"),
        pytest.param("gajiiiii tinggiii", ["gaji", "tinggi"], id="stretched"),
        pytest.param("maaf saat", ["maaf", "saat"], id="double vowels stay"),
        pytest.param("jum'at sengko'", ["jumat", "sengko"], id="apostrophes"),
        pytest.param("k*mboja g@ji", ["kmboja", "gaji"], id="starred and at-sign"),
        pytest.param("1️⃣2️⃣ ３", ["12", "3"], id="keycaps and full-width digits"),
        pytest.param("", [], id="empty"),
        pytest.param("👍🔥!!!", [], id="emoji only"),
        pytest.param("umur 17 th, a b", ["umur", "17", "th", "a", "b"], id="two single letters are no hidden word"),
    ],
)
def test_hidden_letters_read_the_same(message: str, expected: list[str]) -> None:
    """Decorated, spaced and look-alike letters give the plain words."""
    assert words(message) == expected


def test_span_gives_the_persons_own_characters() -> None:
    """A quote of decorated words holds the decoration, marks included."""
    original = "cek: 𝗣𝗮𝘀𝗽𝗼𝗿 d̶i̶t̶a̶h̶a̶n̶ ya"
    text = read_text(original)
    start, end = text.span(text.tokens[1].start, text.tokens[2].end)
    assert original[start:end] == "𝗣𝗮𝘀𝗽𝗼𝗿 d̶i̶t̶a̶h̶a̶n̶"


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        pytest.param("satu dua. tiga", [0, 0, 1], id="full stop"),
        pytest.param("Rp 15.000 sehari", [0, 0, 0, 0], id="dot inside a number"),
        pytest.param("SYARAT\nPaspor", [0, 1], id="new line with a capital"),
        pytest.param("paspor\ndipegang agen", [0, 0, 0], id="wrapped line goes on"),
        pytest.param("mau? ayo", [0, 1], id="question mark"),
    ],
)
def test_sentences(message: str, sentences: list[int]) -> None:
    """Sentences and list lines are told apart, wrapped lines are not."""
    assert [token.sentence for token in read_text(message).tokens] == sentences


def test_long_messages_are_cut() -> None:
    """What goes beyond the limit is not read, and that is said."""
    text = read_text("a " * LONGEST)
    assert (text.truncated, len(text.original)) == (True, LONGEST)


@given(st.text(max_size=400))
def test_any_text_maps_back(original: str) -> None:
    """Every word of any text stands where the map says, in order and inside the message."""
    text = read_text(original)
    assert len(text.origin) == len(text.norm) + 1
    previous = 0
    for token in text.tokens:
        start, end = text.span(token.start, token.end)
        assert previous <= start < end <= len(original)
        previous = start
