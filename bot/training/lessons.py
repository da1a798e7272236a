"""Lessons: what is learnt from, as features with what a careful officer says of them.

A *hand* is one writer: the first letter of the file's name. Hands are held out whole, because one writer's style
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
from bot.checking.reading import read_message
from bot.knowledge.loading import Knowledge
from bot.knowledge.schema import ExampleMessage, ExamplesFile, Kind, Level, RedFlag

RULE_SIGNS = ("flag:", "group:", "severity:", "flags:", "marker:", "strength:", "markers:", "cue:", "cues:", "score:")
"""Beginnings of the signs that come from rules; the others come from facts and layout."""


MOST_FOLDS = 4
"""Parts that are held out in turn; with every hand apart, ten hands took five minutes."""


ORDINARY_HAND = "ordinary"
"""Hand of the ordinary lines; held out whole like any other."""


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

    def with_rules(self, share: float) -> Lesson:
        """The same text as if the rules had found only this ``share`` of what they find, always the same part of it.

        Rules are written with the examples in view and find far more in them than in messages that nobody has seen.
        """
        known = f"{self.hand} {len(self.features.grams.buckets)} "
        signs = tuple(
            sign for sign in self.features.signs
            if not sign.startswith(RULE_SIGNS) or crc32((known + sign).encode()) < share * 2**32
        )  # fmt: skip
        return replace(self, features=replace(self.features, signs=signs))


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
    for _, file in knowledge.examples:
        yield from texts_of_ordinary(file)
    for flag in knowledge.red_flags.values():
        yield from texts_of_flag(flag)


def texts_of_messages(path: str, file: ExamplesFile) -> Iterator[LessonText]:
    """What is learnt from the messages of one file."""
    if file.role != "test":
        for message in file.messages:
            hand = PurePosixPath(path).name[0]
            yield LessonText(message.text, outcome_of(message), frozenset(message.flags), hand)


def texts_of_ordinary(file: ExamplesFile) -> Iterator[LessonText]:
    """What is learnt from the ordinary lines of one file."""
    if file.ordinary_kind is not None:
        outcome = _outcome(file.ordinary_kind, None)
        for line in file.ordinary:
            yield LessonText(line, outcome, frozenset(), ORDINARY_HAND)


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
    lessons = []
    for number, (text, outcome, flags, hand) in enumerate(texts, 1):
        reading = read_message(text, compiled, knowledge.policy.longest_message)
        lessons.append(Lesson(read_features(reading, knowledge), outcome, flags, hand))
        progress(number / len(texts))
    return lessons


def outcome_of(message: ExampleMessage) -> int:
    """Position in ``OUTCOMES`` of what an officer says of a message."""
    return _outcome(message.kind, message.level)


def _outcome(kind: Kind, level: Level | None) -> int:
    names: Sequence[str] = OUTCOMES
    return names.index(f"offer:{level or 'no_signs'}" if kind == "offer" else kind)


def folds(lessons: Sequence[Lesson]) -> list[list[int]]:
    """Numbers of the lessons to hold out together, at most ``MOST_FOLDS`` lists; empty when there is only one hand.

    A hand is never divided; the largest are dealt out first, each to the smallest list.
    """
    sizes = Counter(lesson.hand for lesson in lessons if lesson.hand)
    if len(sizes) < 2:
        return []
    dealt: list[tuple[int, list[str]]] = [(0, []) for _ in range(min(MOST_FOLDS, len(sizes)))]
    for hand, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        smallest = dealt.index(min(dealt, key=lambda fold: fold[0]))
        dealt[smallest] = (dealt[smallest][0] + size, [*dealt[smallest][1], hand])
    return [[number for number, lesson in enumerate(lessons) if lesson.hand in hands] for _, hands in dealt]
