"""Phones: numbers of people to call or write to, with the country they belong to.

Written with spaces, dots, letters for digits ("08l2 3456 789O"), masked ("+855 00 000 452", "01x-0000 882") or only as
a dial code ("nomornya +855"). Short official numbers (110, 129, 1500…) are none. Country data: libphonenumber.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException

from bot.checking.cues import MOST_FACTS, Scan

MOST_TRIED = 8
"""Candidates looked at closely in one message; each costs some 50 µs."""

_CANDIDATE = re.compile(r"(?:\+ ?|(?<![0-9.,+]))\(?[0-9][0-9olix .()\-]{6,26}")
_CODE = re.compile(r"(?<![0-9a-z])\+(\d{2,3})(?![0-9 ]*\d)")
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|\d\d[.:]\d\d ?-|(?:19|20)\d\d-\d\d-\d\d")
_MASK = re.compile(r"[x.\-]+|ooo")
_FOLD = str.maketrans("oil", "011")
_LONGEST = 15
_FOREIGN_WITHOUT_PLUS = (
    "855", "856", "852", "853", "886", "971", "966", "965", "974", "968", "60", "66", "95", "84", "63",
)  # fmt: skip


class Phone(NamedTuple):
    """A phone number, or a bare dial code."""

    start: int
    """Offset in ``Text.norm``."""
    end: int
    """Offset past its last character."""
    country: str
    """ISO code; empty if unknown."""
    only_code: bool
    """True for "+855" alone."""


def read_phones(scan: Scan, links: Sequence[tuple[int, int]]) -> list[Phone]:
    """Phone numbers in order, none overlapping; numbers inside links count only after "wa.me/" and the like.

    At most MOST_TRIED candidates are looked at; numbers beyond them are not read.
    """
    norm = scan.norm
    found: list[Phone] = []
    tried = at = 0
    while tried < MOST_TRIED and (match := _CANDIDATE.search(norm, at)):
        raw = _trim(match.group())
        at = match.start() + max(1, len(raw))
        if sum(character.isdigit() for character in raw) < 6:
            continue
        tried += 1
        country = _identify(scan, match.start(), raw, links)
        if country is not None:
            found.append(Phone(match.start(), match.start() + len(raw), country, False))
    if "+" in norm:
        found = sorted(found + _codes(norm, found))
    return found


def _codes(norm: str, phones: Sequence[Phone]) -> list[Phone]:
    """Dial codes standing alone: "nomornya +855"."""
    codes = []
    for match in islice(_CODE.finditer(norm), MOST_FACTS):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(match.group(1)), ())
        named = len(match.group(1)) == 3 or re.search(r"(?:no|nomor|nomer|nmr|kode|wa|telp|tlp)\w{0,3}[ :]{0,3}\Z",
                                                      norm[max(0, match.start() - 14) : match.start()])  # fmt: skip
        free = not any(phone.start < match.end() and match.start() < phone.end for phone in phones)
        if regions and regions[0] not in ("ID", "001") and named and free:
            codes.append(Phone(match.start(), match.end(), regions[0], True))
    return codes


def _trim(raw: str) -> str:
    """The part of a candidate that is one number: whole groups with digits, at most 15 digits."""
    kept = digits = 0
    for group in re.finditer(r"[^ ]+", raw):
        piece = group.group()
        count = sum(character.isdigit() or character in "oilx" for character in piece)
        if not any(character.isdigit() for character in piece) and not _MASK.fullmatch(piece):
            break
        if digits >= 9 and (piece[0] in "0+(" or digits + count > _LONGEST):
            break
        kept, digits = group.end(), digits + count
    return raw[:kept].rstrip(" .()-oil") if kept and raw[kept - 1] in " .()-" else raw[:kept]


def _identify(scan: Scan, start: int, raw: str, links: Sequence[tuple[int, int]]) -> str | None:
    """Country of a candidate, empty if unknown; None if it is no phone number."""
    masked = "x" in raw
    digits = re.sub(r"[^0-9x]", "", raw.translate(_FOLD))
    if any(first <= start < last for first, last in links):
        return _by_code(digits, masked) if _follows_chat_link(scan.norm, start) else None
    if _DATE.match(raw) or (len(digits) > _LONGEST):
        return None
    if raw[0] == "+" or digits.startswith("00"):
        return _by_code(digits.removeprefix("00"), masked) if len(digits) >= 8 else None
    first, last = scan.tokens_of(start, start + len(raw))
    if scan.near("account", first, last, 2, 0):
        return None
    return _without_plus(digits, raw, masked, scan.near("phone", first, last, 3, 0) is not None)


def _follows_chat_link(norm: str, start: int) -> bool:
    return re.search(r"(?:wa\.me/|phone=)\+?\Z", norm[max(0, start - 10) : start]) is not None


def _without_plus(digits: str, raw: str, masked: bool, cued: bool) -> str | None:
    if digits.startswith("0"):
        return _national(digits, masked, cued)
    if digits.startswith("62") and len(digits) >= 10 and digits[2] in "2345678":
        return "ID" if masked else _valid("+" + digits, None) or ("ID" if digits[2] == "8" else None)
    if digits.startswith("8") and 9 <= len(digits) <= 12 and cued:
        return "ID" if masked else _valid(digits, "ID")
    grouped = len(re.findall(r"[ \-]", raw)) >= 2
    if len(digits) >= 10 and not masked and (cued or grouped) and digits.startswith(_FOREIGN_WITHOUT_PLUS):
        return _valid("+" + digits, None)
    return None


def _national(digits: str, masked: bool, cued: bool) -> str | None:
    if digits.startswith("0800") or not 9 <= len(digits) <= 13:
        return None
    if digits.startswith("08"):  # also invented ones: a recruiter's number need not exist to be meant as one
        return "ID" if len(digits) >= 10 else None
    if masked:
        return "MY" if digits.startswith("01") else "" if cued else None
    return _valid(digits, "ID") or (_valid(digits, "MY") if digits.startswith("01") else None)


def _by_code(digits: str, masked: bool) -> str | None:
    """Country of a number that starts with its dial code, whether or not the number exists."""
    if not masked and (country := _valid("+" + digits, None)):
        return country
    for length in (1, 2, 3):
        head = digits[:length]
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(head)) if head.isdigit() else None
        if regions:
            return regions[0] if regions[0] != "001" else ""
    return None


def _valid(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return None
    return phonenumbers.region_code_for_number(parsed) if phonenumbers.is_valid_number(parsed) else None
