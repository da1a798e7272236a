"""Reading (step 3): a message as facts and matches, with the person's own words as quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.checking.compiled import Compiled, RuleType
from bot.checking.facts import Fact, read_facts, satisfies
from bot.checking.index import Found
from bot.checking.lattice import Lattice
from bot.checking.places import message_places
from bot.checking.text import LONGEST, Text, read_text
from bot.checking.wages import WageContext, wage_context


@dataclass(frozen=True, slots=True)
class Match:
    """A rule found at a place."""

    rule: str
    """Id of the rule."""
    start: int
    """Offset in the original message of the quote's first character."""
    end: int
    """Offset past its last character."""
    quote: str
    """``original[start:end]``: the person's own words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one message."""

    text: Text
    """The message and its normalised copy."""
    facts: tuple[Fact, ...]
    """Typed things in order of appearance; may be empty."""
    flags: tuple[Match, ...]
    """Red flags in use, in order of appearance, each at most once."""
    markers: tuple[Match, ...]
    """Markers of a lawful path, likewise."""
    cues: tuple[Match, ...]
    """Kind cues, likewise."""
    drafts: tuple[Match, ...]
    """Rules still in draft: counted, never used to answer."""
    wages: WageContext
    """What wages in this message are judged against."""
    lists: frozenset[str] = frozenset()
    """Names of the word lists of the knowledge that some word of the message belongs to."""


def read_message(original: str, compiled: Compiled, longest: int = LONGEST) -> Reading:
    """Facts, red flags, markers and kind cues of a message; pure, time linear in its length."""
    text = read_text(original, longest)
    lattice = compiled.index.lattice(text)
    facts = read_facts(text, compiled.fact_words, message_places(lattice, compiled), year=compiled.year)
    wages = wage_context(text, facts, compiled.wages)
    _add_facts(lattice, facts, wages, compiled)
    named = compiled.index.lists
    lists = frozenset([named[symbol] for symbol in named.keys() & lattice.where.keys()])
    found = _best(compiled.index.found(lattice), lattice, text, compiled)
    by_type = {kind: tuple(match for number, match in found if compiled.rules[number].type == kind
                           and compiled.rules[number].active) for kind in RuleType}  # fmt: skip
    drafts = tuple(match for number, match in found if not compiled.rules[number].active)
    return Reading(text, facts, by_type[RuleType.RED_FLAG], by_type[RuleType.MARKER], by_type[RuleType.KIND_CUE],
                   drafts, wages, lists)  # fmt: skip


def _add_facts(lattice: Lattice, facts: Iterable[Fact], wages: WageContext, compiled: Compiled) -> None:
    """Put every fact on the lattice as the fact symbols it satisfies."""
    for fact in facts:
        for symbol, constraint in compiled.constraints.get(fact.type, ()):
            if satisfies(fact, constraint, wages):
                lattice.add(fact.first, fact.last, symbol)


def _best(spans: Iterable[Found], lattice: Lattice, text: Text, compiled: Compiled) -> list[tuple[int, Match]]:
    """Per rule the leftmost, then shortest span that no ``unless`` overlaps, in order of appearance."""
    wanted: dict[int, list[Found]] = {}
    cancelled: dict[int, list[Found]] = {}
    for span in spans:
        (cancelled if span.unless else wanted).setdefault(span.rule, []).append(span)
    found: list[tuple[int, Match]] = []
    for rule, candidates in wanted.items():
        cancels = cancelled.get(rule, ())
        for span in sorted(candidates, key=lambda span: (span.start, span.end)):
            if not any(other.start < span.end and span.start < other.end for other in cancels):
                start, end = text.span(*lattice.span(span.start, span.end))
                found.append((rule, Match(compiled.rules[rule].id, start, end, text.original[start:end])))
                break
    found.sort(key=lambda item: (item[1].start, item[1].end, item[1].rule))
    return found
