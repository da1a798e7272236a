"""Masking: a person's own numbers never reach an officer; the recruiter's contact does."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.checking import Compiled, check
from bot.checking.masking import masked


def mask(compiled: Compiled, text: str, forwarded: bool = False, contacts: bool = True) -> str:
    return masked(text, check(text, compiled).facts, forwarded, contacts).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIK saya 6271034455660001", "NIK saya [NIK]"),
        ("nik: 6271 0344 5566 0001 ya", "nik: [NIK] ya"),
        ("KTP 6271.0344.5566.0001", "KTP [NIK]"),
        ("Ini 6271-0344-5566-0001", "Ini [NIK]"),
        ("paspor saya A1234567", "paspor saya [paspor]"),
        ("no paspor AB 123456", "no paspor [paspor]"),
        ("C7654321 itu paspornya", "[paspor] itu paspornya"),
        ("nomor saya 081234567890", "nomor saya [HP]"),
        ("hp ibu +62 812-3456-7890", "hp ibu [HP]"),
        ("hubungi saya di 0812 3456 7890", "hubungi saya di [HP]"),
        ("０８１２３４５６７８９０ punya kakak", "[HP] punya kakak"),
        ("08l2 3456 789O", "[HP]"),
        ("saya transfer ke BRI 1234-01-567890-50-1", "saya transfer ke BRI [rekening]"),
        ("rek bca 1234567890 a/n Siti", "rek bca [rekening] a/n Siti"),
        ("norek1234567890", "norek[rekening]"),
        ("biaya 3.500.000 1234567890", "biaya 3.500.000 [nomor]"),
        ("surat saya siti.uji@contoh.example", "surat saya [email]"),
        ("nik saya 6271034455660001 hp 081234567890 paspor A1234567", "nik saya [NIK] hp [HP] paspor [paspor]"),
    ],
)
def test_own_numbers_are_masked(compiled: Compiled, text: str, expected: str) -> None:
    """Written plainly, in groups, in wide or look-alike digits."""
    assert mask(compiled, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Gaji 15.000.000 sebulan, usia 18-35, berangkat 12-05-2026, jam 08.00-17.00",
        "gaji 150000000 setahun",
        "Kontrak 2024-2026, kelas 12, 3 orang",
        "Agen minta saya hubungi 0857 1111 2222",
        "WA Bang Roni 0811-0000-0000",
        "daftar di bit.ly/kerja123 atau wa.me/6281100000000",
        "tele @bos_roni99",
    ],
)
def test_what_helps_officers_stays(compiled: Compiled, text: str) -> None:
    """Sums, days, ages, and the contact of whoever recruits."""
    assert mask(compiled, text) == text


def test_a_forwarded_message_keeps_its_contacts(compiled: Compiled) -> None:
    """They are the recruiter's; NIK, passport and account are masked there too."""
    text = "Minat? 0812-3456-7890 / kerja@contoh.example. Nomor saya 085711112222. DP ke BCA 1234567890, NIK 6271034455660001"
    told = mask(compiled, text, forwarded=True)
    for contact in ("0812-3456-7890", "kerja@contoh.example", "085711112222"):
        assert contact in told
    assert "1234567890," not in told
    assert "6271" not in told


def test_under_18_nothing_but_a_forwarded_contact_stays(compiled: Compiled) -> None:
    """What a child tells in their own words keeps no phone at all, whosever it is."""
    text = "Agen suruh hubungi 0857 1111 2222 atau wa.me/6281100000000, tele @roni"
    assert mask(compiled, text, contacts=False) == "Agen suruh hubungi [HP] atau wa.me/[HP], tele @roni"
    assert mask(compiled, text, forwarded=True, contacts=False) == text


def test_a_quote_is_masked_like_the_message(compiled: Compiled) -> None:
    """Also one that begins or ends within a number."""
    text = "Kirim NIK 6271034455660001 ke saya"
    told = masked(text, check(text, compiled).facts)
    assert told.part(0, 5) == "Kirim"
    assert told.part(6, 15) == "NIK [NIK]"
    assert told.part(20, len(text)) == "[NIK] ke saya"


_SEPARATORS = st.sampled_from(["", " ", "-", ".", " - "])
_WORDS = st.sampled_from(
    ["saya", "mau kerja", "tolong cek ya", "di Malaysia", "😀", "ini", "kata agen", "\n", "gaji 5 juta,"]
)


@st.composite
def numbers(draw: st.DrawFn, length: int, start: str = "") -> str:
    """Digits in groups."""
    digits = start + draw(st.text("0123456789", min_size=length - len(start), max_size=length - len(start)))
    groups = [digits[at : at + 4] for at in range(0, length, 4)]
    return draw(_SEPARATORS).join(groups)


@given(st.lists(_WORDS, max_size=4), numbers(16, "6271"), st.lists(_WORDS, max_size=4), st.booleans(), st.booleans())
@settings(max_examples=150)
def test_no_nik_is_left(
    compiled: Compiled, before: list[str], nik: str, after: list[str], forwarded: bool, contacts: bool
) -> None:
    """Wherever it stands and however it is grouped."""
    assume(not nik.endswith("000000"))  # a sum of thousands of millions
    text = " ".join([*before, nik, *after])
    told = mask(compiled, text, forwarded, contacts)
    assert not re.search("[0-9]{4}", re.sub(r"[ .\-]", "", told))
    assert "[NIK]" in told


@given(
    st.lists(_WORDS, max_size=3),
    numbers(12, "08125"),
    st.sampled_from(["nomor saya", "hp saya", "no wa aku", "hp ibu"]),
)
@settings(max_examples=150)
def test_no_own_phone_is_left(compiled: Compiled, before: list[str], phone: str, cue: str) -> None:
    """In what one tells in one's own words."""
    told = mask(compiled, " ".join([*before, cue, phone]))
    assert not re.search("[0-9]{5}", re.sub(r"[ .\-]", "", told))


@given(st.text(max_size=200), st.booleans(), st.booleans())
@settings(max_examples=300)
def test_any_text_can_be_masked_and_masking_settles(
    compiled: Compiled, text: str, forwarded: bool, contacts: bool
) -> None:
    """No text breaks it; what is masked has no long number that a second look would find."""
    once = mask(compiled, text, forwarded, contacts)
    assert mask(compiled, once, forwarded, contacts) == once
    assert masked(text).part(0, len(text)) == masked(text).text
