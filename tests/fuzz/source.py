"""Source: bytes read as choices, numbers and texts, the same for the same bytes; past their end all is zero and empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")

WORDS = [
    "paspor",
    "dipegang",
    "agen",
    "gaji",
    "15jt",
    "kerja",
    "di",
    "kamboja",
    "tidak",
    "jangan",
    "bilang",
    "ortu",
    "visa",
    "turis",
    "besok",
    "berangkat",
    "tolong",
    "disekap",
    "umur",
    "16",
    "potong",
    "7",
    "bulan",
    "resmi",
    "P3MI",
    "SISKOP2MI",
    "k4mb0ja",
    "𝗽𝗮𝘀𝗽𝗼𝗿",
    "p",
    "a",
    "s",
    "p",
    "o",
    "r",
    "Rp",
    "2.500.000,-",
    "RM2.500",
    "USD",
    "1,500",
    "juta",
    "ribu",
    "rb",
    "jt",
    "sehari",
    "/bln",
    "3-5",
    "½",
    "١٢",
    "二",
    "+62",
    "0812-3456-7890",
    "wa.me/6281",
    "(021)",
    "110",
    "https://t.me/x",
    "bit.ly/a",
    "@akun",
    "+855",
    "http://",
    "22/11/26",
    "31-02",
    "senin",
    "depan",
    "jam",
    "08.00",
    "24",
    "jam",
    "12x7",
    "thn",
    "th.90",
    "17",
    "tahun",
    "🇰🇭",
    "🇲",
    "💰",
    "taiwan",
    "hongkong",
    "jeddah",
    "negeri",
    "hati-hati",
    "penipuan",
    "apakah",
    "bagaimana",
    "cara",
    "kuliah",
    "jepang",
    "tg",
    "magang",
    "ssw",
    "biaya",
    "gratis",
    "transfer",
    "dulu",
    "dp",
    "admin",
    "slot",
    "judi",
    "kapal",
    "kelapa",
    "sawit",
    "pembantu",
    "umrah",
    "job",
    "offer",
    "salary",
    "passport",
    "they",
    "keep",
    "my",
    "help",
    "me",
    "pulang",
    "disiksa",
    "/start",
    "/cek",
    "/bantuan",
    "/kontak",
    "/bahasa",
    "en",
    "id",
    "/jalur",
    "/privasi",
    "1",
    "2.",
    "3)",
    "0",
    "ke",
    "yang",
    "dan",
    "\n",
    "\n\n",
    ".",
    ",",
    "?",
    "!",
    ";",
    ":",
    "…",
    "'",
    '"',
    "“",
    "”",
    "(",
    ")",
    "{x}",
    "{0}",
    "%s",
    "<b>",
    "</b>",
    "&amp;",
    "*tebal*",
    "_miring_",
    "`kode`",
    "[a](http://x)",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\x00",
    "�",
    "é",
]
"""Words that readers look for, and characters that trip them up."""


class Source:
    """Reads bytes from front to back."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes that were not read yet."""
        return len(self._content) - self._at

    def number(self, below: int) -> int:
        """0 to ``below`` − 1; below at most 65,536."""
        size = 1 if below <= 256 else 2
        piece = self._content[self._at : self._at + size]
        self._at += size
        return int.from_bytes(piece, "big") % below

    def one_of(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self.number(len(choices))]

    def text(self, longest: int = 120) -> str:
        """Words and raw characters in any order; ``longest``: how many pieces."""
        pieces = []
        for _ in range(self.number(longest + 1)):
            if not self.left:
                break
            kind = self.number(8)
            pieces.append(self._raw() if kind == 0 else self.one_of(WORDS) + ("" if kind == 1 else " "))
        return "".join(pieces)

    def _raw(self) -> str:
        size = 1 + self.number(12)
        piece = self._content[self._at : self._at + size]
        self._at += size
        return piece.decode(self.one_of(("utf-8", "utf-16-le", "latin-1")), "replace")

    def json(self, depth: int = 3) -> Any:
        """Any JSON value."""
        kind = self.number(9 if depth else 6)
        match kind:
            case 0:
                return None
            case 1:
                return bool(self.number(2))
            case 2:
                return self.number(65_536) - 32_768
            case 3:
                return self.one_of((0, -1, 2**31, 2**63, -(2**70), 1e308, 0.5, 10**40))
            case 4 | 5:
                return self.text(6)
            case 6:
                return [self.json(depth - 1) for _ in range(self.number(4))]
            case _:
                return {self.text(2): self.json(depth - 1) for _ in range(self.number(4))}
