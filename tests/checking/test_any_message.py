"""Any message: whatever is sent, the check ends soon, quotes are the person's own words, and nobody is met with silence."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bench.report import HOSTILE
from bot.checking import Compiled, check
from bot.checking.report import as_dict
from bot.conversation.dialogue import answer
from bot.conversation.memory import Memory
from bot.messages import Incoming

_WORDS = st.sampled_from(
    [
        "paspor",
        "dipegang",
        "agen",
        "gaji",
        "15jt",
        "kerja",
        "di",
        "kamboja",
        "tidak",
        "jangan",
        "bilang",
        "ortu",
        "visa",
        "turis",
        "besok",
        "berangkat",
        "🇰🇭",
        "+855",
        "12",
        "345",
        "678",
        "https://t.me/x",
        "tolong",
        "disekap",
        "umur",
        "16",
        "RM2.500",
        "potong",
        "7",
        "bulan",
        ",",
        ".",
        "?",
        "!",
        "\n",
        "p",
        "a",
        "s",
        "p",
        "o",
        "r",
        "k4mb0ja",
        "𝗽𝗮𝘀𝗽𝗼𝗿",
        "resmi",
        "P3MI",
    ]
)
_MESSAGES = st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=60).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(text=_MESSAGES)
def test_quotes_are_the_persons_own_words(compiled: Compiled, text: str) -> None:
    """Every match, marker and fact of any message stands where it says; the result is JSON."""
    assessment = check(text, compiled)
    for match in (*assessment.matches, *assessment.markers):
        assert text[match.start : match.end] == match.quote
    for fact in assessment.facts:
        assert text[fact.start : fact.end] == fact.text
    assert (assessment.level is None) == (assessment.kind not in ("offer", "emergency"))
    assert assessment.contacts
    json.dumps(as_dict(assessment, compiled))


@settings(max_examples=150, deadline=None)
@given(text=_MESSAGES, forwarded=st.sampled_from(["", "?", "Agen"]))
def test_every_message_gets_an_answer(compiled: Compiled, text: str, forwarded: str) -> None:
    """One to three short plain messages, never none; the memory goes through JSON unharmed."""
    result = answer(Incoming("1", "text", text, forwarded_from=forwarded), Memory(), compiled, date(2026, 11, 24))
    assert 1 <= len(result.replies) <= 3
    assert all(reply.text.strip() for reply in result.replies)
    assert len(result.replies[0].text.encode()) <= 1_200
    assert Memory.from_json(result.memory.to_json()) == result.memory


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_end_soon(compiled: Compiled, name: str) -> None:
    """A megabyte of the worst is cut and read in a moment of this process's own time."""
    seconds = min(_process_seconds(HOSTILE[name], compiled) for _ in range(2))
    assert seconds < 0.3


def _process_seconds(text: str, compiled: Compiled) -> float:
    started = time.process_time()
    check(text, compiled)
    return time.process_time() - started
