"""Masking: a person's own numbers are taken out of what officers will read; the recruiter's contact, the evidence, stays.

Taken out: NIK and family-card numbers, passport numbers, bank accounts, cards, phones, and any other long number that is
no sum and no date. Which phones and links are the recruiter's: all of a forwarded message; of what a person tells in
their own words, those that one is asked to call or write to ("hubungi", "WA", "daftar ke").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checking.fact import MONEY_TYPES, Fact, FactType
from bot.checking.text import Text, read_text

NIK, PASSPORT, ACCOUNT, PHONE, NUMBER, MAIL = "[NIK]", "[paspor]", "[rekening]", "[HP]", "[nomor]", "[email]"
"""What stands in the place of a number."""

_SIXTEEN = re.compile(r"(?<![0-9])[0-9](?:[ .\-]{0,3}[0-9]){15}(?![0-9])")
"""As many digits as a NIK, a family card and a bank card have; looked for before phones, which begin alike."""
_RUN = re.compile(r"\+?\(?[0-9](?:[ .()\-]{0,2}[0-9])+")
_PHONE = re.compile(r"\(?(?:0[ .\-]?8|\+|62[ .\-]?8)")
_PASSPORT = re.compile(r"(?<![a-z0-9])[a-z]{1,2}[ .\-]?[0-9]{6,8}(?![0-9])")
_PASSPORT_CUE = re.compile(r"\b(?:paspor|passport|pasport|pspor|paspot)")
_ACCOUNT_CUE = re.compile(
    r"\b(?:no(?:mor|mer)?[ .]?rek|norek|rek(?:ening|ning)?|bri|bca|bni|btn|bsi|mandiri|cimb|danamon|permata|seabank|jago|"
    r"dana|ovo|gopay|shopeepay|linkaja|a/?n|atas nama|virtual account|va|transfer|tf|kartu|atm)\b"
)
_NIK_CUE = re.compile(r"\b(?:nik|ktp|kk|nokk|no ?ktp|kartu keluarga)\b")
_THEIRS = re.compile(
    r"\b(?:hub(?:ungi|ngi)?|wa|w\.a|whatsapp|telp?|tlp|telepon|tele|call|kontak|contact|chat|cp|minat|daftar|info|admin|"
    r"pendaftaran|nomer?nya|nomornya|no ?nya|agen|agent|bang|pak|bu|mas|mbak|kak|kirim|transfer)\b"
)
_OWN = re.compile(
    r"\b(?:(?:no(?:mor|mer)?|hp|wa|telp|telepon|kontak)[ .]*(?:hp|wa|telp|telepon)? *(?:saya|sy|aku|ku|gue|kami|ibu|bapak|"
    r"suami|istri|anak|adik|kakak)|my (?:number|phone|contact)|(?:hubungi|call|telp|wa) (?:saya|sy|aku|me))\b"
)
_BEFORE = 40
"""Characters in front of a number in which a word says what it is."""
_LONG = 9
"""Digits from which a number may lead to a person."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A message without personal numbers."""

    text: str
    """The whole of it."""
    _cuts: tuple[tuple[int, int, str], ...]
    """(start, end, sign) in the original, in order, none overlapping."""
    _original: str

    @property
    def accounts(self) -> tuple[str, ...]:
        """The digits of the bank accounts that were taken out, in order; may be empty."""
        cuts = [self._original[start:end] for start, end, sign in self._cuts if sign == ACCOUNT]
        return tuple(re.sub(r"\D", "", cut) for cut in cuts)

    def part(self, start: int, end: int) -> str:
        """What ``original[start:end]`` became; a number that it cuts through is masked whole."""
        inside = [cut for cut in self._cuts if cut[0] < end and start < cut[1]]
        if inside:
            start, end = min(start, inside[0][0]), max(end, inside[-1][1])
        return _replaced(self._original, inside, start, end)


