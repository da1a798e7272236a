"""Number words: "lima belas juta", "dua balas yuta" (Banjar), "limang atus ewu" (Javanese), "opat ratus" (Sundanese).

Indonesian, Malay, Javanese, Sundanese, Banjar, Minang, Batak, Dayak and English words in one table; people mix them.
Words that are far more often something else are left out ("hanya" is seven in Ngaju and "only" everywhere else).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.checking.cues import word_set

_ONES = {
    1: "satu siji hiji sada ciek besik setunggal setong one",
    2: "dua loro duo due kalih dhua rong roro two",
    3: "tiga telu tilu talu tolu tigo telung tello three",
    4: "empat papat opat ampat epat ampek sekawan patang empa four",
    5: "lima limo lime limang gangsal lema five",
    6: "enam enem genep anam nem onom jahawen ennem six",
    7: "tujuh pitu tujuah pitung uju pettong seven",
    8: "delapan lapan wolu walu dalapan salapan wolung ualu ballu delapn eight",
    9: "sembilan sanga songo sangang sambilan jalatien nine",
}
_FIXED = {
    10: "sepuluh sapuluh sedasa sampulu ten", 11: "sebelas sabelas sabalas sewelas sabaleh eleven",
    12: "rolas twelve", 13: "telulas thirteen", 14: "patbelas fourteen", 15: "limalas fifteen",
    16: "nembelas sixteen", 17: "pitulas seventeen", 18: "wolulas eighteen", 19: "sangalas nineteen",
    20: "twenty", 25: "selawe salawi", 30: "thirty", 40: "forty", 50: "seket fifty", 60: "sewidak sixty",
    70: "seventy", 80: "eighty", 90: "ninety", 100: "seratus saratus satus sagatus", 200: "rongatus satak",
    1_000: "seribu saribu sewu sarebu serebu", 1_000_000: "sejuta sajuta sayuta seyuta",
}  # fmt: skip
_BELAS = word_set("belas balas welas baleh blas")
_PULUH = word_set("puluh puluah pulu")
_RATUS = word_set("ratus atus ratuih ratos hundred")
_RIBU = word_set("ribu rebu ewu rb thousand")
_JUTA = word_set("juta yuta jute jt million")
_HALF = word_set("setengah satengah stgh stengah")
_APPROXIMATE = {
    "belasan": (11.0, 19.0), "puluhan": (20.0, 99.0), "ratusan": (100.0, 999.0), "ribuan": (1_000.0, 9_999.0),
    "jutaan": (1e6, 9e6), "atusan": (100.0, 999.0), "ewonan": (1_000.0, 9_999.0),
}  # fmt: skip


def _values() -> dict[str, int]:
    values = {word: value for group in (_ONES, _FIXED) for value, words in group.items() for word in words.split()}
    for value, words in _ONES.items():  # written as one word: "limabelas", "duapuluh", "limaratus", "duajuta"
        for word in words.split():
            values.update({word + belas: 10 + value for belas in _BELAS})
            values.update({word + puluh: 10 * value for puluh in _PULUH})
            values.update({word + ratus: 100 * value for ratus in _RATUS})
            values.update({word + ribu: 1_000 * value for ribu in _RIBU})
            values.update({word + juta: 1_000_000 * value for juta in _JUTA})
    return values


_VALUES = _values()

NUMBER_STARTS = frozenset(_VALUES) | _HALF | frozenset(_APPROXIMATE)
"""Words with which a number can begin."""


class NumberWords(NamedTuple):
    """A number written in words."""

    low: float
    """Its value; the lower end of "belasan"."""
    high: float | None
    """Upper end of an approximate one; None otherwise."""
    last: int
    """Index past its last word."""


def read_number_words(words: Sequence[str], index: int) -> NumberWords | None:
    """The number that starts at ``index``, as long as it goes; None if there is none.

    "satu juta dua ratus" means 1,200,000, as it is spoken; "setengah juta" and "dua juta setengah" are read too.
    """
    word = words[index]
    if word in _APPROXIMATE:
        low, high = _APPROXIMATE[word]
        scale, last = _scale(words, index + 1)
        return NumberWords(low * scale, high * scale, last)
    if word in _HALF:
        scale, last = _scale(words, index + 1)
        return NumberWords(scale / 2, None, last) if scale > 1 else None
    if word not in _VALUES:
        return None
    value, last = _cardinal(words, index)
    return NumberWords(value, None, last)


def _scale(words: Sequence[str], index: int) -> tuple[float, int]:
    if index < len(words):
        if words[index] in _JUTA:
            return 1e6, index + 1
        if words[index] in _RIBU:
            return 1e3, index + 1
    return 1, index


def _cardinal(words: Sequence[str], index: int) -> tuple[float, int]:
    total = 0.0  # closed groups of thousands and millions
    group = 0.0  # the open group below a thousand
    closed = index
    while index < len(words) and total < 1e12:
        step = _step(words[index], total, group)
        if step is None:
            break
        index += 1
        if step[0] != total:
            closed = index
        total, group = step
    if total >= 1e6 and group % 100 == 0:  # "satu juta dua ratus"
        group *= 1_000
    elif total >= 1e6:  # "satu juta dua hari"
        return total, closed
    return total + group, index


def _step(word: str, total: float, group: float) -> tuple[float, float] | None:
    """(total, group) after one more word; None when the word does not continue the number."""
    ones = group % 10
    value = _VALUES.get(word)
    if value is not None:
        return _with_value(value, total, group)
    if word in _BELAS and ones and group % 100 == ones:
        return total, group + 10
    if word in _PULUH and ones and group % 100 == ones:
        return total, group + 9 * ones
    if word in _RATUS and 0 < group < 10:
        return total, group * 100
    if word in _RIBU and group and total % 1e6 == 0:
        return total + group * 1e3, 0.0
    if word in _JUTA and group and not total:
        return group * 1e6, 0.0
    if word in _HALF and total % 1e6 == 0:
        return (total, group + 0.5) if group and not total else (total + 5e5, 0.0) if total and not group else None
    return None


def _with_value(value: int, total: float, group: float) -> tuple[float, float] | None:
    if value >= 1_000:
        if group or (total and value >= total):
            return None
        return total + value, 0.0
    below = 10 if value < 10 else 100 if value < 100 else 1_000  # what must still be free: "dua puluh" + "lima"
    if group % below or (value < 10 and 0 < group % 100 < 20):
        return None
    return total, group + value
