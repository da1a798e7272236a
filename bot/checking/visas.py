"""Visas: which kind of visa or entry is spoken of: tourist, pilgrimage, student, training, work, holiday or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.checking.cues import Cue, Scan

KINDS = ("tourist", "pilgrimage", "student", "training", "work", "holiday", "free")
"""Kinds of visa; the label of the fact."""

_PRETEXTS = ("tourist", "pilgrimage")
"""Kinds named from further off too, and after words of entering: "visanya pakai punya kunjungan", "masuk turis"."""


class Visa(NamedTuple):
    """A visa spoken of."""

    first: int
    """Index of its first word."""
    last: int
    """Index past its last word."""
    kind: str
    """One of KINDS, or empty when only "visa" is said."""


def read_visas(scan: Scan) -> list[Visa]:
    """Visas in order of appearance, none overlapping.

    Read from whole names ("visa turis", "WHV", "pas lawatan"), from "visa" and a kind up to four words on
    ("visanya pakai punya kunjungan"), a kind just ahead ("umrah visa"), and ways in ("masuk turis", "lewat umrah").
    """
    marks = scan.marks
    found = [
        Visa(cue.first, cue.last, kind)
        for kind in KINDS
        if f"visa_{kind}" in marks
        for cue in marks[f"visa_{kind}"]
    ]  # fmt: skip
    named = {index for visa in found for index in range(visa.first, visa.last)}
    for head in marks.get("visa", ()):
        if head.first not in named:
            found.append(_of_head(scan, head) or Visa(head.first, head.last, ""))
    for head in marks.get("entry", ()):
        if head.first not in named:
            found += [Visa(head.first, cue.last, kind) for kind, cue in _kinds_behind(scan, head, _PRETEXTS, 2)][:1]
    return _without_overlaps(found)


def _of_head(scan: Scan, head: Cue) -> Visa | None:
    """The visa whose kind stands closest behind the word "visa", else just ahead of it."""
    behind = _kinds_behind(scan, head, _PRETEXTS, 4) + _kinds_behind(scan, head, KINDS[2:-1], 1)
    if behind:
        kind, cue = min(behind, key=lambda found: found[1].last)
        return Visa(head.first, cue.last, kind)
    for kind in KINDS[:-1]:
        for cue in scan.all_near(f"kind_{kind}", head.first, head.first, 0, 0):
            if cue.last == head.first and scan.gap(cue.last - 1, head.first) in (" ", "-"):
                return Visa(cue.first, head.last, kind)
    return None


def _kinds_behind(scan: Scan, head: Cue, kinds: Sequence[str], patience: int) -> list[tuple[str, Cue]]:
    """Kind words at most ``patience`` words behind a head, in the same clause."""
    return [
        (kind, cue)
        for kind in kinds
        for cue in scan.all_near(f"kind_{kind}", head.last, head.last, 0, patience)
        if cue.first >= head.last and _leads_to(scan, head, cue)
    ]


def _leads_to(scan: Scan, head: Cue, cue: Cue) -> bool:
    """False when a list or line goes on between them: "visa, tiket, umrah"."""
    if not scan.same_sentence(head.first, cue.first):
        return False
    between = scan.norm[scan.text.tokens[head.last - 1].end : scan.starts[cue.first]]
    return not any(sign in between for sign in ",;\n&+")


def _without_overlaps(found: list[Visa]) -> list[Visa]:
    kept: list[Visa] = []
    for visa in sorted(found, key=lambda visa: (visa.first, not visa.kind, -visa.last)):
        if not kept or visa.first >= kept[-1].last:
            kept.append(visa)
    return kept
