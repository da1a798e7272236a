"""Numerals: every number of a message, in digits or words, before anything says what it counts.

Digits are read with letters that pose as digits ("9.OOO.000", "44l7") and with both meanings of dot and comma.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple

from bot.checking.cues import Scan
from bot.checking.number_words import NUMBER_STARTS, read_number_words

Form = Literal["plain", "grouped", "decimal", "words", "odd"]
"""plain: 15 · grouped: 2.500 · decimal: 1,5 · words: lima belas · odd: 0812, 12.12.2026, too long to be an amount"""

_DIGITS = re.compile(r"[0-9](?:[0-9oil]|[.,](?=[0-9oil]))*")
_FOLDABLE = re.compile(r"\d{1,3}(?:[.,][\doil]{3})+|\d+(?:[oil]+\d+)+|\d+o{2,}")
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_FOLD = str.maketrans("oil", "011")
_LONGEST = 16

MOST_NUMERALS = 300
"""Numbers read in one message; no honest message has as many."""


class Numeral(NamedTuple):
    """One number."""

    start: int
    """Offset in ``Text.norm`` of its first character."""
    end: int
    """Offset in ``Text.norm`` past its last character."""
    low: float
    """Its value, or the lower end of "belasan"."""
    high: float | None
    """Upper end of an approximate number."""
    form: Form
    """How it is written."""


def read_numerals(scan: Scan, taken: Sequence[tuple[int, int]]) -> list[Numeral]:
    """All numbers in order, none overlapping and none inside ``taken`` (sorted spans of links and phones)."""
    found = [_numeral(match.start(), match.group()) for match in islice(_DIGITS.finditer(scan.norm), MOST_NUMERALS)]
    if not NUMBER_STARTS.isdisjoint(scan.words):
        found = sorted(found + _in_words(scan))
    if "koma" in scan.words:
        found = _with_spoken_commas(scan.norm, found)
    return _outside(found[:MOST_NUMERALS], taken)


def _in_words(scan: Scan) -> list[Numeral]:
    found: list[Numeral] = []
    words, tokens = scan.words, scan.text.tokens
    index = 0
    while index < len(words) and len(found) < MOST_NUMERALS:
        number = read_number_words(words, index) if words[index] in NUMBER_STARTS else None
        if number is None:
            index += 1
            continue
        found.append(Numeral(tokens[index].start, tokens[number.last - 1].end, number.low, number.high, "words"))
        index = number.last
    return found


def _with_spoken_commas(norm: str, found: list[Numeral]) -> list[Numeral]:
    """ "2 koma 5 juta", "dua koma lima"."""
    kept: list[Numeral] = []
    for numeral in found:
        whole = kept[-1] if kept else None
        if whole is not None and norm[whole.end : numeral.start].strip() == "koma" and _is_comma(whole, numeral):
            scale = 1e6 if numeral.low >= 1e6 else 1e3 if numeral.low >= 1e3 else 1.0  # in words the unit is inside
            value = (whole.low + numeral.low / scale / 10) * scale
            form: Form = "words" if numeral.form == "words" else "decimal"
            kept[-1] = Numeral(whole.start, numeral.end, value, None, form)
        else:
            kept.append(numeral)
    return kept


def _is_comma(whole: Numeral, tenths: Numeral) -> bool:
    scale = 1e6 if tenths.low >= 1e6 else 1e3 if tenths.low >= 1e3 else 1.0
    return tenths.low / scale < 10 and whole.low < 1_000 and whole.high is None and tenths.high is None


def _outside(found: list[Numeral], taken: Sequence[tuple[int, int]]) -> list[Numeral]:
    if not taken:
        return found
    kept = []
    at = 0
    for numeral in found:
        while at < len(taken) and taken[at][1] <= numeral.start:
            at += 1
        if at == len(taken) or numeral.end <= taken[at][0]:
            kept.append(numeral)
    return kept


def _numeral(start: int, raw: str) -> Numeral:
    if not raw.replace(".", "").replace(",", "").isdigit():
        match = _FOLDABLE.match(raw)
        if match is not None and match.end() == len(raw.rstrip(".,")):
            raw = raw.translate(_FOLD)
        else:  # "5org", "10l": the letters are a unit
            raw = raw[: min(raw.find(letter) for letter in "oil" if letter in raw)].rstrip(".,")
    value, form = digits_value(raw)
    return Numeral(start, start + len(raw), value, None, form)


def digits_value(raw: str) -> tuple[float, Form]:
    """Value and form of digits with dots and commas: "2.500" → 2500 grouped, "1,5" → 1.5 decimal."""
    if len(raw) > _LONGEST:
        return 0.0, "odd"
    if raw.isdigit():
        return (float(raw), "odd" if raw[0] == "0" and len(raw) > 1 else "plain")
    grouped = _GROUPED.match(raw)
    if grouped is not None and raw[0] != "0":
        rest = raw[grouped.end() :]
        whole = float(grouped.group().replace(grouped.group(1), ""))
        if not rest:
            return whole, "grouped"
        if len(rest) <= 3 and rest[0] in ".," and rest[0] != grouped.group(1) and rest[1:].isdigit():
            return whole + float("0." + rest[1:]), "grouped"
        return 0.0, "odd"
    head, _, tail = raw.replace(",", ".").partition(".")
    if tail.isdigit() and len(tail) <= 3:
        return float(f"{head}.{tail}"), "decimal"
    return 0.0, "odd"
