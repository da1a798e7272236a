"""Labelled messages: what a careful officer says of each; from JSONL files or from the examples in the knowledge."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.failures import Failure
from bot.knowledge.loading import Knowledge
from bot.knowledge.schema import ExampleMessage, Kind, Level

_KINDS: dict[str, Kind] = {
    "offer": "offer", "offer_risky": "offer", "offer_legit": "offer", "question": "question", "question_legal": "question",
    "emergency": "emergency", "warning": "warning", "other": "other",
}  # fmt: skip
_LEVELS: dict[str, Level | None] = {
    "danger": "danger", "bahaya": "danger", "caution": "caution", "waspada": "caution", "no_signs": "no_signs",
    "tidak_ada_tanda": "no_signs", "emergency": "emergency", "darurat": "emergency",
    "pertanyaan": None, "peringatan": None, "bukan_tawaran": None, "question": None, "warning": None, "other": None, "": None,
}  # fmt: skip


class UnreadableLabels(Failure):
    """A file of labelled messages that cannot be used; names the line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its labels."""

    name: str
    """Id, or file and number."""
    text: str
    """The message."""
    kind: Kind
    """What sort of message it is."""
    level: Level | None
    """Level of an offer or emergency; None otherwise."""
    flags: frozenset[str]
    """Ids of red flags a careful officer would name; empty when not labelled."""
    register: str
    """How it is written ("chat", "dialect:Banjar"), or which hand wrote it; empty if unknown."""

    @property
    def outcome(self) -> str:
        """ "danger", "caution", "no_signs", "emergency", "question", "warning" or "other"."""
        return self.level or self.kind


def read_labelled(path: Path, knowledge: Knowledge) -> list[Labelled]:
    """Labelled messages of a JSONL file; raises UnreadableLabels with the line.

    A line has ``text``, ``kind``, and ``level`` or ``expected``; ``id``, ``flags`` and ``register`` are optional. Flags
    may be ids of rules or of what rules cover.
    """
    covered = {old: rule.id for rule in knowledge.red_flags.values() for old in (rule.id, *rule.covers)}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableLabels(f"{path} tidak bisa dibaca: {type(error).__name__}.") from None
    return [_line(path, number, line, covered) for number, line in enumerate(lines, 1) if line.strip()]


def _line(path: Path, number: int, line: str, covered: dict[str, str]) -> Labelled:
    try:
        values: dict[str, Any] = json.loads(line)
        return Labelled(
            name=str(values.get("id", f"{path.name}:{number}")),
            text=values["text"],
            kind=_KINDS[values["kind"]],
            level=_LEVELS[values.get("level") or values.get("expected") or ""],
            flags=frozenset(covered.get(flag, flag) for flag in values.get("flags", ())),
            register=str(values.get("register", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableLabels(f"{path}:{number}: label tidak lengkap atau tidak dikenal ({error}).") from None


def from_examples(knowledge: Knowledge, roles: Iterable[str]) -> list[Labelled]:
    """The example messages of these roles; the register is the hand, the file's name up to its first ``_``."""
    wanted = frozenset(roles)
    return [
        _example(f"{path}:{number}", path.rpartition("/")[2].partition("_")[0], message)
        for path, file in knowledge.examples
        if file.role in wanted
        for number, message in enumerate(file.messages, 1)
    ]


def _example(name: str, hand: str, message: ExampleMessage) -> Labelled:
    level = "emergency" if message.kind == "emergency" else message.level
    return Labelled(name, message.text, message.kind, level, frozenset(message.flags), hand)
