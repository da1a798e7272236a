"""Report: assessments as JSON, for people who work with many messages and for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from bot.checking import check
from bot.checking.assessment import Assessment
from bot.checking.compiled import Compiled
from bot.checking.fact import Fact
from bot.checking.reading import Match

LONGEST_LINE = 4_000_000
"""Bytes of one input line; a longer one gets an error line."""


def as_dict(assessment: Assessment, compiled: Compiled) -> dict[str, Any]:
    """The assessment in the shape that ``check --jsonl`` writes, without the id."""
    flags = compiled.knowledge.red_flags
    return {
        "kind": assessment.kind,
        "level": assessment.level,
        "matches": [
            {**_match(match), "severity": flags[match.rule].severity, "part": flags[match.rule].part}
            for match in assessment.matches
        ],
        "markers": [_match(match) for match in assessment.markers],
        "suggestions": [asdict(suggestion) for suggestion in assessment.suggestions],
        "facts": [_fact(fact) for fact in assessment.facts],
        "evidence": assessment.evidence,
        "missing": list(assessment.missing),
        "contacts": list(assessment.contacts),
    }


def whole_assessment(text: str, compiled: Compiled) -> str:
    """Everything known of one message, as indented JSON."""
    assessment = check(text, compiled)
    told = {
        **as_dict(assessment, compiled),
        "reasons": [{"rule": reason.match.rule, "points": reason.points, "quote": reason.match.quote,
                     "merged": [match.rule for match in reason.merged]} for reason in assessment.reasons],
        "countries": list(assessment.countries),
        "scope": assessment.scope,
        "unproven": assessment.unproven,
        "truncated": assessment.truncated,
        "revision": compiled.knowledge.revision,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2)


def check_lines(lines: Iterable[bytes], compiled: Compiled) -> Iterator[str]:
    """One JSON line for each input line, in order; a bad line gives a line with "error" and the run goes on."""
    for line in lines:
        if line.strip():
            yield json.dumps(_checked_line(line, compiled), ensure_ascii=False)


def _checked_line(line: bytes, compiled: Compiled) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        return {"id": None, "error": f"line longer than {LONGEST_LINE} bytes"}
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "not a JSON object"}
    if not isinstance(values, dict):
        return {"id": None, "error": "not a JSON object"}
    if not isinstance(text := values.get("text"), str):
        return {"id": values.get("id"), "error": '"text" is missing or not a string'}
    assessment = check(text, compiled)
    return {"id": values.get("id"), **as_dict(assessment, compiled)}


def _match(match: Match) -> dict[str, Any]:
    return {"rule": match.rule, "quote": match.quote, "start": match.start, "end": match.end}


def _fact(fact: Fact) -> dict[str, Any]:
    """A fact with what is known of it; empty fields are left out."""
    values = asdict(fact)
    del values["first"], values["last"]
    return {name: value for name, value in values.items() if value not in (None, "")}
