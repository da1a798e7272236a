"""Gathering: what is sent in one go becomes one message, and what asks by itself does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.checking import Compiled
from bot.checking.text import LONGEST
from bot.conversation.dialogue import answer
from bot.conversation.gathering import count_together, cries_for_help, gathered, gathers
from bot.conversation.memory import Memory
from bot.messages import Incoming
from tests.conversation.talk import DANGEROUS, DAY

CALM = "Lowongan kerja di Taiwan, kontrak 3 tahun, kirim lamaran ke kantor."


def text(words: str, id: str = "1", **rest: Any) -> Incoming:
    return Incoming(id, "text", words, **rest)


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        (text(DANGEROUS), True),
        (text("tolong"), True),
        (text("/tipu daya", forwarded_from="Agen"), True),
        (text("bantuan", forwarded_from="Agen"), True),
        (Incoming("1", "unsupported", attachment="photo"), True),
        (text("/cek"), False),
        (text("/cek kerja di Kamboja"), False),
        (text(" Bantuan "), False),
        (text("2."), False),
        (Incoming("1", "button", action="details:1"), False),
        (Incoming("1", "edit", DANGEROUS), False),
        (Incoming("1", "blocked"), False),
        (text(DANGEROUS, in_group=True), False),
    ],
)
def test_what_may_be_followed_by_more(incoming: Incoming, expected: bool) -> None:
    """A text or picture in a private chat; commands, buttons, choices, edits and group talk never wait."""
    assert gathers(incoming) is expected


def test_what_stands_alone_ends_the_counting() -> None:
    """Two texts, then a command: the texts are one, the command and what follows wait their turn."""
    said = [text("a", "1"), text("b", "2"), text("/kontak", "3"), text("c", "4")]
    assert [count_together(said[first:]) for first in range(4)] == [2, 1, 1, 1]


def test_an_edit_belongs_to_what_it_changes() -> None:
    """An edit before the answer replaces the words; an edit of something older stands alone."""
    said = [text("salah", "1"), text("dua", "2"), Incoming("1", "edit", "benar"), Incoming("0", "edit", "lama")]
    assert count_together(said) == 3
    together = gathered(said[:3])
    assert (together.kind, together.text, together.id) == ("text", "benar\n\ndua", "2")
    assert gathered([text("salah", "1"), Incoming("1", "edit", "benar")]) == text("benar", "1")


def test_a_long_text_hides_nothing() -> None:
    """What is read as one is never longer than what is read of one message."""
    said = [text("a" * (LONGEST - 10), "1"), text(DANGEROUS, "2"), text("c", "3")]
    assert [count_together(said), count_together(said[1:])] == [1, 2]


def test_an_album_with_a_caption() -> None:
    """The caption is what is answered; that pictures came with it, which nobody read, is kept in mind."""
    album = [
        text(DANGEROUS, "1", attachment="photo", forwarded_from="Agen"),
        Incoming("2", "unsupported", attachment="photo", forwarded_from="Agen"),
    ]
    together = gathered(album)
    assert (together.id, together.text, together.parts, together.unread) == ("1", DANGEROUS, (), True)
    assert (together.attachment, together.forwarded_from) == ("photo", "Agen")


def test_several_texts() -> None:
    """Each once, in order, with the origin of the forward among them; the last one is answered."""
    together = gathered([text("kak ini?", "1"), text("A", "2", forwarded_from="?"), text("A", "3", forwarded_from="?")])
    parts = ("kak ini?", "A")
    assert together == Incoming("3", "text", "kak ini?\n\nA", parts=parts, forwarded_from="?", own_words=True)
    assert not gathered([text("A", "1", forwarded_from="?"), text("B", "2", forwarded_from="?")]).own_words


def test_a_typed_yes_is_read_by_itself() -> None:
    """What follows it in the same second does not make another answer of it; inside a story it is a word like others."""
    assert count_together([text("Setuju.", "1"), text("makasih kak", "2")]) == 1
    assert count_together([text("kak ini?", "1"), text("iya", "2")]) == 2


def test_stickers_only() -> None:
    """Nothing to read is still one thing to answer."""
    together = gathered([Incoming(str(n), "unsupported", attachment="sticker") for n in range(3)])
    assert (together.kind, together.id, together.text, together.attachment) == ("unsupported", "2", "", "sticker")


def told(compiled: Compiled, *texts: str, today: date = DAY) -> str:
    """The answer to texts sent in one go."""
    together = gathered([text(words, str(number)) for number, words in enumerate(texts)])
    (reply,) = answer(together, Memory(), compiled, today).replies
    return reply.text


WARNING = "HATI-HATI penipuan! Jangan percaya loker Kamboja yang menahan paspor, itu perdagangan orang. Sebarkan!"
CRY = "Tolong kak, saya disekap di sini, paspor diambil bos, tadi malam dipukul."


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Kak, ini bener ga?", DANGEROUS), "BAHAYA"),
        ((DANGEROUS, "menurut kakak gimana?"), "BAHAYA"),
        ((DANGEROUS, WARNING), "BAHAYA"),
        ((WARNING, DANGEROUS), "BAHAYA"),
        ((CALM, CRY), "DARURAT"),
        ((CRY, CALM), "DARURAT"),
        ((WARNING, WARNING), "peringatan"),
        ((CALM, "minat? paspor dipegang agen", "jangan bilang orang tua"), "BAHAYA"),
    ],
)
def test_the_gravest_is_told(compiled: Compiled, texts: tuple[str, ...], expected: str) -> None:
    """Read together; yet a question or warning sent along never mutes the offer or the cry beside it."""
    assert expected in told(compiled, *texts)


def test_pictures_beside_a_text_are_mentioned(compiled: Compiled) -> None:
    """The person must not think that the poster was read; the answer keeps its size."""
    album = [text(DANGEROUS, "1"), Incoming("2", "unsupported", attachment="photo")]
    (reply,) = answer(gathered(album), Memory(), compiled, DAY).replies
    assert "hanya tulisannya" in reply.text
    assert len(reply.text.encode()) <= compiled.knowledge.policy.first_answer_bytes


def test_who_cries_for_help(compiled: Compiled) -> None:
    """One such text among several is enough."""
    assert cries_for_help(gathered([text(CALM, "1"), text(CRY, "2")]), compiled)
    assert not cries_for_help(gathered([text(CALM, "1"), text("a", "2")]), compiled)
    assert not cries_for_help(Incoming("1", "unsupported", attachment="photo"), compiled)
