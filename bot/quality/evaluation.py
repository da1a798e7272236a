"""Evaluation: labels against assessments, as the figures that count and every miss behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checking import Compiled, read
from bot.quality.labelled import Labelled

OUTCOMES = ("danger", "caution", "no_signs", "emergency", "question", "warning", "other")
SHORT, LONG = 80, 300
"""Characters up to which a message is short, and from which it is long."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what the check said of it."""

    label: Labelled
    """What it should be."""
    outcome: str
    """What it was taken for, one of ``OUTCOMES``."""
    flags: frozenset[str]
    """Red flags found or suggested."""
    chances: Mapping[str, float] = field(default_factory=dict)
    """Probability, 0–1, that the readers of examples give each of ``OUTCOMES``; empty without a reader."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One share with its goal."""

    name: str
    """What is counted."""
    hits: float
    """How many, partial credit included."""
    total: int
    """Out of how many; 0 when the set has none."""
    goal: float
    """The share to reach, 0–1."""
    at_most: bool = False
    """True when less is better."""

    @property
    def share(self) -> float:
        """0–1; 0 for an empty set that should be small, else 1."""
        return self.hits / self.total if self.total else float(not self.at_most)

    @property
    def reached(self) -> bool:
        """True when the goal is met."""
        return self.share <= self.goal if self.at_most else self.share >= self.goal


def judge(labels: Iterable[Labelled], compiled: Compiled) -> list[Judged]:
    """Every label beside its assessment, in order."""
    return [_judged(label, compiled) for label in labels]


def _judged(label: Labelled, compiled: Compiled) -> Judged:
    seen = read(label.text, compiled)
    assessment, opinion = seen.assessed(), seen.opinion
    found = {match.rule for match in assessment.matches} | {item.rule for item in assessment.suggestions}
    chances = {name.removeprefix("offer:"): chance for name, chance in opinion.probabilities.items()} if opinion else {}
    return Judged(label, assessment.level or assessment.kind, frozenset(found), chances)


def figures(judged: Sequence[Judged], compiled: Compiled) -> list[Figure]:
    """The table of what must be shown: shares and goals."""

    def share(name: str, which: Callable[[Judged], bool], right: Callable[[Judged], bool], goal: float,
              at_most: bool = False) -> Figure:  # fmt: skip
        chosen = [one for one in judged if which(one)]
        return Figure(name, sum(map(right, chosen)), len(chosen), goal, at_most)

    def labelled(*outcomes: str) -> Callable[[Judged], bool]:
        return lambda one: one.label.outcome in outcomes

    def given(*outcomes: str) -> Callable[[Judged], bool]:
        return lambda one: one.outcome in outcomes

    risky, lawful = labelled("danger", "caution"), labelled("no_signs")
    return [
        share("risky offers given danger or caution", risky, given("danger", "caution"), 0.97),
        share("offers labelled danger given danger", labelled("danger"), given("danger"), 0.90),
        share("emergencies given emergency", labelled("emergency"), given("emergency"), 0.95),
        share(
            "emergencies given no_signs or chat", labelled("emergency"), given("no_signs", "other"), 0.0, at_most=True
        ),
        share("lawful offers given danger", lawful, given("danger"), 0.03, at_most=True),
        share("lawful offers given no_signs", lawful, given("no_signs"), 0.85),
        share("questions given question", labelled("question"), given("question"), 0.90),
        share("warnings given warning", labelled("warning"), given("warning"), 0.90),
        share("other given other", labelled("other"), given("other"), 0.90),
        _flags_named(judged, compiled),
    ]


def _flags_named(judged: Sequence[Judged], compiled: Compiled) -> Figure:
    """Share of labelled flags that were named; half a point for another flag of the same group."""
    flags = compiled.knowledge.red_flags
    points = 0.0
    total = 0
    for one in judged:
        groups = {flags[rule].group for rule in one.flags if rule in flags}
        for wanted in one.label.flags & flags.keys():
            total += 1
            points += 1.0 if wanted in one.flags else 0.5 if flags[wanted].group in groups else 0.0
    return Figure("flags named (half credit inside a group)", points, total, 0.65)


def confusion(judged: Iterable[Judged]) -> dict[str, Counter[str]]:
    """Label → outcome → count."""
    table = {outcome: Counter[str]() for outcome in OUTCOMES}
    for one in judged:
        table[one.label.outcome][one.outcome] += 1
    return table


def is_right(one: Judged) -> bool:
    """True when the outcome is the label."""
    return one.outcome == one.label.outcome


def by_group(judged: Iterable[Judged], name: Callable[[Judged], str]) -> dict[str, tuple[int, int]]:
    """Group → (right, all), sorted by name."""
    counts: dict[str, tuple[int, int]] = {}
    for one in judged:
        right, total = counts.get(name(one), (0, 0))
        counts[name(one)] = (right + is_right(one), total + 1)
    return dict(sorted(counts.items()))


def length_class(one: Judged) -> str:
    """ "short", "middle" or "long"."""
    length = len(one.label.text)
    return "short" if length <= SHORT else "long" if length >= LONG else "middle"
