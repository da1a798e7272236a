"""Steps 3 and 4, pure: a message is read (facts, red flags, markers, kind cues) and assessed (level, reasons, contacts)."""

from __future__ import annotations

from bot.checking.assessment import Assessment, assess
from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.reading import read_message
from bot.knowledge.schema import Kind
from bot.steps import step

__all__ = ["Assessment", "Compiled", "check", "compile_knowledge"]


def check(original: str, compiled: Compiled, kind: Kind | None = None) -> Assessment:
    """The assessment of one message as a person wrote it, any text; ``kind`` if the person said what it is."""
    with step("read"):
        reading = read_message(original, compiled, compiled.knowledge.policy.longest_message)
    with step("assess"):
        return assess(reading, compiled, kind=kind)
