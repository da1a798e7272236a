"""Steps 3 and 4, pure: a message is read (facts, red flags, markers, kind cues) and assessed (level, reasons, contacts)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.checking.assessment import Assessment, assess
from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.opinion import Opinion
from bot.checking.reading import Reading, read_message
from bot.knowledge.schema import Kind
from bot.steps import step

__all__ = ["Assessment", "Compiled", "Read", "check", "compile_knowledge", "read"]


@dataclass(frozen=True, slots=True)
class Read:
    """A message that has been read once and may be assessed more than once."""

    reading: Reading
    """What stands in it."""
    opinion: Opinion | None
    """What the example reader thinks of it; None without one."""
    compiled: Compiled
    """The knowledge it was read with."""

    def assessed(self, kind: Kind | None = None) -> Assessment:
        """Its assessment; ``kind`` if the person said what it is."""
        with step("assess"):
            return assess(self.reading, self.compiled, self.opinion, kind)


def read(original: str, compiled: Compiled) -> Read:
    """One message as a person wrote it, any text, read for assessing."""
    with step("read"):
        reading = read_message(original, compiled, compiled.knowledge.policy.longest_message)
        opinion = compiled.reader.read(reading, compiled.knowledge) if compiled.reader else None
        if opinion and compiled.sentences and _undecided(opinion, compiled):
            opinion = compiled.sentences.second(reading, compiled.knowledge, opinion)
        return Read(reading, opinion, compiled)


def _undecided(opinion: Opinion, compiled: Compiled) -> bool:
    return max(opinion.probabilities.values()) < compiled.knowledge.policy.example_reader.sentences_below


def check(original: str, compiled: Compiled, kind: Kind | None = None) -> Assessment:
    """The assessment of one message as a person wrote it, any text; ``kind`` if the person said what it is."""
    return read(original, compiled).assessed(kind)
