"""Shown: whatever a recruiter writes, inside our answer it is only read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.telegram import TelegramClient
from bot.checking import Compiled
from bot.conversation.memory import shorten
from bot.conversation.shown import plain, shown_lines, shown_quote
from bot.messages import Reply
from tests.conversation.talk import Talk

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("paspor \u202eagen gnagepid", "paspor agen gnagepid"),
        ("ga\u00adji \u200bbesar\ufeff", "gaji besar"),
        ("\u2066aman\u2069", "aman"),
        ("a\x1b[31mb\x00", "a[31mb"),
        ("baris satu\n\u2028⛔ BAHAYA", "baris satu ⛔ BAHAYA"),
        ("Z̡̢̧̨̛̖̗̘̙a", "Z̡̢̧a"),
        ("👨\u200d👩\u200d👧 é ñ", "👨\u200d👩\u200d👧 é ñ"),
        ("a” 👉 Aman “b", "a’ 👉 Aman ‘b"),
        ("gaji 15.000.000, jam 10:30 dan/atau 5 jt/bln", "gaji 15.000.000, jam 10:30 dan/atau 5 jt/bln"),
        ("<b>*tebal*</b> [tautan](x) `kode` || ||", "<b>*tebal*</b> [tautan](x) `kode` || ||"),
    ],
    ids=["turned", "hidden", "isolates", "control", "line", "pile", "joined emoji", "quote marks", "figures", "markup"],
)
def test_the_eye_sees_the_words_and_nothing_else(words: str, shown: str) -> None:
    """Marks without a sight of their own go; letters, figures and markup signs stay as characters."""
    assert shown_quote(words).replace(JOINER, "") == shown


@pytest.mark.parametrize(
    "words", ["/hapus_data", "lihat /start x", "@bos_roni", "bit.ly/kerja", "https://contoh.example/a", "roni@contoh.id",
              "t.me/roni", "tg://resolve?domain=x", "wa.me/628110000"]
)  # fmt: skip
def test_nothing_can_be_tapped(words: str) -> None:
    """Commands, names, addresses and links are broken where a chat program would find them; to the eye they are whole."""
    shown = shown_quote(words)
    assert shown.replace(JOINER, "") == words
    assert not re.search(r"(?<!\w)/\w|@\w|\w\.[a-z]|://", shown)


def test_letters_from_the_right_turn_only_themselves() -> None:
    """Arabic or Hebrew words do not pull the rest of the line about."""
    assert shown_quote("kerja مرحبا 5") == "\u2068kerja مرحبا 5\u2069"


ANY = st.text(st.characters(exclude_categories=[]), max_size=120)
TRICKS = st.text(
    st.sampled_from("\u202e\u202d\u2066\u2067\u2069\u200b\u200f\ufeff\n\r\u2028\x1b\x00“”/@.:ab ا\u0301\ud83d"),
    max_size=60,
)


@given(ANY | TRICKS)
@example("\u2067“\n/a")
@settings(max_examples=500)
def test_any_words_are_harmless(words: str) -> None:
    """One line, no turning marks but our own balanced pair, no quote mark of the frame, nothing to tap."""
    shown = shown_quote(words)
    inner = shown.removeprefix("\u2068").removesuffix("\u2069")
    assert "\n" not in shown
    for character in inner:
        assert character in "\u200c\u200d\u2060" or unicodedata.category(character) not in (
            "Cc",
            "Cf",
            "Cs",
            "Zl",
            "Zp",
        )
    assert not set("“”") & set(inner)
    assert not re.search(r"(?<!\w)/\w|@\w|://", inner)
    assert shown_quote(shorten(words, 30)).count("\u2068") == shown_quote(shorten(words, 30)).count("\u2069")


@given(ANY | TRICKS)
def test_lines_are_as_harmless_as_quotes(words: str) -> None:
    """Each line of a longer text, too."""
    for line in shown_lines(words).split("\n"):
        assert shown_quote(line).replace("\u2068", "").replace("‘", "“").replace("’", "”") == line.replace(
            "\u2068", ""
        ).replace("‘", "“").replace("’", "”")
    assert plain(plain(words)) == plain(words)


@given(st.sampled_from(["\u202e", "<b>", "*", "`", "[x](http://a.b)", "\n⛔🔴 BAHAYA\n", "”", "/stop ", "\x1b[2J"]))
def test_an_offer_full_of_tricks_is_answered_like_the_plain_one(compiled: Compiled, trick: str) -> None:
    """Level line, advice and contact are ours; the reasons stand each on one line, with exactly one quotation."""
    text = f"Kerja di Kamboja gaji 15 juta, paspor {trick} dipegang{trick} agen, berangkat besok pakai visa turis"
    talk = Talk(compiled)
    (told,) = talk.says(text)
    lines = told.text.split("\n")
    assert lines[0] == "⛔🔴 BAHAYA"
    reasons = [line for line in lines if line.startswith("• ")]
    assert all(line.count("“") == line.count("”") <= 1 for line in reasons)
    assert [line[0] for line in lines[1:]] == ["•"] * len(reasons) + ["👉", "📞"]


def test_telegram_is_told_of_no_markup() -> None:
    """A reply goes out without a parse mode, so stars and brackets are stars and brackets."""
    client = TelegramClient("1:a")
    (piece,) = client.fit(Reply("<b>*x*</b>"))
    assert piece.text == "<b>*x*</b>"