def masked(original: str, facts: Sequence[Fact] = (), forwarded: bool = False, contacts: bool = True) -> Masked:
    """The message without personal numbers; masking it again changes nothing more.

    ``facts``: what was read from it, empty if nothing was. ``contacts=False``: not even what may be the recruiter's
    contact stays, unless the message was forwarded.
    """
    text = read_text(original, len(original) + 1)
    kept = [(fact.start, fact.end) for fact in facts if fact.type in _HARMLESS and not _UNPARTED.search(fact.text)]
    cuts = [(*text.span(*match.span()), NIK) for match in _SIXTEEN.finditer(_blanked(text, kept))]
    for fact in sorted(facts, key=_leads_to_a_person):  # what is evidence first: a chat link holds a phone
        if any(start < fact.end and fact.start < end for start, end in (*kept, *_spans(cuts))):
            continue
        if _is_evidence(fact, text, forwarded, contacts):
            kept.append((fact.start, fact.end))
        elif _leads_to_a_person(fact):
            cuts.append((fact.start, fact.end, _SIGNS[fact.type]))
    # What is decided is not looked at again: a sum beside an account number is no part of it.
    cuts += _passports(text, _blanked(text, [*kept, *_spans(cuts)]))
    for start, end, sign in _numbers(_blanked(text, [*kept, *_spans(cuts)])):
        # A phone that the reader of facts did not take for one.
        theirs = sign == PHONE and (forwarded or (contacts and _is_to_be_called(text.norm, start)))
        cuts += [] if theirs else [(*text.span(start, end), sign)]
    cuts.sort()
    return Masked(_replaced(original, cuts, 0, len(original)), tuple(cuts), original)


_HARMLESS = MONEY_TYPES | {"date", "haste"}
_UNPARTED = re.compile(r"\d{10}")
"""Ten digits without a point: rather an account than a sum."""
_SIGNS: dict[FactType, str] = {"phone": PHONE, "link": MAIL}


def _spans(cuts: Sequence[tuple[int, int, str]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in cuts]


def _leads_to_a_person(fact: Fact) -> bool:
    return (fact.type == "phone" and fact.label != "code") or (fact.type == "link" and fact.label == "mail")


def _is_evidence(fact: Fact, text: Text, forwarded: bool, contacts: bool) -> bool:
    """Whether it is the recruiter's contact."""
    if fact.type not in ("phone", "link", "handle"):
        return False
    if forwarded or not _leads_to_a_person(fact):
        return forwarded or contacts or not any(character.isdigit() for character in fact.text)
    return contacts and _is_to_be_called(text.norm, bisect_left(text.origin, fact.start))


def _is_to_be_called(norm: str, start: int) -> bool:
    """Whether the words before a number say that somebody else is reached there."""
    # Not over an empty line: behind it begins another message, or another thought.
    before = norm[max(0, start - _BEFORE) : start].rpartition("\n\n")[2]
    return _THEIRS.search(before) is not None and _OWN.search(before) is None


def _blanked(text: Text, spans: Sequence[tuple[int, int]]) -> str:
    """``text.norm`` with line breaks in the place of these stretches of the original."""
    characters = list(text.norm)
    for start, end in spans:
        first, last = bisect_left(text.origin, start), bisect_left(text.origin, end)
        characters[first:last] = "\n" * (last - first)
    return "".join(characters)


def _passports(text: Text, rest: str) -> Iterator[tuple[int, int, str]]:
    for match in _PASSPORT.finditer(rest):
        one_letter = match.group()[1].isdigit() and match.end() - match.start() == 8
        if one_letter or _PASSPORT_CUE.search(rest, max(0, match.start() - _BEFORE), match.start()):
            yield *text.span(match.start(), match.end()), PASSPORT


def _numbers(rest: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, sign) in ``rest`` of what is left of long numbers."""
    for match in _RUN.finditer(rest):
        if sign := _sign(rest, match):
            yield *match.span(), sign


def _sign(rest: str, match: re.Match[str]) -> str:
    """What a run of digits is; empty for one that leads to nobody."""
    digits = sum(character.isdigit() for character in match.group())
    before = re.split("[0-9\n]", rest[max(0, match.start() - _BEFORE) : match.start()])[-1]
    if _NIK_CUE.search(before) and digits >= _LONG:
        return NIK
    if _PASSPORT_CUE.search(before) and 6 <= digits <= 9:
        return PASSPORT
    if _ACCOUNT_CUE.search(before) and digits >= 6 and not re.search(r"(?:rp|idr)\.? ?$", before):
        return ACCOUNT
    if _PHONE.match(match.group()) and 10 <= digits <= 15:
        return PHONE
    return NUMBER if digits >= _LONG else ""


def _replaced(original: str, cuts: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for first, last, sign in cuts:
        pieces += [original[at:first], sign]
        at = last
    return "".join([*pieces, original[at:end]])
