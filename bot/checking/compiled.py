"""Compiled: knowledge ready for checking; immutable, a new revision is compiled beside it and swapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.checking.examples import ExampleReader
from bot.checking.fact import FactType
from bot.checking.facts import Constraint, FactWords, constraints_by_type, parse_constraint
from bot.checking.index import Index, IndexBuilder
from bot.checking.question_index import QuestionIndex, index_questions
from bot.checking.wages import WageTable
from bot.checking.weights import WeightsError
from bot.knowledge.layout import RETRAIN, TRAINED
from bot.knowledge.loading import Knowledge
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.schema import CountryFacts, Place, Rule


class RuleType(StrEnum):
    """Which family a rule belongs to; the value is its section of the knowledge."""

    RED_FLAG = "red_flags"
    MARKER = "markers"
    KIND_CUE = "kind_cues"


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """What matching needs to know of a rule."""

    id: str
    """The rule's id."""
    type: RuleType
    """Its family."""
    active: bool
    """False for a draft."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A country or a place within one, as found by name."""

    country: CountryFacts
    """The country."""
    place: Place | None
    """The town, port or crossing; None for the country itself."""


@dataclass(frozen=True, slots=True, repr=False)
class Compiled:
    """Knowledge with its phrases indexed."""

    knowledge: Knowledge
    """What it was compiled from."""
    rules: tuple[CompiledRule, ...]
    """Rules by number, as spans name them."""
    index: Index
    """The phrases."""
    places: tuple[NamedPlace, ...]
    """Places by number, as ``index.watched`` names them."""
    constraints: Mapping[FactType, tuple[tuple[int, Constraint], ...]]
    """Per fact type the symbols in phrases and what each asks for."""
    fact_words: FactWords
    """Words by which facts are read."""
    wages: WageTable
    """Typical pay by country and job."""
    year: int
    """The year in which the knowledge was last checked; years of birth are read against it."""
    questions: QuestionIndex
    """How people ask for the pathways."""
    reader: ExampleReader | None
    """The example reader; None when it has not been trained."""

    def __repr__(self) -> str:
        return f"Compiled(revision={self.knowledge.revision!r})"


def compile_knowledge(knowledge: Knowledge, before: Compiled | None = None) -> Compiled:
    """The knowledge, ready for checking; what did not change is taken over from what was compiled ``before``.

    Raises KnowledgeError with every phrase that cannot be read.
    """
    words = knowledge.words
    builder = IndexBuilder(words.spellings, words.lists, knowledge.ordinary_words, parse_constraint)
    rules: list[CompiledRule] = []
    problems: list[KnowledgeProblem] = []
    for kind, rule in _rules(knowledge):
        for field, phrases in (("phrases", rule.phrases), ("unless", rule.unless)):
            for position, phrase in enumerate(phrases):
                try:
                    builder.add(len(rules), phrase, rule.words, unless=field == "unless")
                except ValueError as error:
                    problems.append(knowledge.locations.problem((kind.value, rule.id, field, position), str(error)))
        rules.append(CompiledRule(rule.id, kind, rule.status == "active"))
    if problems:
        raise KnowledgeError(problems)
    places = tuple(_watch_places(knowledge, builder))
    index = builder.build()
    status_of = {country.code: country.status for country in knowledge.places.countries}
    fact_words = FactWords.from_lists(words.lists, knowledge.wages.rupiah_per, status_of)
    table = WageTable.from_file(knowledge.wages)
    year = max(contact.checked_on for contact in knowledge.contacts.values()).year
    constraints = constraints_by_type(index.facts)
    questions = before.questions if before and _same_questions(knowledge, before.knowledge) else index_questions(knowledge)
    return Compiled(knowledge, tuple(rules), index, places, constraints, fact_words, table, year, questions,
                    _reader(knowledge))  # fmt: skip


def _same_questions(knowledge: Knowledge, before: Knowledge) -> bool:
    """True when the question index, a fifth of the work, would be the same."""
    return (
        knowledge.pathways == before.pathways
        and knowledge.words == before.words
        and knowledge.ordinary_words == before.ordinary_words
    )


def _reader(knowledge: Knowledge) -> ExampleReader | None:
    if not knowledge.reader:
        return None
    try:
        return ExampleReader.from_bytes(knowledge.reader)
    except WeightsError as error:
        raise KnowledgeError([KnowledgeProblem(TRAINED, 1, 1, "berkas", str(error), RETRAIN)]) from error


def _rules(knowledge: Knowledge) -> Iterator[tuple[RuleType, Rule]]:
    """Every rule that is not retired, family by family."""
    for kind, rules in (
        (RuleType.RED_FLAG, knowledge.red_flags),
        (RuleType.MARKER, knowledge.markers),
        (RuleType.KIND_CUE, knowledge.kind_cues),
    ):
        for rule in rules.values():
            if rule.status != "retired":
                yield kind, rule


def _watch_places(knowledge: Knowledge, builder: IndexBuilder) -> Iterator[NamedPlace]:
    countries = {country.code: country for country in knowledge.places.countries}
    places = [NamedPlace(country, None) for country in countries.values()]
    places += [NamedPlace(countries[place.country], place) for place in knowledge.places.places]
    for number, named in enumerate(places):
        for name in named.place.names if named.place else named.country.names:
            builder.watch(name, number)
        yield named
