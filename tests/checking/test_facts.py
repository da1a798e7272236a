"""Facts: what was read is quoted exactly, in order, in time that is linear in the length of the message."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checking.facts import PlaceHit, read_facts
from bot.checking.text import read_text
from tests.checking.fact_reading import WORDS, facts_of

PIECES = [
    "gaji ", "15", "jt", "-", "20", "/bln", " ", "rp", ".", ",", "000", "biaya ", "+855 12 345 678", "umur ", "visa ",
    "turis ", "besok ", "terbang ", "12 jam kerja ", "dua ", "belas ", "juta ", "koma ", "setengah ", "$", "RM", "\n",
    "🇰🇭", "https://t.me/x", "@akun_1", "kelas ", "smp ", "per kepala ", "kalau keluar bayar ", "tgl ", "12/12",
    "p a s p o r ", "９", "O", "l", "é", "👍", "(", ")", "sampai ", "2 digit ",
]  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_fact_quotes_the_message(message: str) -> None:
    """Offsets lie inside the message, words inside the tokens, and the quote is what stands there."""
    text = read_text(message)
    facts = read_facts(text, WORDS, (), year=2026)
    for fact in facts:
        assert 0 <= fact.start < fact.end <= len(message)
        assert fact.text == message[fact.start : fact.end]
        assert 0 <= fact.first <= fact.last <= len(text.tokens)
        assert fact.value is None or fact.upper is None or fact.value <= fact.upper
    assert [fact.start for fact in facts] == sorted(fact.start for fact in facts)


def test_decorated_letters_are_quoted_as_written() -> None:
    """The quote keeps bold letters, emoji and marks of the original."""
    [fact] = facts_of("𝗚𝗮𝗷𝗶 𝟭𝟱𝗷𝘁/𝗯𝗹𝗻 💰", "wage")
    assert (fact.text, fact.value) == ("𝟭𝟱𝗷𝘁/𝗯𝗹𝗻", 15_000_000)


def test_places_come_from_names_and_flags() -> None:
    """A name found by the lexicon and a flag are both places; the flag takes its status from the knowledge."""
    text = read_text("kerja Kamboja 🇰🇭 🇮🇩 🇯🇵")
    facts = read_facts(text, WORDS, [PlaceHit(1, 2, "KH", "country", "closed")])
    places = [(fact.country, fact.status, fact.text) for fact in facts if fact.type == "place"]
    assert places == [
        ("KH", "closed", "Kamboja"), ("KH", "closed", "🇰🇭"), ("ID", "home", "🇮🇩"), ("JP", "unknown", "🇯🇵"),
    ]  # fmt: skip


def test_an_advertisement_in_full() -> None:
    """The facts of one advertisement, in order of appearance."""
    message = (
        "LOKER KASIR usia 19-32. Gaji $900/bln, kerja 12 jam, berangkat besok pakai visa turis. "
        "DP 2 juta, kalau batal denda 30jt. WA 0812-3456-7890"
    )
    assert [(fact.type, fact.text) for fact in facts_of(message)] == [
        ("age", "19-32"), ("wage", "$900/bln"), ("hours", "12 jam"), ("haste", "besok"),
        ("visa", "pakai visa turis"), ("fee", "2 juta"), ("penalty", "30jt"), ("phone", "0812-3456-7890"),
    ]  # fmt: skip


@pytest.mark.parametrize("message", ["", " ", "👍🙏", "Selamat sore semua", "...", "\n\n"])
def test_messages_without_facts(message: str) -> None:
    """Nothing is read where nothing is said."""
    assert facts_of(message) == []


HOSTILE = [
    "9", "9.", "a.", "1-", "gaji 15 ", "0812 ", "08123456789 ", "a@", "a-", "rp ", "1jt ", "umur 15-", "visa ", "dua ",
    "dua ribu ", "besok ", "anak 15 ", "t.me/", "+855 ", "keluar bayar 5jt ", "1o", "9 am - ", "kerja jam 9-",
    "dot com ", "tele ", "https://", "@aaa ", "1/", "12 hari ",
    "🇰🇭", "dalam 3 ", "1%", "sejuta ", "a1", "maret ", "lahir 2010 ",
    "kelas 7 ", "per kepala ", "koma 1 ", "1 sampai ", "1 juta dua ratus ", "x@", " ", "masuk turis ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repeats_cost_little(piece: str) -> None:
    """Twenty thousand characters of any repeat are read in well under the time a person notices.

    About 60 ms at worst on a quiet machine; the bound here leaves room for a busy one.
    """
    text = read_text(piece * (20_000 // len(piece)))
    began = time.process_time()
    read_facts(text, WORDS, (), year=2026)
    assert time.process_time() - began < 0.8


def test_time_is_linear_in_length() -> None:
    """Four times the message takes about four times as long, not sixteen times."""
    message = "Info loker, gaji besar. Hubungi kami besok, bawa dokumen lengkap dan surat izin keluarga ya kak. "

    def cost(copies: int) -> float:
        text = read_text(message * copies)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            read_facts(text, WORDS, ())
            times.append(time.perf_counter() - began)
        return min(times)

    cost(10)
    assert cost(160) < cost(40) * 8
