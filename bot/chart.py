"""A chart in words and numbers: what a picture will show, told without a single pixel.

It is kept like the reply that it belongs to and drawn only when it is sent, by a channel that has pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

MOST_BARS = 40
"""Bars of one chart at the most, so that a picture stays one that platforms take."""
LONGEST_ALT = 1_000
"""Characters of `Chart.alt` at the most."""
Kind = Literal["bars"]
"""bars: lying bars in panels, each panel with a scale of its own."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value."""

    label: str
    """What it is the value of."""
    value: float
    """Its length, 0 or more, in the unit of its panel."""
    told: str
    """The value as people read it: "1.204", "3 jam 20 menit"."""
    strong: bool = False
    """True: it is to catch the eye."""

    def __post_init__(self) -> None:
        """Raises ValueError for a value that has no length."""
        if not (math.isfinite(self.value) and self.value >= 0):
            raise ValueError("a bar needs a length")


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars that are compared with each other."""

    title: str
    """What they count."""
    bars: tuple[Bar, ...]
    """In the order to show them; may be empty."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture; its words are in the language of whoever gets it, and it adds none of its own."""

    title: str
    """The sentence above it."""
    panels: tuple[Panel, ...]
    """From above to below."""
    alt: str
    """What it shows, in words, for channels without pictures."""
    note: str = ""
    """The small print below; empty for none."""
    kind: Kind = "bars"
    """How it is drawn."""

    def __post_init__(self) -> None:
        """Raises ValueError for too many bars or too many words, and for a kind that nobody can draw."""
        if self.kind != "bars":
            raise ValueError("an unknown kind of chart")
        if sum(len(panel.bars) for panel in self.panels) > MOST_BARS or len(self.panels) > MOST_BARS:
            raise ValueError("too many bars for one picture")
        if len(self.alt) > LONGEST_ALT:
            raise ValueError("too many words instead of one picture")


def chart_from(found: object) -> Chart:
    """The chart whose ``asdict`` went through JSON; raises ValueError when it is none."""
    try:
        match found:
            case {"title": str(title), "panels": list(panels), "alt": str(alt), "note": str(note), "kind": "bars"}:
                return Chart(title, tuple(map(_panel_from, panels)), alt, note)
    except (TypeError, KeyError, OverflowError):
        pass
    raise ValueError("the stored chart has an unknown shape")


def _panel_from(found: dict[str, object]) -> Panel:
    title, bars = found["title"], found["bars"]
    if not isinstance(title, str) or not isinstance(bars, list):
        raise TypeError
    return Panel(title, tuple(map(_bar_from, bars)))


def _bar_from(found: object) -> Bar:
    match found:
        case {"label": str(label), "value": int(value) | float(value), "told": str(told), "strong": bool(strong)}:
            return Bar(label, value, told, strong)
    raise TypeError
