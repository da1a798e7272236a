"""Kind: who cries for help loudly is not answered as chat because the reader of examples hears chat."""

from __future__ import annotations

import pytest

from bot.checking import Compiled
from bot.checking.kinds import decide_kind, kind_scores
from bot.checking.opinion import OUTCOMES, Opinion, Outcome
from bot.checking.reading import read_message

CRY = "tolong jemput saya, di sini tidak boleh keluar, gerbangnya dikunci, saya takut"
CHAT = "besok kita panen jagung di kebun paman, bawa karung ya"


def _opinion(best: Outcome, emergency: float) -> Opinion:
    rest = 1 - emergency
    return Opinion({name: emergency if name == "emergency" else rest * (name == best) for name in OUTCOMES})


@pytest.mark.parametrize(
    ("text", "best", "emergency", "kind"),
    [
        pytest.param(CRY, "other", 0.06, "emergency", id="loud, and the reader is not quite sure of chat"),
        pytest.param(CRY, "other", 0.01, "other", id="the reader is sure that it is chat"),
        pytest.param(CRY, "question", 0.06, "question", id="a question about such a thing"),
        pytest.param(CHAT, "other", 0.06, "other", id="nobody cries"),
    ],
)
def test_cries(text: str, best: Outcome, emergency: float, kind: str, compiled: Compiled) -> None:
    """The weight of the cues decides between chat and an emergency that is not out of the question."""
    reading = read_message(text, compiled)
    trust = compiled.knowledge.policy.example_reader
    assert (kind_scores(reading, compiled.knowledge)["emergency"] >= trust.cry_from) is (text == CRY)
    assert decide_kind(reading, compiled, _opinion(best, emergency)) == kind
