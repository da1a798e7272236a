"""A change of one rule as an officer reads it: what it is called, finds, and must not find; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bot.officers.drafting import SEVERITIES

_LISTS: Mapping[str, str] = {"phrases": "Mencari", "unless": "Diam bila ada", "advice": "Saran"}
_MOST = 4
"""Lines of each list."""


def shown_change(before: str | None, after: str | None) -> str:
    """What a colleague must know to judge the change; empty for what is no rule or cannot be read."""
    new, old = _rule(after), _rule(before)
    return "\n".join(_lines(old, new)) if new else ""


def title_of(text: str | None) -> str:
    """The title of a rule; empty for what is none."""
    return str(_rule(text).get("title", ""))


def _rule(text: str | None) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(text or "")
    except yaml.YAMLError:
        return {}
    return content if isinstance(content, dict) and "phrases" in content else {}


def _lines(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield f"“{new.get('title', '')}”" + ("" if old else " (tanda baru)")
    if old.get("severity") != new.get("severity") and new.get("severity") in SEVERITIES:
        yield f"Akibatnya: {SEVERITIES[new['severity']].lower()}"
    if old.get("explanation") != new.get("explanation") and new.get("explanation"):
        yield f"Kenapa berbahaya: {new['explanation']}"
    for key, label in _LISTS.items():
        yield from _listed(label, [str(item) for item in _added(old.get(key), new.get(key))])
    examples, had = new.get("examples") or {}, old.get("examples") or {}
    for key, label in (("must_match", "Harus ketahuan"), ("must_not_match", "Tidak boleh kena")):
        yield from _listed(label, [str(one["text"]) for one in _added(had.get(key), examples.get(key)) if "text" in one])


def _listed(label: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"{label}:"
        yield from (f"• {item}" for item in items[:_MOST])
        if len(items) > _MOST:
            yield f"… dan {len(items) - _MOST} lagi"


def _added(old: Any, new: Any) -> list[Any]:
    had = old if isinstance(old, list) else []
    return [item for item in new if item not in had] if isinstance(new, list) else []
