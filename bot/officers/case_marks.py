"""Marks: keyed hashes by which two cases are known to speak of the same recruiter or to have near the same text.

Nobody can read a phone or an account back from them without the key of the pseudonyms.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.checking import check
from bot.checking.compiled import Compiled
from bot.keeping import NewCase
from bot.storage.tables import case_marks, cases

RECRUITER = ("phone", "account", "link", "handle")
"""Kinds of mark that a recruiter leaves."""
_PRINTS = 16
"""Fingerprints of a text."""
_ALIKE = 6
"""So many equal ones make two texts near the same: about four in ten of their runs of three words."""
_MOST_SIMILAR = 8
Mark = tuple[str, str]
"""(kind, hash)."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Another case that may belong to this one."""

    number: str
    """Its number."""
    why: tuple[str, ...]
    """What is the same: kinds of `RECRUITER`, or "text"."""
    state: str
    """Its state."""
    outcome: str
    """What became of it; empty while it is open."""


def marks_of(case: NewCase, compiled: Compiled, secret: bytes) -> tuple[Mark, ...]:
    """The marks of a case: of the recruiter's contacts that stand in its text, of accounts, and of the text itself."""
    official = {
        _digits(channel.value) for contact in compiled.knowledge.contacts.values() for channel in contact.channels
    }
    found: set[Mark] = {("account", account) for account in case.accounts if account}
    for fact in check(case.text, compiled).facts:
        if fact.type == "phone" and fact.label != "code" and _digits(fact.text) not in official:
            found.add(("phone", _digits(fact.text)))
        elif fact.type == "handle" or (fact.type == "link" and fact.label != "official"):
            found.add((fact.type, _plain_link(fact.text)))
    hashed = {(kind, _keyed(secret, kind, value)) for kind, value in found}
    return (*sorted(hashed), *_text_prints(case.text, secret))


def keep_marks(connection: Connection, case: int, marks: Sequence[Mark]) -> None:
    """Keep the marks of the case with this id; part of a change for ``Database.write``."""
    if marks:
        rows = [{"case_id": case, "kind": kind, "mark": mark} for kind, mark in marks]
        connection.execute(case_marks.insert(), rows)


def similar_cases(connection: Connection, case: int) -> tuple[Similar, ...]:
    """Other cases of the same recruiter or with near the same text, newest first; at most eight."""
    mine = select(case_marks.c.kind, case_marks.c.mark).where(case_marks.c.case_id == case).subquery()
    query = (
        select(
            cases.c.id, cases.c.number, cases.c.state, cases.c.outcome, case_marks.c.kind, func.count().label("equal")
        )
        .join(case_marks, case_marks.c.case_id == cases.c.id)
        .join(mine, (mine.c.kind == case_marks.c.kind) & (mine.c.mark == case_marks.c.mark))
        .where(cases.c.id != case)
        .group_by(cases.c.id, cases.c.number, cases.c.state, cases.c.outcome, case_marks.c.kind)
        .order_by(cases.c.id.desc(), case_marks.c.kind)
    )
    found: dict[str, Similar] = {}
    for row in connection.execute(query):
        if row.kind == "text" and row.equal < _ALIKE:
            continue
        known = found.get(row.number)
        found[row.number] = Similar(row.number, (*(known.why if known else ()), row.kind), row.state, row.outcome)
    return tuple(found.values())[:_MOST_SIMILAR]


def _text_prints(text: str, secret: bytes) -> tuple[Mark, ...]:
    """The lowest hashes of the runs of three words, for sixteen kinds of hash; none for a very short text."""
    words = re.findall(r"\w+", text.lower())
    runs = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
    if len(runs) < 4:
        return ()
    hashed = [hashlib.blake2b(run.encode(), key=_text_key(secret), digest_size=4 * _PRINTS).digest() for run in runs]
    lowest = (min(one[4 * n : 4 * n + 4] for one in hashed) for n in range(_PRINTS))
    return tuple(("text", f"{n}-{value.hex()}") for n, value in enumerate(lowest))


def _text_key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"prints of a case's text", hashlib.sha256)


def _keyed(secret: bytes, kind: str, value: str) -> str:
    return hmac.digest(secret, f"mark of a case\0{kind}\0{value}".encode("utf-8", "backslashreplace"), "sha256").hex()[
        :24
    ]


def _digits(number: str) -> str:
    """A phone as digits with the country's code: "0811-0000" and "+62 811 0000" are the same."""
    digits = re.sub(r"\D", "", number)
    return "62" + digits[1:] if digits.startswith("0") and not digits.startswith("0800") else digits


def _plain_link(link: str) -> str:
    """A link or account name without what changes nothing."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.strip().lower()).rstrip("/").lstrip("@")


def fingerprints(connection: Connection) -> Counter[Mark]:
    """How many cases bear each mark of a recruiter."""
    query = (
        select(case_marks.c.kind, case_marks.c.mark, func.count())
        .where(case_marks.c.kind.in_(RECRUITER))
        .group_by(case_marks.c.kind, case_marks.c.mark)
    )
    counted: Iterable[tuple[str, str, int]] = ((kind, mark, count) for kind, mark, count in connection.execute(query))
    return Counter({(kind, mark): count for kind, mark, count in counted})
