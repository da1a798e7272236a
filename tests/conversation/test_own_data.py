"""Own data in the chat: shown on request, erased only after a fresh yes, and never in a group."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.checking import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.memory import Memory
from bot.conversation.own_data import asks_what_is_held
from bot.keeping import Held, HeldCase, HeldOfficer, Kept
from bot.messages import Incoming
from tests.conversation.talk import DANGEROUS, DAY, Talk, button

NOON = 1_795_521_600.0  # 24 Nov 2026, 12:00 UTC
CASE = HeldCase("K7M-42Q-XRT", "Kerja kebun, hubungi [HP]", "danger", NOON, NOON + 180 * 86_400)
HELD = Held("kode-acak", NOON, "id", "desa-7", NOON + 3600, 2, 1, (CASE,))


def ask(compiled: Compiled, text: str, held: Held | None = HELD, memory: Memory | None = None) -> Answer:
    return answer(Incoming("1", "text", text), memory or Memory(), compiled, DAY, Kept(held=held))


@pytest.mark.parametrize("text", ["/data_saya", "data saya", "/DATA_SAYA", "/my_data", "/hapus_data", "hapus data"])
def test_what_needs_to_know_what_is_held(text: str) -> None:
    """Typed as a command or in words; nothing else is looked up for."""
    assert asks_what_is_held(text)
    assert asks_what_is_held(f" {text} ")
    assert not asks_what_is_held(f"{text}nya siapa")


def test_everything_held_is_told(compiled: Compiled) -> None:
    """Code, days, language, origin, what waits and what was set aside with their time, and each case in full."""
    first, case = ask(compiled, "/data_saya").replies
    for told in (
        "kode-acak",
        "24-11-2026",
        "id",
        "desa-7",
        "20:00 WIB",
        "2 pesan",
        "1 pesan",
        "30 hari",
        "/hapus_data",
    ):
        assert told in first.text
    for told in ("K7M-42Q-XRT", "24-11-2026 sampai 23-05-2027", "Kerja kebun, hubungi [HP]"):
        assert told in case.text


@pytest.mark.parametrize("ask_for", ["/data_saya", "/my_data"])
def test_an_officer_is_told_that_they_are_one(compiled: Compiled, ask_for: str) -> None:
    """Also when nothing else is held; and then it is not said that no name is."""
    post = ("Siti Contoh", "BP3MI", ("Kapuas",))
    officers = (HeldOfficer(3, *post, NOON - 86_400, NOON), HeldOfficer(7, *post, NOON, None))
    held = Held("kode-acak", None, "", "", None, 0, 0, (), officers)
    memory = Memory(language="en" if ask_for == "/my_data" else "id", chosen=True)
    (told,) = ask(compiled, ask_for, held, memory).replies
    before, now, end = told.text.splitlines()[-3:]
    assert all(word in before for word in ("23-11-2026", "24-11-2026", "Siti Contoh", "BP3MI, Kapuas", "3"))
    assert all(word in now for word in ("24-11-2026", "Siti Contoh", "BP3MI, Kapuas", "7"))
    assert not re.search(r"\b(nama|name)\b", end)
    (asked,) = ask(compiled, "/hapus_data", held, memory).replies
    (former,) = ask(compiled, "/hapus_data", replace(held, officers=officers[:1]), memory).replies
    assert asked.text.startswith(former.text)
    assert "👤" in asked.text.removeprefix(former.text)


def test_quotes_that_are_remembered_are_shown(compiled: Compiled) -> None:
    """All of them, not only those of the first answer."""
    talk = Talk(compiled)
    talk.says(DANGEROUS)
    assert talk.memory.checked is not None
    (told,) = ask(compiled, "/data_saya", replace(HELD, cases=()), talk.memory).replies
    assert all(f"“{found.quote}”" in told.text for found in talk.memory.checked.reasons)


def test_nothing_held_is_said_so(compiled: Compiled) -> None:
    """Somebody new is not shown an empty list."""
    held = Held("kode-acak", None, "", "", None, 0, 0, ())
    (told,) = ask(compiled, "/data_saya", held).replies
    assert "Tidak ada yang tersimpan" in told.text
    assert "kode-acak" not in told.text


def test_english(compiled: Compiled) -> None:
    """In the language of the person."""
    memory = Memory(language="en", chosen=True)
    first, case = ask(compiled, "my data", memory=memory).replies
    assert "Everything we keep about you" in first.text
    assert case.text.startswith("📁 Report")
    assert "1 report(s)" in ask(compiled, "/delete_data", memory=memory).replies[0].text


def test_erasing_needs_a_yes(compiled: Compiled) -> None:
    """The question names the cases that go with it; yes forgets everything, also the language."""
    asked = ask(compiled, "/hapus_data", memory=Memory(language="id", chosen=True))
    (question,) = asked.replies
    assert "1 laporan" in question.text
    assert not asked.erases
    pressed = Incoming("2", "button", action=button(asked.replies, "Ya, hapus").action)
    done = answer(pressed, asked.memory, compiled, DAY)
    assert (done.erases, done.memory) == (True, Memory())
    assert "Sudah dihapus" in done.replies[0].text


def test_yes_can_be_typed_as_a_number(compiled: Compiled) -> None:
    """Where a channel has no buttons."""
    asked = ask(compiled, "hapus data saya")
    assert answer(Incoming("2", "text", "1"), asked.memory, compiled, DAY).erases


@pytest.mark.parametrize("forgotten", [False, True], ids=["newer-buttons", "memory-over"])
def test_an_old_yes_erases_nothing(compiled: Compiled, forgotten: bool) -> None:
    """A button found far up in the chat asks for the command again."""
    asked = ask(compiled, "/hapus_data")
    newer = answer(Incoming("2", "text", DANGEROUS), asked.memory, compiled, DAY)
    memory = Memory() if forgotten else newer.memory
    pressed = Incoming("3", "button", action=button(asked.replies, "Ya, hapus").action)
    told = answer(pressed, memory, compiled, DAY)
    assert not told.erases
    assert "/hapus_data" in told.replies[0].text


def test_no_keeps_everything(compiled: Compiled) -> None:
    """Any number of times."""
    asked = ask(compiled, "/hapus_data")
    pressed = Incoming("2", "button", action=button(asked.replies, "Tidak").action)
    told = answer(pressed, asked.memory, compiled, DAY)
    assert not told.erases
    assert told.memory == asked.memory
    assert "tidak ada yang dihapus" in told.replies[0].text


@pytest.mark.parametrize("text", ["/data_saya", "/hapus_data"])
def test_not_in_a_group(compiled: Compiled, text: str) -> None:
    """Others would read it."""
    incoming = Incoming("1", "text", text, in_group=True)
    (told,) = answer(incoming, Memory(), compiled, DAY, Kept(held=HELD)).replies
    assert "chat pribadi" in told.text
    assert not told.buttons


@pytest.mark.parametrize("text", ["/hapus_data", "data saya"])
def test_a_forwarded_wish_is_no_wish(compiled: Compiled, text: str) -> None:
    """A recruiter's message that says so neither shows nor erases anything."""
    incoming = Incoming("1", "text", text, forwarded_from="Bang Roni")
    told = answer(incoming, Memory(), compiled, DAY, Kept(held=HELD))
    assert not any(word in reply.text for reply in told.replies for word in ("kode-acak", "K7M", "Hapus semua"))
