"""The sentence reader: asked where the example reader is undecided, sound for any text, and never needed."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from bot.checking import Compiled, check, read
from bot.checking.compiled import with_sentences
from bot.checking.opinion import OUTCOMES, Opinion, Outcome
from bot.checking.reading import read_message
from bot.checking.sentences import LONGEST, Embed, Floats, SentenceReader, SentenceWeights, embedding_model
from bot.knowledge import KnowledgeError

DANGER = "Ada kerja jaga mesin judi di Kamboja, semua ditanggung bos, hp dikumpul dulu."


@pytest.fixture(scope="module")
def embed() -> Embed:
    """The model that the extra brings along."""
    model = embedding_model()
    assert model is not None
    return model


@pytest.fixture(scope="module")
def asked_too(compiled: Compiled, embed: Embed) -> Compiled:
    """The shipped knowledge with the sentence reader."""
    found = with_sentences(compiled, embed)
    assert found.sentences is not None, "the shipped weights are there"
    return found


def _opinion(**chances: float) -> Opinion:
    every: dict[Outcome, float] = dict.fromkeys(OUTCOMES, 0.0)
    return Opinion(every | {outcome: chances.get(outcome.replace(":", "_"), 0.0) for outcome in OUTCOMES})


def test_a_second_opinion_is_one(asked_too: Compiled) -> None:
    """Probabilities of all outcomes, the same each time, and not the first again."""
    first = _opinion(offer_danger=0.5, other=0.5)
    assert asked_too.sentences is not None
    reading = read_message(DANGER, asked_too)
    second = asked_too.sentences.second(reading, asked_too.knowledge, first)
    assert sum(second.probabilities.values()) == pytest.approx(1.0)
    assert second.probabilities == asked_too.sentences.second(reading, asked_too.knowledge, first).probabilities
    assert second.probabilities["offer:danger"] > 0.5


def test_only_the_undecided_ask(compiled: Compiled, asked_too: Compiled) -> None:
    """A message of which the example reader is certain costs nothing more."""
    asked: list[str] = []

    def noting(text: str) -> Floats:
        asked.append(text)
        return np.zeros(384, dtype=np.float32)

    assert asked_too.sentences is not None
    listening = replace(asked_too, sentences=SentenceReader(noting, asked_too.sentences.weights))
    below = compiled.knowledge.policy.example_reader.sentences_below
    unseen = [file for _, file in compiled.knowledge.examples if file.role == "test"]
    texts = [message.text for file in unseen[:4] for message in file.messages]
    expected = []
    for text in texts:
        opinion = read(text, compiled).opinion
        assert opinion is not None
        if max(opinion.probabilities.values()) < below:
            expected.append(text)
        read(text, listening)
    assert asked == expected
    assert 0 < len(asked) < len(texts)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800 rusak", "a", "🙏" * 3_000, "gaji " * 20_000])
def test_any_text_can_be_embedded(text: str, embed: Embed) -> None:
    """Vectors of length 1, in a bounded time however long the text is."""
    begun = time.perf_counter()
    vector = embed(text)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=0.01)
    assert time.perf_counter() - begun < 5, "a message of LONGEST characters takes some hundredths of a second"


def test_the_end_of_a_long_message_is_read(embed: Embed) -> None:
    """Recruiters put a lot in front of what matters."""
    padding = "info " * LONGEST
    assert not np.allclose(embed(padding + "kerja scam di Kamboja"), embed(padding + "lomba agustusan di lapangan"))


def test_without_model_or_weights_all_stays(compiled: Compiled, embed: Embed) -> None:
    """The extra is optional, and so are its weights."""
    assert with_sentences(compiled, None).sentences is None
    bare = replace(compiled, knowledge=replace(compiled.knowledge, sentences=b""))
    assert with_sentences(bare, embed).sentences is None
    assert check(DANGER, bare).level == check(DANGER, compiled).level


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"rusak", b"\x93NUMPY"])
def test_broken_weights_are_refused(content: bytes, compiled: Compiled, embed: Embed) -> None:
    """With the file's name and what to do."""
    broken = replace(compiled, knowledge=replace(compiled.knowledge, sentences=content))
    with pytest.raises(KnowledgeError, match=r"sentences\.npz"):
        with_sentences(broken, embed)


def test_weights_are_kept_whole(asked_too: Compiled) -> None:
    """Written and read again they are the same bytes."""
    assert asked_too.sentences is not None
    content = asked_too.sentences.weights.to_bytes()
    assert SentenceWeights.from_bytes(content).to_bytes() == content
