"""Roles: what an amount is for (wage, fee, deduction, payout, penalty, bounty), by the nearest cue in its clause."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checking.bare_amounts import is_pay, written_together
from bot.checking.cues import Cue, Scan
from bot.checking.fact import FactType
from bot.checking.money import Amount

_REACH = 8
"""Words that may lie between an amount and the cue that names it."""
_TOO_FAR = 9.0
_OWN_PERIOD = 3.0
_PENALTY_REACH = 25
_WORK_REACH = 20
_MONTHLY = (1_500_000.0, 150_000_000.0)  # rupiah that an unnamed amount must lie between to be supposed a month's pay
_DIRECTIONS = frozenset({"pays", "gets", "repays"})
_SEPARATORS = {",": 2.5, ";": 3.0, "\n": 4.0, "(": 1.0, ")": 1.5, "•": 4.0, "|": 4.0, "!": 3.0, "?": 3.0}
_NAMED: dict[str, tuple[FactType, str]] = {
    "fee": ("fee", ""), "debt": ("fee", "debt"), "pays": ("fee", ""), "repays": ("fee", ""),
    "deduction": ("deduction", ""), "payout": ("payout", ""), "penalty": ("penalty", ""), "bounty": ("bounty", ""),
}  # fmt: skip
_PRICES = frozenset({"price", "fee", "debt"})
_NONE = Cue(0, 0, "")
_WORKING = frozenset({"hour", "day", "week", "month", "year"})


def read_roles(scan: Scan, amounts: Sequence[Amount]) -> list[tuple[FactType, str]]:
    """(type, label) of each amount, in the same order; the label is "debt" for money owed, else empty."""
    taken = {index for amount in amounts for index in range(amount.first, amount.last)}
    return [_role(scan, amount, taken) for amount in amounts]


def _role(scan: Scan, amount: Amount, taken: set[int]) -> tuple[FactType, str]:
    kind = _nearest(scan, amount, taken)
    headed = amount.period == "head" or scan.role_at.get(amount.last, _NONE).kind == "bounty"
    if kind == "wage":
        return ("bounty" if headed else "wage"), ""
    if kind in ("pays", "repays") and _is_about_leaving(scan, amount):
        return "penalty", ""
    if kind in _NAMED:
        return _NAMED[kind]
    if kind == "gets":
        return _received(scan, amount, headed), ""
    if headed and not kind:
        return "bounty", ""
    if not kind and (amount.period in _WORKING or amount.bare or _is_supposed_wage(scan, amount)):
        return "wage", ""
    return "money", ""


def _is_supposed_wage(scan: Scan, amount: Amount) -> bool:
    """True for an amount that nothing names, as large as a month's pay, behind words of work or before "bersih".

    "dicari penjahit untuk Klang, RM1.900, mess ada"
    """
    if is_pay(scan.norm, amount.end):
        return True
    rate = scan.knowledge.rupiah_per.get(amount.currency)
    if amount.period or (rate is not None and not _MONTHLY[0] <= amount.low * rate <= _MONTHLY[1]):
        return False
    first = amount.first
    sentence = scan.text.tokens[first].sentence
    around = range(max(0, first - _WORK_REACH), min(len(scan.words), amount.last + _REACH))
    priced = any(
        scan.role_at.get(index, _NONE).kind in _PRICES and scan.text.tokens[index].sentence == sentence
        for index in around
    )
    opens = first == 0 or not scan.same_sentence(first - 1, first) or not scan.gap(first - 1, first).isspace()
    return not priced and scan.near("work", first, first, _WORK_REACH if opens else 2, 0) is not None


def _received(scan: Scan, amount: Amount, headed: bool) -> FactType:
    """What "dapat", "dikasih", "terima" an amount means: pay if by the month, a bounty beside "bawa orang"."""
    around = range(max(0, amount.first - _REACH), amount.last + _REACH)
    if headed or any(scan.role_at.get(index, _NONE).kind == "bounty" for index in around):
        return "bounty"
    return "wage" if amount.period in _WORKING else "payout"


def _is_about_leaving(scan: Scan, amount: Amount) -> bool:
    """True when the sentence speaks of leaving, withdrawing or fleeing: "kalau batal ganti 17 juta"."""
    cues = scan.all_near("leaving", amount.first, amount.last, _PENALTY_REACH, _REACH)
    return any(scan.same_sentence(cue.first, amount.first) for cue in cues)


def _nearest(scan: Scan, amount: Amount, taken: set[int]) -> str:
    """Kind of the cue nearest to the amount, counting separators and other amounts between as distance; or empty."""
    if own := written_together(scan, scan.words[amount.first]):
        return own
    best, kind = _TOO_FAR, ""
    seen: Cue | None = None
    for index in range(max(0, amount.first - _REACH), min(len(scan.words), amount.last + _REACH)):
        cue = scan.role_at.get(index)
        if cue is None or cue is seen:
            continue
        seen = cue
        distance = _distance(scan, amount, cue, taken)
        if amount.period in _WORKING and cue.kind != "wage" and distance > _OWN_PERIOD:
            continue  # "bonus 40 jt, sebulan 18": the period speaks for a wage
        if distance < best:
            best, kind = distance, cue.kind
    return kind


def _distance(scan: Scan, amount: Amount, cue: Cue, taken: set[int]) -> float:
    ahead = cue.last <= amount.first
    left, right = (cue.last, amount.first) if ahead else (amount.last, cue.first)
    if not scan.same_sentence(cue.first, amount.first):
        return _TOO_FAR
    distance = float(right - left) if ahead else right - left + 1.5
    if cue.kind in _DIRECTIONS:
        distance += 1.2
    between = scan.norm[scan.text.tokens[left - 1].end : scan.starts[right]]
    distance += sum(weight * between.count(sign) for sign, weight in _SEPARATORS.items())
    distance += 2.0 * between.count(" - ")
    if any(index in taken for index in range(left, right)):
        distance += 3.0
    return distance
