"""What libyaml's complaints mean to somebody who is not a programmer."""

from __future__ import annotations

import re
from collections.abc import Sequence

NO_KEY = ("ada tanda : tanpa kunci di depannya", 'Tulis "kunci: nilai".')
_INDENT = ("spasi di awal baris ini tidak cocok dengan baris di atasnya", "Luruskan dengan baris lain yang setara.")
_AFTER_QUOTE = (
    "ada tulisan sesudah tanda kutip atau kurung penutup",
    "Apit seluruh teks dengan satu pasang tanda kutip; tanda \" di dalamnya ditulis '.",
)
_SIGN_FIRST = ("teks diawali tanda *, & atau !", "Apit teksnya dengan tanda kutip.")
_TAB = ("ada tombol Tab di awal baris", "Ganti Tab dengan spasi.")
_UNCLOSED = ("daftar atau kurung ini belum ditutup", "Tutup dengan ] atau }, dan pisahkan isinya dengan koma.")
_QUOTE_OPEN = ("tanda kutip ini belum ditutup", "Tambahkan tanda kutip yang sama di akhir teks.")

_HINTS: tuple[tuple[str, tuple[str, str]], ...] = (
    (
        "mapping values are not allowed",
        (
            "ada tanda : yang tidak pada tempatnya",
            "Apit teks yang memuat ': ' dengan tanda kutip, atau betulkan spasi di awal baris.",
        ),
    ),
    ("tab character", _TAB),
    ("unexpected end of stream", _QUOTE_OPEN),
    ("document indicator", _QUOTE_OPEN),
    ("',' or ']'", _UNCLOSED),
    ("',' or '}'", _UNCLOSED),
    ("node content", _UNCLOSED),
    ("expected ':'", ("baris ini tidak memuat tanda :", 'Tulis "kunci: nilai", atau "- " di depan isi daftar.')),
    ("escape", ("ada tanda \\ di dalam tanda kutip ganda", "Pakai tanda kutip tunggal '…', atau hapus tanda \\.")),
    ("hexdecimal", ("ada tanda \\ di dalam tanda kutip ganda", "Pakai tanda kutip tunggal '…', atau hapus tanda \\.")),
    ("comment or line break", ("ada tulisan sesudah > atau |", "Pindahkan tulisan itu ke baris berikutnya.")),
    ("chomping", ("ada tulisan sesudah > atau |", "Pindahkan tulisan itu ke baris berikutnya.")),
    ("alphabetic or numeric", _SIGN_FIRST),
    ("document start", ("ada tanda '...' atau '---' di tengah berkas", "Hapus tanda itu.")),
)
_BLOCK_PROBLEMS = ("expected key", "'-' indicator", "<block end>")
_SIGNED = re.compile(r"(^|[\s\[{,])[*&!]\S*\s*$")
"""A word that YAML reads as anchor, alias or tag: `text: *GAJI BESAR*` breaks before BESAR."""


def hint_for(problem: str, lines: Sequence[str], line: int, column: int) -> tuple[str, str]:
    """What is wrong and what to write instead, both Indonesian.

    `problem` is PyYAML's English sentence (of its C or its Python parser); line and column count from 0.
    """
    text = lines[line] if line < len(lines) else ""
    if "cannot start any token" in problem:
        return _bad_start(text[column : column + 1])
    if any(known in problem for known in _BLOCK_PROBLEMS):
        return NO_KEY if text[column : column + 1] == ":" else _block_hint(text[:column])
    for known, hint in _HINTS:
        if known in problem:
            return hint
    return "baris ini bukan YAML yang benar", "Apit teks dengan tanda kutip dan periksa spasi di awal baris."


def _block_hint(before: str) -> tuple[str, str]:
    if _SIGNED.search(before):
        return _SIGN_FIRST
    return _AFTER_QUOTE if before.rstrip().endswith(('"', "'", "]", "}")) else _INDENT


def _bad_start(character: str) -> tuple[str, str]:
    if character == "\t":
        return _TAB
    return f"teks tidak boleh diawali tanda {character}", "Apit teksnya dengan tanda kutip."
