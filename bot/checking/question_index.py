"""Question index: how people ask for each pathway, compiled once: phrases with their weight, and grams of examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from bot.checking.fact import FactType
from bot.checking.facts import Constraint, constraints_by_type, parse_constraint
from bot.checking.index import Index, IndexBuilder
from bot.checking.phrases import parse_phrase
from bot.checking.question_grams import QuestionGrams, question_grams
from bot.knowledge.loading import Knowledge
from bot.knowledge.pathways import Pathway, pathway_texts
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem


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
    """The phrases; its rule numbers count ``phrases``."""
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
    builder = IndexBuilder(words.spellings, words.lists, knowledge.ordinary_words, parse_constraint)
    problems: list[KnowledgeProblem] = []
    added: list[tuple[int, list[frozenset[str]]]] = []
    for number, pathway in enumerate(pathways):
        for position, phrase in enumerate(pathway.asks):
            try:
                builder.add(len(added), phrase, pathway.words)
                added.append((number, _symbols(phrase)))
            except ValueError as error:
                problems.append(knowledge.locations.problem(("pathways", pathway.id, "asks", position), str(error)))
    if problems:
        raise KnowledgeError(problems)
    index = builder.build()
    examples = [pathway.examples.must_match for pathway in pathways]
    return QuestionIndex(
        ids=tuple(pathway.id for pathway in pathways),
        index=index,
        phrases=_weighed(added, len(pathways)),
        constraints=constraints_by_type(index.facts),
        grams=question_grams(words.spellings, examples, [_body(pathway) for pathway in pathways]),
        first_example=tuple(sum(map(len, examples[:number])) for number in range(len(pathways))),
    )


def _symbols(phrase: str) -> list[frozenset[str]]:
    """What each way of writing the phrase is made of."""
    parts = [[frozenset(element.symbol for element in path) for path in parse_phrase(part)] for part in phrase.split("&")]
    ways = parts[0]
    for part in parts[1:]:
        ways = [way | other for way in ways for other in part]
    return ways


def _weighed(added: Sequence[tuple[int, list[frozenset[str]]]], count: int) -> tuple[AskPhrase, ...]:
    """Each phrase weighs as its poorest way; a symbol weighs 1 when one pathway uses it, and less when many do."""
    users: dict[str, set[int]] = {}
    for pathway, ways in added:
        for symbol in frozenset().union(*ways):
            users.setdefault(symbol, set()).add(pathway)
    weight = {symbol: log2(1 + count / len(found)) / log2(1 + count) for symbol, found in users.items()}
    return tuple(AskPhrase(pathway, min(sum(map(weight.__getitem__, way)) for way in ways)) for pathway, ways in added)


def _body(pathway: Pathway) -> str:
    return "\n".join(text for _, text in pathway_texts(pathway))
