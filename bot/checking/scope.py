"""Scope: where the work would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.checking.reading import Reading

Scope = Literal["abroad", "home", "unknown"]


def work_scope(reading: Reading) -> Scope:
    """Where the work would be: abroad as soon as anything points there, home when only Indonesian places are named."""
    home = False
    for fact in reading.facts:
        if fact.type == "place":
            if fact.country != "ID":
                return "abroad"
            home = True
        elif fact.type == "visa" or (fact.type in ("wage", "fee") and fact.currency not in ("", "IDR")):
            return "abroad"
    return "home" if home else "unknown"
