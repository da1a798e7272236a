"""Report: an evaluation as Markdown: figures, confusion, groups, misses; and the same text under mutations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.checking import Compiled
from bot.checking.mutations import MUTATIONS, mutate
from bot.quality.drawing import confusion_picture, reliability_picture
from bot.quality.evaluation import (
    OUTCOMES,
    Figure,
    Judged,
    by_group,
    confusion,
    figures,
    is_right,
    judge,
    length_class,
)
from bot.quality.labelled import Labelled
from bot.quality.reliability import reliability, reliability_table


@dataclass(frozen=True, slots=True)
class Mutated:
    """How the figures hold under one mutation."""

    name: str
    """Name of the mutation."""
    figures: list[Figure]
    """The same figures on mutated text."""
    lost: dict[str, tuple[int, int]]
    """Rule → (messages in which it was found as written, and of these no longer found)."""


def figures_table(found: Iterable[Figure]) -> list[str]:
    """Markdown rows: figure, share, goal."""
    lines = ["| figure | share | of | goal | |", "|---|---:|---:|---:|---|"]
    for figure in found:
        sign = "≤" if figure.at_most else "≥"
        mark = "✓" if figure.reached else "✗"
        lines.append(f"| {figure.name} | {figure.share:.3f} | {figure.total} | {sign} {figure.goal:.2f} | {mark} |")
    return lines


def confusion_table(judged: Sequence[Judged]) -> list[str]:
    """Markdown rows: label against outcome."""
    table = confusion(judged)
    lines = ["| label \\ said | " + " | ".join(OUTCOMES) + " |", "|---|" + "---:|" * len(OUTCOMES)]
    for label in OUTCOMES:
        if table[label]:
            lines.append(f"| {label} | " + " | ".join(str(table[label][outcome] or "") for outcome in OUTCOMES) + " |")
    return lines


def group_table(title: str, groups: dict[str, tuple[int, int]]) -> list[str]:
    """Markdown rows: group, share right, count."""
    lines = [f"| {title} | right | of |", "|---|---:|---:|"]
    return lines + [f"| {name or '–'} | {right / total:.3f} | {total} |" for name, (right, total) in groups.items()]


def misses(judged: Iterable[Judged]) -> list[str]:
    """One line a miss: name, label, outcome; the message itself stays in its file."""
    return [
        f"- {one.label.name}: {one.label.outcome} → {one.outcome}; flags {', '.join(sorted(one.flags)) or '–'}"
        for one in judged
        if not is_right(one)
    ]


def evaluation_report(name: str, judged: Sequence[Judged], compiled: Compiled) -> str:
    """The whole report of one set as Markdown."""
    wrong = misses(judged)
    return "\n".join(
        [
            f"# {name}: {len(judged)} messages, knowledge {compiled.knowledge.revision}", "",
            *figures_table(figures(judged, compiled)), "",
            *confusion_table(judged), "",
            *group_table("register", by_group(judged, lambda one: one.label.register)), "",
            *group_table("length", by_group(judged, length_class)), "",
            "## Reliability of probabilities", "", *reliability_table(reliability(judged)), "",
            f"## Misses ({len(wrong)})", "", *wrong, "",
        ]
    )  # fmt: skip


def evaluate_mutated(labels: Sequence[Labelled], judged: Sequence[Judged], compiled: Compiled,
                     done: Callable[[], None] = lambda: None) -> list[Mutated]:  # fmt: skip
    """The figures on every mutation of the messages; ``done`` is called after each mutation."""
    results = []
    for name in MUTATIONS:
        again = judge((replace(label, text=mutate(label.text, name)) for label in labels), compiled)
        results.append(Mutated(name, figures(again, compiled), _lost(judged, again)))
        done()
    return results


def _lost(before: Iterable[Judged], after: Iterable[Judged]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for one, other in zip(before, after, strict=True):
        for rule in one.flags:
            seen, lost = counts.get(rule, (0, 0))
            counts[rule] = (seen + 1, lost + (rule not in other.flags))
    return counts


def mutation_report(plain: Sequence[Figure], mutated: Sequence[Mutated]) -> list[str]:
    """Markdown: how far each figure moves under each mutation, and the rules that break most easily."""
    lines = ["## Mutated text", "", "| figure | as written | " + " | ".join(one.name for one in mutated) + " |"]
    lines.append("|---|---:|" + "---:|" * len(mutated))
    for row, figure in enumerate(plain):
        moved = " | ".join(f"{one.figures[row].share - figure.share:+.3f}" for one in mutated)
        lines.append(f"| {figure.name} | {figure.share:.3f} | {moved} |")
    lines += ["", "Rules lost most often when the text is mutated (found as written at least 5 times):", ""]
    return lines + [f"- {rule}: lost {lost} of {seen}" for rule, seen, lost in brittle_rules(mutated)]


def brittle_rules(mutated: Iterable[Mutated], most: int = 12) -> list[tuple[str, int, int]]:
    """(rule, times found as written, times lost) over all mutations, most brittle first."""
    total: dict[str, tuple[int, int]] = {}
    for one in mutated:
        for rule, (seen, lost) in one.lost.items():
            before = total.get(rule, (0, 0))
            total[rule] = (before[0] + seen, before[1] + lost)
    wide = [(rule, seen, lost) for rule, (seen, lost) in total.items() if seen >= 5 * len(MUTATIONS) and lost]
    return sorted(wide, key=lambda item: (-item[2] / item[1], item[0]))[:most]


def write_report(folder: Path, name: str, text: str, judged: Sequence[Judged]) -> list[Path]:
    """Write report.md and its pictures, confusion.svg and reliability.svg, into the folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    bins = [(one.probability, one.share, one.count) for one in reliability(judged)]
    files = {
        "report.md": f"{text}\n![confusion](confusion.svg)\n\n![reliability](reliability.svg)\n",
        "confusion.svg": confusion_picture(confusion(judged), name),
        "reliability.svg": reliability_picture(bins, name),
    }
    for file, content in files.items():
        (folder / file).write_text(content, "utf-8")
    return [folder / file for file in files]
