"""Lessons: what is learnt from, as features with what a careful officer says of them.

A *hand* is one writer: the file's name up to its first ``_``. Hands are held out whole, because one writer's style
does not carry to another's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import NamedTuple
from zlib import crc32

from bot.checking.compiled import compile_knowledge
from bot.checking.features import Features, read_features
from bot.checking.opinion import OUTCOMES
from bot.checking.reading import Match, Reading, read_message
from bot.knowledge.loading import Knowledge
from bot.knowledge.schema import ExampleMessage, ExamplesFile, Kind, Level, RedFlag

RULE_SIGNS = ("flag:", "group:", "severity:", "flags:", "marker:", "strength:", "markers:", "cue:", "cues:", "score:")
"""Beginnings of the signs that come from rules; the others come from facts and layout."""


ORDINARY_HAND = "ordinary"
"""Hand of the ordinary lines, with the name of their file behind it: each file is held out alone, since without any of
them the reader would know nothing of how people chat and be calibrated as if it did not."""
RULES_FIND = 0.46
"""Share of the named flags that rules find in messages which nobody has seen while writing rules."""
ENOUGH_NAMED = 20
"""Flags that a hand's messages must name before it is known how well the rules know it."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from."""

    features: Features
    """As the reader sees it."""
    outcome: int | None
    """Position in ``OUTCOMES``; None for a text from a rule, which only shows its flag."""
    flags: frozenset[str]
    """Red flags that an officer would name."""
    hand: str
    """Who wrote it; "" for texts from rules, which are never held out."""


class LessonText(NamedTuple):
    """A text to learn from, before it is read."""

    text: str
    """The words."""
    outcome: int | None
    """As in ``Lesson``."""
    flags: frozenset[str]
    """As in ``Lesson``."""
    hand: str
    """As in ``Lesson``."""


def lesson_texts(knowledge: Knowledge) -> Iterator[LessonText]:
    """What is learnt from, in the order of ``read_lessons``. What no rule in use stands for is no sign to learn."""
    known = {flag.id for flag in knowledge.red_flags.values() if flag.status != "retired"}
    for path, file in knowledge.examples:
        for lesson in texts_of_messages(path, file):
            yield lesson._replace(flags=lesson.flags & known)
    for path, file in knowledge.examples:
        yield from texts_of_ordinary(path, file)
    for flag in knowledge.red_flags.values():
        yield from texts_of_flag(flag)


def texts_of_messages(path: str, file: ExamplesFile) -> Iterator[LessonText]:
    """What is learnt from the messages of one file."""
    if file.role != "test":
        for message in file.messages:
            hand = PurePosixPath(path).stem.partition("_")[0]
            yield LessonText(message.text, outcome_of(message), frozenset(message.flags), hand)


def texts_of_ordinary(path: str, file: ExamplesFile) -> Iterator[LessonText]:
    """What is learnt from the ordinary lines of one file."""
    if file.ordinary_kind is not None:
        outcome = _outcome(file.ordinary_kind, None)
        for line in file.ordinary:
            yield LessonText(line, outcome, frozenset(), f"{ORDINARY_HAND} {PurePosixPath(path).stem}")


def texts_of_flag(flag: RedFlag) -> Iterator[LessonText]:
    """What is learnt from the proof of one red flag."""
    if flag.status == "active":
        for example in flag.examples.must_match:
            yield LessonText(example.text, None, frozenset([flag.id]), "")


def read_lessons(knowledge: Knowledge, progress: Callable[[float], None]) -> list[Lesson]:
    """Messages of role training and proof in the order of their files, then ordinary lines, then one text per proof of a
    red flag.

    ``progress`` is called with the part done, 0–1.
    """
    texts = list(lesson_texts(knowledge))
    compiled = compile_knowledge(replace(knowledge, reader=b""))
    readings = []
    for number, text in enumerate(texts, 1):
        readings.append(read_message(text.text, compiled, knowledge.policy.longest_message))
        progress(number / len(texts))
    shares = _shares(texts, readings)
    return [
        Lesson(read_features(with_rules(reading, shares.get(hand, 1.0)), knowledge), outcome, flags, hand)
        for (_, outcome, flags, hand), reading in zip(texts, readings, strict=True)
    ]


def _shares(texts: Sequence[LessonText], readings: Sequence[Reading]) -> dict[str, float]:
    """Of each hand the share of what rules find in it that is left, so that they find as much in each as in a new one.

    Rules are written with the examples in view and find far more in some hands than in messages that nobody has seen.
    """
    named: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for text, reading in zip(texts, readings, strict=True):
        if text.hand:
            named[text.hand] += len(text.flags)
            found[text.hand] += len(text.flags & {match.rule for match in reading.flags})
    return {hand: min(1.0, RULES_FIND * count / max(found[hand], 1)) for hand, count in named.items()
            if count >= ENOUGH_NAMED}  # fmt: skip


def with_rules(reading: Reading, share: float) -> Reading:
    """The same as if the rules had found only this ``share`` (0–1) of what they find, always the same part of it."""
    text = reading.text.original.encode("utf-8", "surrogatepass")

    def left(matches: Sequence[Match]) -> tuple[Match, ...]:
        return tuple(match for match in matches if crc32(text + match.rule.encode()) < share * 2**32)

    return replace(reading, flags=left(reading.flags), markers=left(reading.markers), cues=left(reading.cues))


def outcome_of(message: ExampleMessage) -> int:
    """Position in ``OUTCOMES`` of what an officer says of a message."""
    return _outcome(message.kind, message.level)


def _outcome(kind: Kind, level: Level | None) -> int:
    names: Sequence[str] = OUTCOMES
    return names.index(f"offer:{level or 'no_signs'}" if kind == "offer" else kind)
