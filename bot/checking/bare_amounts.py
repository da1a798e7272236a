"""Bare amounts: numbers that only the words around make money, as people write in chats.

"gaji 12 bersih" is twelve million, "sehari 120" a hundred and twenty thousand, "kasbon 2,5" two and a half million.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.checking.cues import ROLE_KINDS, Scan, word_set
from bot.checking.numerals import Form, Numeral

_BRIDGES = word_set(
    "cuma cm hanya bisa bs sampai sampe smp sekitar kisaran kira sktr mulai dari pokok bersih total rata kurang "
    "lebih min minimal minimum max maks maksimal up to s d sd a per perbulan sebulan sabulan sehari sahari "
    "perhari harian bulanan mingguan seminggu itu aja saja doang mung haja around about at is of range above "
    "starting from kotor net nett gross dasar tetap standar awal pertama utama basic sebesar senilai setara "
    "antara rp idr lah tu ini nyampe udah sudah dah sdh wis langsung cash tunai hampir uang duit dwit"
)
"""Words that may stand between a money word and its number."""
_PER = word_set("per perkepala tiap setiap sekepala sakapala")
_EACH = word_set("l p lk pr laki perempuan cewek cewe cowok cowo pria wanita")
_THINGS = word_set(
    "orang org urang wong hari hr dina ari jom bulan bln minggu mgg tahun thn th taun jam menit mnt kali x kamar "
    "buah unit pcs kg km meter m lantai lt anak cewek cewe cowok wanita pria laki kursi kuota slot posisi "
    "karyawan pekerja pegawai negara pt gram biji persen percent termin tahap hp ekor pasang lembar rangkap days "
    "day months month weeks hours years dinten dino wulan sasi kapal botol piring porsi rumah pabrik toko loket "
    "sertifikat foto angkatan gelombang shift jt juta pasal ayat digit sks semester kilo centi cm mm liter watt "
    "bungkus sak tim grup akun kantor cabang perusahaan agen tujuan lokasi dokumen berkas syarat teman temen "
    "kawan putaran langkah poin point kelas"
)
"""Words after a number that say what it counts."""
_LABELS = word_set(
    "tanggal tgl jam pukul no nomor nomer lantai lt pasal ke blok rt rw km kelas umur usia tahun thn bulan hari "
    "grade ayat kode pin level nilai skor umr kamar gang jalan jl episode part bab point tinggi berat"
)
"""Words before a number that say it is no amount."""
_NET = re.compile(
    r" ?(?:udah |sudah |dah )?(?:bersih|nett?|clean)(?![a-z])| ?(?:\+|plus) ?(?:kom|bonus|tip|premi|insentif)"
)
_BOARD = re.compile(r" ?(?:\+|plus) ?(?:lembur|makan|mangan|mess|uang makan|tempat|food)")
_HINT = re.compile(
    r" ?(?:/|\+|plus|udah|sudah|dah|bersih|net|clean|per |se|sa|ije|digit|[-~] ?\d|s/d|sampai|[.,;!?)\n]|$)"
)
_CLAUSE_END = re.compile(r" ?(?:[.,;!?)\n]|$)")
_DIGIT_WORD = re.compile(r" ?(?:digit|dijit|dgt|digits)(?![a-z])")
_HEAD = re.compile(r"[a-z]{3,}(?=[0-9])")
_BREAKS = frozenset(",;\n.!?")


class Bare(NamedTuple):
    """A number without unit and, except for "Rp", without currency."""

    form: Form
    """How it is written."""
    low: float
    """Its value."""
    first: int
    """Index of its first word."""
    last: int
    """Index past its last word."""
    end: int
    """Offset in ``Text.norm`` past it, before any period."""
    period: str
    """Period that stands beside it, or empty."""


def may_be_bare(scan: Scan, numeral: Numeral) -> bool:
    """False, cheaply, for most numbers that are no amounts: no money word, period or "bersih" is anywhere near."""
    if numeral.low >= 1e6 or _HINT.match(scan.norm, numeral.end):
        return True
    first, last = scan.tokens_of(numeral.start, numeral.end)
    if first == last or scan.words[first][0].isalpha():  # in words, or written onto letters: "gaji15"
        return first < last
    return any(index in scan.role_at for index in range(max(0, first - 6), last + 1))


def bare_meaning(scan: Scan, bare: Bare, chained: tuple[int, int] | None) -> tuple[float, str] | None:
    """(what one means, currency) of a bare number; currency is empty if none can be supposed; None if it is no amount.

    ``chained`` are the word indices of a bare amount just ahead, whose meaning "L 1,5 / P 2,5" goes on with.
    """
    if scan.norm[bare.end : bare.end + 1].isalpha():
        return None
    role = touching_role(scan, bare.first, bare.last, chained)
    if bare.low >= 1_000:
        return _large(bare, role)
    if bare.low <= 0 or _counts(scan, bare):
        return None
    if role in ("gets", "pays", "repays") and not _CLAUSE_END.match(scan.norm, bare.end):
        return None
    if role and role != "price":
        return (1e6, "IDR") if _NET.match(scan.norm, bare.end) and bare.low < 1_000 else _small(bare, role)
    return _without_role(scan, bare)


def is_pay(norm: str, end: int) -> bool:
    """True when "bersih", "+ komisi" or "+ makan" follows, as it does behind wages."""
    return _NET.match(norm, end) is not None or _BOARD.match(norm, end) is not None


def touching_role(scan: Scan, first: int, last: int, chained: tuple[int, int] | None) -> str:
    """Kind of the money word that touches the words [first, last) from ahead, or "per kepala" from behind; or empty."""
    words, tokens = scan.words, scan.text.tokens
    behind = scan.role_at.get(last)
    headed = behind is not None and behind.kind == "bounty" and words[last] in _PER
    if headed and not _BREAKS.intersection(scan.gap(last - 1, last)):
        return "bounty"
    if own := written_together(scan, words[first]):
        return own
    for index in range(first - 1, max(-1, first - 6), -1):
        gap = scan.gap(index, index + 1)
        if _BREAKS.intersection(gap.rstrip(".")) or tokens[index].sentence != tokens[first].sentence:
            return ""
        cue = scan.role_at.get(index)
        if cue is not None:
            return cue.kind
        if chained is not None and index < chained[1]:
            return "bounty" if words[index + 1] in _EACH or "/" in scan.gap(index, index + 1) else ""
        if words[index] not in _BRIDGES and words[index] not in _EACH:
            return ""
    return ""


def written_together(scan: Scan, word: str) -> str:
    """Kind of the money word that a number is written onto: "gaji15jt"."""
    head = _HEAD.match(word)
    known = scan.knowledge.table.get(head.group()) if head else None
    return known.alone[0] if known and known.alone and known.alone[0] in ROLE_KINDS else ""


def names_digits(scan: Scan, numeral: Numeral, first: int) -> tuple[float, int, int] | None:
    """(rupiah at least, end offset, index past the last word) for "gaji 2 digit" (millions) and "gaji 8 digit"."""
    match = _DIGIT_WORD.match(scan.norm, numeral.end)
    if match is None or not 1 <= numeral.low <= 10:
        return None
    around = range(max(0, first - 6), first + 7)
    if not any(index in scan.role_at and scan.role_at[index].kind == "wage" for index in around):
        return None
    count = int(numeral.low)
    rupiah = 10.0 ** (count - 1) * (1e6 if count <= 3 else 1.0)
    return rupiah, match.end(), scan.tokens_of(numeral.start, match.end())[1]


def _large(bare: Bare, role: str) -> tuple[float, str] | None:
    if bare.low >= 1e10:
        return None
    if bare.low >= 1e6 and bare.form == "grouped":
        return 1.0, "IDR"
    if not role and not bare.period:
        return None
    return 1.0, "IDR" if bare.low >= 100_000 else ""


def _small(bare: Bare, role: str) -> tuple[float, str]:
    if bare.period in ("day", "hour", "week"):
        return (1e3, "IDR") if bare.low >= 10 else (1e6, "IDR")
    if role != "wage":
        return (1e6, "IDR") if bare.low < 100 else (1e3, "IDR")
    if bare.low <= 50 or bare.form == "decimal":
        return 1e6, "IDR"
    if bare.low < 100:  # "gaji 75 + makan" is a day's pay
        return 1e3, "IDR"
    return 1.0, ""


def _without_role(scan: Scan, bare: Bare) -> tuple[float, str] | None:
    if bare.first and scan.words[bare.first - 1] in _LABELS:
        return None
    if "/" in scan.norm[bare.end : bare.end + 2] and bare.period:
        if bare.period == "day" and bare.low >= 40:
            return 1e3, "IDR"
        return (1e6, "IDR") if bare.period == "month" and bare.low < 100 else None
    if 3 <= bare.low < 1_000 and _NET.match(scan.norm, bare.end):
        return 1e6, "IDR"
    if bare.low >= 2 and _CLAUSE_END.match(scan.norm, bare.end):
        if bare.period == "month" and bare.low < 100:  # "sebulan 18."
            return 1e6, "IDR"
        if bare.period == "day" and bare.low >= 20:
            return 1e3, "IDR"
    return None


def _counts(scan: Scan, bare: Bare) -> bool:
    """True when the word behind says what the number counts, or it numbers a list."""
    norm, end = scan.norm, bare.end
    if norm[end : end + 1] in ("%", ":", "'", '"') or norm[end : end + 2] == ") ":
        return True
    if bare.last >= len(scan.words) or norm[end : scan.starts[bare.last]].strip(" -"):
        return False
    return scan.words[bare.last] in _THINGS
