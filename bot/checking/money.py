"""Money: amounts in running text, with currency, range and period: "15-20jt/bln", "RM2.500", "900U", "dua balas juta".

A number is an amount when a unit or currency stands beside it, or when money words touch it ("gaji 12 bersih" is twelve
million). Years, dates, hours, ages, counts, phone and identity numbers are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.checking.bare_amounts import Bare, bare_meaning, may_be_bare, names_digits, touching_role
from bot.checking.cues import Scan, word_set
from bot.checking.currencies import currency_after, currency_before, is_doubtful, period_after, period_of_words
from bot.checking.numerals import Numeral

_UNITS = {
    1e6: "juta jt jta jute yuta jutaan jtan jtaan jti jutak jutah juata jutaa juts jut jton million",
    1e3: "ribu rb rbu ribuan rban rebu rebuan ewu ewuan ribuu rib rebo thousand",
    1e9: "miliar milyar milliar",
    1e2: "ratus hundred",
}
_UNIT_VALUE = {word: value for value, words in _UNITS.items() for word in words.split()}
_UNIT = re.compile(r"(?:-?an(?= ))?[ .\-]{0,2}([a-z]+)")
_FRACTION = re.compile(r"\d{1,3}(?![\d.,])")
_ABOUT = re.compile(r" ?-?2?an(?![a-z])")
_RANGE = re.compile(
    r" {0,2}(?:[-~]|(?:s/d|s\.d\.?|sd|sampai|sampe|sampek|smpe|hingga|nganti|tekan|until|till|to)(?![a-z])) {0,2}"
)
_MORE = re.compile(r"\+{1,3}(?! ?\d)| (?:up|ke atas|keatas|lebih|an)(?![a-z])")
_NEXT_WORD = re.compile(r" ([a-z]+)")
_MILLION_IN_ENGLISH = re.compile(r"m(?: ?/ ?| per | a )(?:month|mo)\b")
_COUNTED = word_set(
    "orang org lowongan anggota alumni jiwa followers follower view views warga pekerja kali tahun langkah "
    "pelamar peserta korban kk km ekor buah unit pcs penduduk peminat siswa mahasiswa tenaga tki pmi subscriber "
    "member watt volt ton kilometer kg meter urang wong hektar loker kursi kamar butir tablet liter"
)
_LEAST_BARE_K = 50_000  # "lari 10k" is no money, "300k" is
_MOST = 1e12
_MOST_AN_HOUR = 40  # "hr" is an hour in "$13/hr" and a day, hari, in "50 dolar/hr"
_HOURLY = frozenset({"USD", "AUD", "EUR", "GBP", "NZD", "CAD", "SGD"})


class Amount(NamedTuple):
    """An amount of money and the stretch of ``Text.norm`` that states it."""

    start: int
    """Offset of its first character, currency included."""
    end: int
    """Offset past its last character, period included."""
    low: float
    """Lowest value in ``currency``."""
    high: float | None
    """Highest value; None if single or open."""
    currency: str
    """ISO code, "USDT" or empty if none can be supposed."""
    period: str
    """As ``Fact.period``, or "piece"."""
    first: int
    """Index of the first word it covers."""
    last: int
    """Index past the last word it covers."""
    bare: bool
    """True when only the words around make it money."""


class _Part(NamedTuple):
    """One end of an amount, or the whole of it."""

    start: int
    end: int
    low: float
    high: float | None
    currency: str
    scale: float
    """Unit named: 1e6 for juta; 1 if none."""
    numeral: Numeral
    after: int
    """Index of the next numeral."""


def read_amounts(scan: Scan, numerals: Sequence[Numeral]) -> list[Amount]:
    """All amounts in order, none overlapping; time is linear in the number of numerals."""
    found: list[Amount] = []
    index = floor = 0
    while index < len(numerals):
        numeral = numerals[index]
        index += 1
        if numeral.start < floor or not _may_be_money(scan, numeral):
            continue
        part = _whole(scan, numerals, index - 1, floor)
        amount = _amount(scan, part, floor, found[-1] if found else None)
        if amount is not None:
            if not (found and _repeats(scan, found[-1], amount)):
                found.append(amount)
            floor = amount.end
            index = part.after
    return found


def _repeats(scan: Scan, previous: Amount, amount: Amount) -> bool:
    """ "Rp30.000.000 (tiga puluh juta)"."""
    return previous.low == amount.low and scan.norm[previous.end : amount.start].strip() == "("


def _may_be_money(scan: Scan, numeral: Numeral) -> bool:
    """False for clock times, scores, dates and numbers written onto letters ("sip2mi", "e9")."""
    if numeral.form in ("odd", "words"):
        return numeral.form == "words"
    norm, start, end = scan.norm, numeral.start, numeral.end
    before, after = norm[start - 1 : start], norm[end : end + 1]
    if before and before in "/:" and norm[start - 2 : start - 1].isdigit():
        return False
    if after and after in "/:%" and (after == "%" or norm[end + 1 : end + 2].isdigit()):
        return False
    if before.isalpha():
        return currency_before(norm, start)[0] != "" or _written_onto_cue(scan, start)
    return before not in ("#", "_")


def _written_onto_cue(scan: Scan, start: int) -> bool:
    """ "gaji15jt", "umur17"."""
    first, _ = scan.tokens_of(start, start + 1)
    head = scan.norm[scan.starts[first] : start] if first < len(scan.starts) else ""
    return head.isalpha() and head in scan.knowledge.table


def _whole(scan: Scan, numerals: Sequence[Numeral], index: int, floor: int) -> _Part:
    """The amount that begins at a numeral, with its upper end if it is a range."""
    low = _part(scan, numerals, index, floor)
    gap = _RANGE.match(scan.norm, low.end)
    if gap is None or low.after >= len(numerals) or low.high is not None:
        return low
    following = numerals[low.after]
    if following.start - gap.end() > 5 or following.form == "odd" or not _may_be_money(scan, following):
        return low
    high = _part(scan, numerals, low.after, gap.end())
    return _join(low, high) if high.start <= gap.end() and high.high is None else low


def _join(low: _Part, high: _Part) -> _Part:
    least, most = low.low, high.low
    if high.scale > 1 and low.scale == 1:
        least *= high.scale if least * high.scale <= most or least * 1e3 > most else 1e3  # "500-1jt"
    elif low.scale > 1 and high.scale == 1 and most < 1_000:
        most *= low.scale
    if least > most:
        least, most = most, least
    scale = max(low.scale, high.scale)
    return _Part(low.start, high.end, least, most, low.currency or high.currency, scale, low.numeral, high.after)


def _part(scan: Scan, numerals: Sequence[Numeral], index: int, floor: int) -> _Part:
    numeral, norm = numerals[index], scan.norm
    currency, start = currency_before(norm, numeral.start, floor)
    if numeral.form == "words":
        scale, end, low = _scale_of_words(numeral.low), numeral.end, numeral.low
        after = index + 1
    else:
        scale, end = _scale(norm, numeral)
        low, end, after = _digits_amount(norm, numerals, index, scale, end)
    if currency and scale == 1 and is_doubtful(norm, start, numeral.start, low):
        currency, start = "", numeral.start
    if not currency:
        currency, past = currency_after(norm, end)
        if currency and scale == 1 and is_doubtful(norm, end, past, low):
            currency = ""
        end = past if currency else end
    return _Part(start, end, low, numeral.high, currency, scale, numeral, after)


def _scale_of_words(value: float) -> float:
    return 1e6 if value >= 1e6 else 1e3 if value >= 1e3 else 1.0


def _scale(norm: str, numeral: Numeral) -> tuple[float, int]:
    """The unit after digits and where it ends: "jt", " jutaan", "k", "juta-an"; (1, end) if there is none."""
    match = _UNIT.match(norm, numeral.end)
    if match is None:
        return 1.0, numeral.end
    word = match.group(1)
    scale = _UNIT_VALUE.get(word) or _UNIT_VALUE.get(word.removesuffix("nya").removesuffix("an"), 0.0)
    if not scale and match.start(1) == numeral.end:
        if word == "k":
            scale = 1e3
        elif word == "m":
            scale = 1e6 if _MILLION_IN_ENGLISH.match(norm, match.start(1)) else 0.0
    if not scale:
        return 1.0, numeral.end
    about = _ABOUT.match(norm, match.end())
    return scale, about.end() if about else match.end()


def _digits_amount(
    norm: str, numerals: Sequence[Numeral], index: int, scale: float, end: int
) -> tuple[float, int, int]:
    """Value of digits with their unit, its end and the next numeral: "1jt5", "2 juta 500 ribu", "1 juta dua ratus"."""
    numeral = numerals[index]
    low = numeral.low * scale
    if numeral.form == "grouped" and scale == 1e6 and numeral.low < 10_000:  # "1.500 juta" is a decimal
        low = numeral.low * 1e3
    following = numerals[index + 1] if index + 1 < len(numerals) else None
    if scale != 1e6 or following is None or following.start > end + 1:
        return low, end, index + 1
    if following.start == end and following.form == "plain" and _FRACTION.match(norm, end):
        return low + following.low * 10.0 ** (6 - (following.end - following.start)), following.end, index + 2
    if following.form == "words":
        rest = following.low if following.low >= 1e3 else following.low * 1e3 if following.low >= 100 else 0.0
        return (low + rest, following.end, index + 2) if 0 < rest < 1e6 else (low, end, index + 1)
    rest_scale, rest_end = _scale(norm, following)
    if rest_scale == 1e3 and following.low < 1_000:
        return low + following.low * 1e3, rest_end, index + 2
    return low, end, index + 1


def _amount(scan: Scan, part: _Part, floor: int, previous: Amount | None) -> Amount | None:
    """The amount a part stands for; None if it counts something else."""
    norm = scan.norm
    if not part.currency and part.scale == 1 and not may_be_bare(scan, part.numeral):
        return None
    more = _MORE.match(norm, part.end)
    end = more.end() if more else part.end
    period, past = period_after(norm, end)
    first, last = scan.tokens_of(part.start, part.end)
    if part.low > _MOST or first == last:
        return None
    stated = Amount(part.start, past, part.low, part.high, part.currency, period, first, last, False)
    if not period:
        stated = stated._replace(period=_period_before(scan, first, floor))
    elif period == "day" and norm[:past].endswith("/hr") and part.currency in _HOURLY and part.low <= _MOST_AN_HOUR:
        stated = stated._replace(period="hour")
    if digits := names_digits(scan, part.numeral, first):
        return stated._replace(low=digits[0], high=None, currency="IDR", end=digits[1], last=digits[2])
    if part.currency and not (part.currency == "IDR" and part.scale == 1 and part.low < 1_000):
        return stated
    if part.scale > 100 and not part.currency and _is_money_by_unit(scan, part, stated):
        return stated._replace(currency="IDR")
    if part.scale > 100:
        return stated if part.currency else None
    return _bare(scan, part, stated, previous)


def _is_money_by_unit(scan: Scan, part: _Part, amount: Amount) -> bool:
    word = _NEXT_WORD.match(scan.norm, part.end)
    if word is not None and word.group(1) in _COUNTED:
        return False
    if part.numeral.form == "words" and amount.last - amount.first == 1:  # "sejuta kenangan"
        return bool(amount.period) or touching_role(scan, amount.first, amount.last, None) != ""
    if scan.norm[part.numeral.end : part.numeral.end + 1] == "k":
        role = amount.period or touching_role(scan, amount.first, amount.last, None)
        return bool(role) or part.low >= _LEAST_BARE_K
    return True


def _bare(scan: Scan, part: _Part, stated: Amount, previous: Amount | None) -> Amount | None:
    chained = (previous.first, previous.last) if previous is not None and previous.bare else None
    bare = Bare(part.numeral.form, part.low, stated.first, stated.last, part.end, stated.period)
    meaning = bare_meaning(scan, bare, chained)
    if meaning is None:
        return None
    scale, currency = meaning
    high = part.high * scale if part.high is not None else None
    return stated._replace(low=part.low * scale, high=high, currency=part.currency or currency, bare=True)


def _period_before(scan: Scan, first: int, floor: int) -> str:
    """Period said up to three words ahead: "gaji bulanan 15jt", "sabulan 3 juta", "upah per hari 120rb"."""
    words, tokens = scan.words, scan.text.tokens
    for index in range(first - 1, max(-1, first - 4), -1):
        if tokens[index].start < floor or scan.gap(index, index + 1).strip(" :=()rp.-"):
            break
        period = period_of_words(words[index], words[index - 1] if index else "")
        if period:
            return period
    return ""
