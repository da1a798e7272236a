"""Figures over the cases, without a word or a number of anybody; groups smaller than five are hidden."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.officers.case_card import LEVELS, OUTCOMES
from bot.officers.case_marks import fingerprints
from bot.storage.tables import cases

SMALLEST = 5
"""Cases from which a group is shown: in a smaller one a neighbour might be known again."""
HIDDEN = "lainnya"
"""What small groups are counted as, together."""
_PERCENTS = (50, 90, 95, 99)
TOLD_PERCENTS = (50, 90, 95)
"""Of these officers read in the chat; the last one is for whoever reckons with the CSV."""
_BAR = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """All cases that are kept now."""

    cases: int
    """How many; 0 when there are fewer than `SMALLEST`."""
    groups: Mapping[str, tuple[tuple[str, int], ...]]
    """By "wilayah", "tingkat", "hasil" and "perekrut": (name, cases), most first."""
    answer_seconds: tuple[tuple[int, float], ...]
    """(percent, seconds): so many percent of the answered cases had their first answer within that time; empty when
    fewer than `SMALLEST` were answered."""


def figures_of(connection: Connection) -> Figures:
    """The figures of this moment; a question for ``Database.read``."""
    columns = (cases.c.area, cases.c.level, cases.c.state, cases.c.outcome, cases.c.created_at, cases.c.answered_at)
    rows = connection.execute(select(*columns)).all()
    endings = Counter(
        OUTCOMES.get(row.outcome, row.outcome) if row.state == "closed" else "masih berjalan" for row in rows
    )
    recruiters = Counter({f"{kind} #{mark[:6]}": count for (kind, mark), count in fingerprints(connection).items()})
    waits = [row.answered_at - row.created_at for row in rows if row.answered_at is not None]
    return Figures(
        cases=len(rows) if len(rows) >= SMALLEST else 0,
        groups={
            "wilayah": without_small(Counter(row.area or "tanpa wilayah" for row in rows)),
            "tingkat": without_small(Counter(LEVELS.get(row.level, row.level) for row in rows)),
            "hasil": without_small(endings),
            # Whoever leaves no mark is no group, and one case may bear several: small ones are left out, not summed up.
            "perekrut": tuple((name, count) for name, count in recruiters.most_common(20) if count >= SMALLEST),
        },
        answer_seconds=tuple((percent, percentile(waits, percent)) for percent in _PERCENTS)
        if len(waits) >= SMALLEST
        else (),
    )


def without_small(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    """(name, count), most first, in which every group has at least five.

    Smaller groups are one, `HIDDEN`; if that is too small as well, the smallest of the others goes into it, because
    with the whole sum it would tell what it hides. Empty when all together are too few.
    """
    shown = [(name, count) for name, count in counted.most_common() if count >= SMALLEST]
    hidden = counted.total() - sum(count for _, count in shown)
    while 0 < hidden < SMALLEST and shown:
        hidden += shown.pop()[1]
    return (*shown, (HIDDEN, hidden)) if hidden >= SMALLEST else tuple(shown)


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed; raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def told_figures(figures: Figures) -> str:
    """A short text with bars, for a chat."""
    if not figures.cases:
        return f"📊 Kasus masih kurang dari {SMALLEST}; angkanya belum ditampilkan supaya orangnya tidak bisa ditebak."
    lines = [f"📊 {number(figures.cases)} kasus yang tersimpan"]
    for name, groups in figures.groups.items():
        if groups:
            lines += ["", f"Per {name}:", *_bars(groups)]
    if figures.answer_seconds:
        waits = [wait for wait in figures.answer_seconds if wait[0] in TOLD_PERCENTS]
        told = (f"{percent}% dijawab dalam {span(seconds)}" for percent, seconds in waits)
        lines += ["", "Waktu sampai jawaban pertama:", *told]
    lines += ["", f"Kelompok di bawah {SMALLEST} kasus tidak ditampilkan sendiri."]
    return "\n".join(lines)


def csv_figures(figures: Figures) -> str:
    """The same as CSV: kind of figure, name, value; empty but for its heads when there are too few cases."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("angka", "nama", "nilai"))
    if figures.cases:
        writer.writerow(("kasus", "semua", figures.cases))
        for name, groups in figures.groups.items():
            writer.writerows((name, _harmless(group), count) for group, count in groups)
        writer.writerows(
            ("detik_sampai_jawaban", f"p{percent}", round(seconds)) for percent, seconds in figures.answer_seconds
        )
    return text.getvalue()


def _bars(groups: Sequence[tuple[str, int]]) -> list[str]:
    most = max(count for _, count in groups)
    return [f"{'▇' * max(1, round(_BAR * count / most))} {number(count)} {name}" for name, count in groups]


def number(count: int) -> str:
    """A count as one writes it in Indonesia: "12.480"."""
    return f"{count:,}".replace(",", ".")


def span(seconds: float) -> str:
    """A time as one says it: "40 menit", "3 jam 20 menit", "3 hari"."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} menit"
    if minutes < 60 * 48:
        return f"{minutes // 60} jam" + (f" {minutes % 60} menit" if minutes % 60 else "")
    return f"{minutes // 1440} hari"


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
