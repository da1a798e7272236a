"""KnowledgeProblem: one thing an officer should mend, with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

NEAR_ENOUGH = 68
"""rapidfuzz ratio (0–100) from which a name counts as a slip of another: severty → severity 94, tahan → simpan 55."""

_INDONESIAN = {
    "aktif": "active", "draf": "draft", "konsep": "draft", "arsip": "retired", "kritis": "critical",
    "tinggi": "high", "sedang": "medium", "rendah": "low", "judul": "title", "frasa": "phrases", "kata": "words",
    "kecuali": "unless", "contoh": "examples", "sumber": "sources", "penjelasan": "explanation", "saran": "advice",
    "tanya": "ask", "kontak": "contacts", "bagian": "part", "kelompok": "group", "unsur": "element", "jenis": "kind",
    "indikator": "indicator", "bobot": "weight", "tingkat": "level", "pesan": "messages", "kutipan": "quote",
    "teks": "text", "alasan": "why", "tawaran": "offer", "pertanyaan": "question", "darurat": "emergency",
    "peringatan": "warning", "lainnya": "other", "bahaya": "danger", "waspada": "caution", "perusahaan": "company",
    "kontrak": "contract", "lowongan": "vacancy", "biaya": "payment", "tekanan": "pressure", "kuat": "strong",
    "lemah": "weak", "nama": "name", "inggris": "english", "nilai": "value", "tanggal": "checked_on",
}  # fmt: skip
"""What an officer may write by habit → the English key or value that is meant."""


@dataclass(frozen=True, slots=True, order=True)
class KnowledgeProblem:
    """One problem in one place; sorts by file, line and column."""

    path: str
    """File as shown to the officer, for example knowledge/red_flags/overstay.yaml."""
    line: int
    """Line, counted from 1."""
    column: int
    """Column in characters, counted from 1."""
    field: str
    """Keys down to the place, joined by dots, list entries counted from 1: examples.must_match.2.quote."""
    message: str
    """Indonesian: what is wrong."""
    advice: str = ""
    """Indonesian: what to write instead, whole sentences; may be empty."""

    def __str__(self) -> str:
        stop = "" if self.message.endswith((".", "?", "!")) else "."
        return f"{self.path}:{self.line}:{self.column} {self.field}: {self.message}{stop} {self.advice}".rstrip()


class KnowledgeError(Exception):
    """Knowledge that cannot be used; `problems` holds everything that is wrong with it, sorted by place."""

    def __init__(self, problems: Iterable[KnowledgeProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def dotted(steps: Iterable[str | int]) -> str:
    """The field name of a path of keys and list indices: ("phrases", 0) → "phrases.1"."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in steps)


def meant(word: str, choices: Iterable[str]) -> str:
    """`Maksud Anda "x"?` for the choice nearest to `word`, or "" when none is near."""
    names = list(choices)
    known = _INDONESIAN.get(word.strip().lower(), "")
    if known in names:
        return f'Maksud Anda "{known}"?'
    found = process.extractOne(word.lower(), names, scorer=fuzz.ratio, processor=str.lower, score_cutoff=NEAR_ENOUGH)
    return f'Maksud Anda "{found[0]}"?' if found else ""


def listed(choices: Iterable[str], most: int = 12) -> str:
    """Names in a row for a sentence: a, b, c; with "…" when there are more than `most`."""
    names = list(choices)
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
