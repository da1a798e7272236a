"""Question index: how people ask for each pathway, compiled once: phrases with their weight, and grams of examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import log2

from bot.checking.fact import FactType
from bot.checking.facts import Constraint, constraints_by_type, parse_constraint
from bot.checking.index import Index, IndexBuilder
from bot.checking.phrases import parse_phrase
from bot.checking.question_grams import QuestionGrams, question_grams
from bot.checking.word_forms import without_suffix
from bot.knowledge.loading import Knowledge
from bot.knowledge.pathways import Pathway
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem

ASKING = "kata_tanya"
"""Word list of words.yaml by which a message sounds like a question."""
NOTHING = -1
"""A symbol that stands nowhere, so that gaps skip every word."""
Way = frozenset[frozenset[str]]
"""One way of writing a phrase: for each of its words the options that may stand there."""


@dataclass(frozen=True, slots=True)
class AskPhrase:
    """A phrase by which people ask."""

    pathway: int
    """Number of the pathway."""
    weight: float
    """0–1 for each of its words; what few pathways share weighs more."""


@dataclass(frozen=True, slots=True)
class QuestionIndex:
    """What finding a pathway needs to know of them."""

    ids: tuple[str, ...]
    """Pathways in use, by number."""
    index: Index
    """The phrases; its rule numbers count ``phrases``, what it watches are words of questions."""
    phrases: tuple[AskPhrase, ...]
    """Phrases by number."""
    constraints: Mapping[FactType, tuple[tuple[int, Constraint], ...]]
    """Per fact type the symbols in phrases and what each asks for."""
    grams: QuestionGrams
    """Example questions and texts."""
    first_example: tuple[int, ...]
    """Number in ``grams`` of each pathway's first example."""


def index_questions(knowledge: Knowledge) -> QuestionIndex:
    """The active pathways, ready to be found; raises KnowledgeError with every phrase that cannot be read."""
    pathways = [pathway for pathway in knowledge.pathways.values() if pathway.status == "active"]
    words = knowledge.words
    builder = IndexBuilder(words.spellings, words.lists, _known_words(knowledge), parse_constraint)
    standard = {variant: word for word, variants in words.spellings.items() for variant in variants}
    problems: list[KnowledgeProblem] = []
    added: list[tuple[int, list[Way]]] = []
    for number, pathway in enumerate(pathways):
        for position, phrase in enumerate(pathway.asks):
            try:
                builder.add(len(added), phrase, pathway.words)
                added.append((number, _ways(phrase, standard)))
            except ValueError as error:
                problems.append(knowledge.locations.problem(("pathways", pathway.id, "asks", position), str(error)))
    if problems:
        raise KnowledgeError(problems)
    for entry in words.lists.get(ASKING, ()):
        builder.watch(entry, 0)
    index = replace(builder.build(), negator=NOTHING)  # "bisa ga ...", "belum punya ...": questions are full of them
    examples = [pathway.examples.must_match for pathway in pathways]
    return QuestionIndex(
        ids=tuple(pathway.id for pathway in pathways),
        index=index,
        phrases=_weighed(added, len(pathways)),
        constraints=constraints_by_type(index.facts),
        grams=question_grams(words.spellings, examples, [_answer_lines(pathway) for pathway in pathways]),
        first_example=tuple(sum(map(len, examples[:number])) for number in range(len(pathways))),
    )


def _known_words(knowledge: Knowledge) -> frozenset[str]:
    """Words that are no misspelling here: with few phrases, "hari" would else be read as "haji".

    "umurku" is left to be read as "umur".
    """
    words = knowledge.words
    entries = {
        *words.spellings,
        *chain.from_iterable(words.spellings.values()),
        *chain.from_iterable(words.lists.values()),
    }
    known = {word for entry in entries for word in entry.lower().strip("~=").split()}
    return knowledge.ordinary_words | {word for word in known if known.isdisjoint(without_suffix(word))}


def _ways(phrase: str, standard: Mapping[str, str]) -> list[Way]:
    """What each way of writing the phrase is made of, in standard words; a choice is the set of its options."""
    ways: list[Way] = [frozenset()]
    for part in phrase.split("&"):
        paths = [frozenset(_options(element.symbol, standard) for element in path) for path in parse_phrase(part)]
        ways = [way | path for way in ways for path in paths]
    return ways


def _options(symbol: str, standard: Mapping[str, str]) -> frozenset[str]:
    options = symbol[1:-1].split("|") if symbol.startswith("(") else [symbol.removesuffix("~")]
    return frozenset(standard.get(option, option) for option in options)


def _weighed(added: Sequence[tuple[int, list[Way]]], count: int) -> tuple[AskPhrase, ...]:
    """Each phrase weighs as its poorest way; a word weighs 1 when one pathway uses it, and less when many do.

    A choice weighs as its commonest option.
    """
    users: dict[str, set[int]] = {}
    for pathway, ways in added:
        for option in (option for way in ways for options in way for option in options):
            users.setdefault(option, set()).add(pathway)
    weight = {option: log2(1 + count / len(found)) / log2(1 + count) for option, found in users.items()}
    return tuple(
        AskPhrase(pathway, min(sum(min(map(weight.__getitem__, options)) for options in way) for way in ways))
        for pathway, ways in added
    )


def _answer_lines(pathway: Pathway) -> list[str]:
    """Title and lines of the first answer, in both languages."""
    return [pathway.title, *pathway.answer, pathway.english.title, *pathway.english.answer]
