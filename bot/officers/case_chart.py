"""The figures over the cases as one chart for an officer's phone; it knows nothing that the figures do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.chart import Bar, Chart, Panel
from bot.officers.case_card import LEVELS, OUTCOMES
from bot.officers.case_figures import HIDDEN, SMALLEST, TOLD_PERCENTS, Figures, number, span

_MOST_AREAS = 7
"""Areas that are shown by themselves; on a phone nobody reads more, and the text has them all."""
_LONGEST_NAME = 60
_STRONG = {LEVELS["emergency"], LEVELS["danger"], OUTCOMES["confirmed"]}
_TITLES = {"tingkat": "Tingkat", "hasil": "Hasil", "wilayah": "Wilayah"}
_GRAVITY = {shown: place for place, shown in enumerate(LEVELS.values())}
"""Levels stand in their own order, so that two pictures can be laid side by side; all else the most first."""


def chart_of(figures: Figures, day: date) -> Chart | None:
    """Levels, outcomes, areas and the time until the first answer; None when there is nothing to show.

    The groups are those of the figures, in which none is smaller than `SMALLEST`, or several of them together. ``day``:
    of which the figures are, for whoever gets the picture later.
    """
    panels = tuple(_panels(figures))
    if not figures.cases or not panels:
        return None
    title = f"{number(figures.cases)} kasus yang tersimpan"
    note = f"CekDulu, {day:%d-%m-%Y}. Kelompok di bawah {SMALLEST} kasus disembunyikan."
    return Chart(title, panels, _alt(figures, panels), note)


def _panels(figures: Figures) -> Iterator[Panel]:
    for name, title in _TITLES.items():
        groups = _together(figures.groups[name], _MOST_AREAS)
        if groups and groups[0][0] != HIDDEN:  # all in one heap says nothing
            ordered = (
                sorted(groups, key=lambda group: _GRAVITY.get(group[0], len(_GRAVITY))) if name == "tingkat" else groups
            )
            yield Panel(title, tuple(_bar(group, count) for group, count in ordered))
    waits = [(percent, seconds) for percent, seconds in figures.answer_seconds if percent in TOLD_PERCENTS]
    if waits:
        bars = (Bar(f"{percent}% dijawab dalam", seconds / 3600, span(seconds)) for percent, seconds in waits)
        yield Panel("Waktu sampai jawaban pertama", tuple(bars))


def _together(groups: Sequence[tuple[str, int]], most: int) -> Sequence[tuple[str, int]]:
    """The largest groups, and all others as one behind them."""
    if len(groups) <= most + 1:
        return groups
    return [*groups[:most], (HIDDEN, sum(count for _, count in groups[most:]))]


def _bar(name: str, count: int) -> Bar:
    shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return Bar(shown, count, number(count), strong=name in _STRONG)


def _alt(figures: Figures, panels: Sequence[Panel]) -> str:
    said = [f"Gambar: {number(figures.cases)} kasus."]
    for panel in panels:
        if panel.title in _TITLES.values():
            most = max((bar for bar in panel.bars if bar.label != HIDDEN), key=lambda bar: bar.value)
            said.append(f"{panel.title} terbanyak: {most.label}, {most.told}.")
        else:
            said.append(f"{panel.bars[0].label} {panel.bars[0].told}.")
    return " ".join(said)
