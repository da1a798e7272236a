"""Pathways: finds the answer to a question; pure.

Two readings are added up: the phrases by which people ask (``asks``), and likeness to the example questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.checking.compiled import Compiled
from bot.checking.facts import Fact, read_facts, satisfies
from bot.checking.lattice import Lattice
from bot.checking.places import message_places
from bot.checking.question_index import QuestionIndex
from bot.checking.reading import Reading
from bot.checking.text import Text, read_text
from bot.checking.wages import WageContext, wage_context

LONGEST_QUESTION = 1_500
"""Characters of a question that are read."""
MOST_CHOICES = 5
"""Pathways offered in a menu when several are close."""

SURE, SURE_BY_PHRASE = 3.0, 2.4
"""Score from which one pathway answers without asking back: by likeness alone, or when a phrase was found too."""
POSSIBLE, POSSIBLE_BY_PHRASE = 1.9, 1.2
"""Score from which a pathway may be offered: by likeness alone, or when a phrase was found too."""
LIKENESS = 3.3
"""What likeness to the examples weighs beside phrases."""
CLOSE = 0.82
"""Share of the best score from which others are offered beside it."""

_TAGS = frozenset({"tidak", "belum", "apa", "mana", "siapa", "kah", "tak"})
"""Words that ask when they stand at the end."""
_TAG_REACH = 3
"""Words at the end that are looked at: "… syaratnya apa ya kak"."""
_SECOND_PHRASE = 0.3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pathway and how well it fits a question."""

    pathway: str
    """Its id."""
    score: float
    """About 0 when nothing fits; see ``SURE`` and ``POSSIBLE``."""
    phrase: float
    """The part of the score that phrases give; 0 when none was found."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to do with a question."""

    pathways: tuple[str, ...]
    """Ids, the best first; empty when nothing fits."""
    sure: bool
    """True when the first one answers; False when the person should choose."""
    score: float = 0.0
    """Of the first one."""
    phrase: float = 0.0
    """What phrases say for the first one; 0 when none was found."""
    asked: bool = False
    """True when the message sounds like a question."""


def find_pathways(question: str, compiled: Compiled, reading: Reading | None = None) -> Choice:
    """The pathways for a message as a person wrote it, and whether it sounds like a question. At most 3 ms.

    ``reading``: the same message as it was read, if it was, so that it is not read again.
    """
    if reading is not None and len(question) <= LONGEST_QUESTION:
        text, lattice = reading.text, _with_facts(reading.text, reading.facts, reading.wages, compiled)
    else:
        text = read_text(question, LONGEST_QUESTION)
        lattice = _lattice(text, compiled)
    choice = choose(_ranked(text, lattice, compiled.questions))
    return replace(choice, asked=_asked(text, lattice, compiled.questions))


def rank_pathways(question: str, compiled: Compiled, without: tuple[str, int] | None = None) -> tuple[Ranked, ...]:
    """All pathways in use by how well they fit, best first.

    ``without`` is (pathway, example): that example question is not used, so that it can be proved by the others.
    """
    questions = compiled.questions
    text = read_text(question, LONGEST_QUESTION)
    skipped = questions.first_example[questions.ids.index(without[0])] + without[1] if without else None
    return _ranked(text, _lattice(text, compiled), questions, skipped)


def choose(ranked: tuple[Ranked, ...]) -> Choice:
    """The pathway that clearly answers, several to choose from when they are close or none is sure, or nothing."""
    possible = [found for found in ranked if found.score >= (POSSIBLE_BY_PHRASE if found.phrase else POSSIBLE)]
    close = [found for found in possible if found.score >= possible[0].score * CLOSE][:MOST_CHOICES]
    sure = len(close) == 1 and close[0].score >= (SURE_BY_PHRASE if close[0].phrase else SURE)
    best = ranked[0] if ranked else Ranked("", 0.0, 0.0)
    return Choice(tuple(found.pathway for found in close), sure, best.score, best.phrase)


def _ranked(text: Text, lattice: Lattice, questions: QuestionIndex, skipped: int | None = None) -> tuple[Ranked, ...]:
    phrases = _phrases(lattice, questions)
    likeness = questions.grams.likeness(text, skipped).tolist()
    ranked = [Ranked(name, phrases[number] + LIKENESS * likeness[number], phrases[number])
              for number, name in enumerate(questions.ids)]  # fmt: skip
    return tuple(sorted(ranked, key=lambda found: (-found.score, found.pathway)))


def _asked(text: Text, lattice: Lattice, questions: QuestionIndex) -> bool:
    """True for a question mark, a word of questions, "-kah", or an end like "… boleh ga min"."""
    if "?" in text.norm or not questions.index.watched.keys().isdisjoint(lattice.where):
        return True
    words = [token.word for token in text.tokens]
    ends = {questions.grams.standard.get(word, word) for word in words[-_TAG_REACH:]}
    return not ends.isdisjoint(_TAGS) or any(word.endswith("kah") and len(word) > 5 for word in words)


def _lattice(text: Text, compiled: Compiled) -> Lattice:
    """The question as the phrases of pathways see it, with its facts."""
    facts = read_facts(
        text, compiled.fact_words, message_places(compiled.index.lattice(text), compiled), year=compiled.year
    )
    return _with_facts(text, facts, wage_context(text, facts, compiled.wages), compiled)


def _with_facts(text: Text, facts: Iterable[Fact], wages: WageContext, compiled: Compiled) -> Lattice:
    lattice = compiled.questions.index.lattice(text)
    for fact in facts:
        for symbol, constraint in compiled.questions.constraints.get(fact.type, ()):
            if satisfies(fact, constraint, wages):
                lattice.add(fact.first, fact.last, symbol)
    return lattice


def _phrases(lattice: Lattice, questions: QuestionIndex) -> dict[int, float]:
    """Per pathway the weight of its heaviest phrase found, and a little for the next one elsewhere in the question."""
    found: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for span in questions.index.found(lattice):
        phrase = questions.phrases[span.rule]
        found[phrase.pathway].append((phrase.weight, span.start, span.end))
    scores: dict[int, float] = defaultdict(float)
    for pathway, spans in found.items():
        weight, start, end = max(spans)
        apart = (other for other, begin, stop in spans if stop <= start or begin >= end)
        scores[pathway] = weight + _SECOND_PHRASE * max(apart, default=0.0)
    return scores
