"""Pathways: finds the answer to a question; pure.

Two readings are added up: the phrases by which people ask (``asks``), and likeness to example questions and texts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from bot.checking.compiled import Compiled
from bot.checking.facts import read_facts, satisfies
from bot.checking.lattice import Lattice
from bot.checking.places import message_places
from bot.checking.question_index import QuestionIndex
from bot.checking.text import Text, read_text
from bot.checking.wages import wage_context

LONGEST_QUESTION = 1_500
"""Characters of a question that are read."""
MOST_CHOICES = 5
"""Pathways offered in a menu when several are close."""

_SECOND_PHRASE = 0.3
_EXAMPLE = 1.3
_BODY = 0.7
_CERTAIN = 1.15
_POSSIBLE = 0.85
_CLOSE = 0.82


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pathway and how well it fits a question."""

    pathway: str
    """Its id."""
    score: float
    """0 and more; from ``_CERTAIN`` on it answers the question, from ``_POSSIBLE`` on it may be offered."""
    phrase: float
    """The part of the score that phrases give; 0 when none was found."""


def rank_pathways(question: str, compiled: Compiled, without: tuple[str, int] | None = None) -> tuple[Ranked, ...]:
    """Pathways by how well they fit, best first; those that share nothing are left out. At most 3 ms for a question.

    ``without`` is (pathway, example): that example question is not used, so that it can be proved by the others.
    """
    questions = compiled.questions
    text = read_text(question, LONGEST_QUESTION)
    phrases = _phrases(_lattice(text, compiled), questions)
    skipped = questions.first_example[questions.ids.index(without[0])] + without[1] if without else -1
    likeness = questions.grams.likeness(text, skipped)
    ranked = []
    for number in {*phrases, *likeness}:
        like = likeness.get(number)
        resembled = _EXAMPLE * like.example + _BODY * like.body if like else 0.0
        ranked.append(Ranked(questions.ids[number], phrases[number] + resembled, phrases[number]))
    return tuple(sorted(ranked, key=lambda found: (-found.score, found.pathway)))


def choose(ranked: tuple[Ranked, ...]) -> tuple[str, ...]:
    """One id when one pathway clearly answers, several when they are close, none when nothing fits."""
    possible = [found for found in ranked if found.score >= _POSSIBLE]
    if not possible:
        return ()
    best = possible[0]
    close = [found.pathway for found in possible if found.score >= best.score * _CLOSE][:MOST_CHOICES]
    if best.score >= _CERTAIN and len(close) == 1:
        return (best.pathway,)
    return tuple(close)


def _lattice(text: Text, compiled: Compiled) -> Lattice:
    """The question as the phrases of pathways see it, with its facts."""
    facts = read_facts(text, compiled.fact_words, message_places(compiled.index.lattice(text), compiled), year=compiled.year)
    wages = wage_context(text, facts, compiled.wages)
    lattice = compiled.questions.index.lattice(text)
    for fact in facts:
        for symbol, constraint in compiled.questions.constraints.get(fact.type, ()):
            if satisfies(fact, constraint, wages):
                lattice.add(fact.first, fact.last, symbol)
    return lattice


def _phrases(lattice: Lattice, questions: QuestionIndex) -> dict[int, float]:
    """Per pathway the weight of its heaviest phrase found, and a little for each further one."""
    found: dict[int, list[float]] = defaultdict(list)
    for number in {span.rule for span in questions.index.found(lattice)}:
        phrase = questions.phrases[number]
        found[phrase.pathway].append(phrase.weight)
    scores: dict[int, float] = defaultdict(float)
    for pathway, weights in found.items():
        weights.sort(reverse=True)
        scores[pathway] = weights[0] + _SECOND_PHRASE * sum(weights[1:3])
    return scores
