"""Revisions: the officers' changes to the packaged knowledge, numbered from 1, never changed and never erased.

A revision is an *overlay*: whole files that stand instead of the packaged ones, beside them, or (None) for "not there".
A release of the program brings new packaged files and leaves the overlay as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import text as statement

from bot.failures import Failure
from bot.knowledge.layout import TRAINED, type_of
from bot.officers.audit import write_down
from bot.officers.trainings import take_back_trainings
from bot.storage import postgres
from bot.storage.database import insert, storable
from bot.storage.tables import packages, revision_texts, revisions

Overlay = Mapping[str, str | None]
"""By path inside the knowledge folder ("red_flags/overstay.yaml"): the whole text, or None for a file that is away."""

PUBLISHED = "revisions"
"""The signal that wakes whoever waits for a new revision, on PostgreSQL in every process."""
NOT_PACKAGED = ""
"""Instead of the hash of a packaged file: the package had none there."""

_AT_ONCE = 500
"""Texts asked for, or written, in one statement."""
_Entry = tuple[str | None, str | None]
"""Hash of the officers' text (None: file is away), and of the packaged one it replaced (None: not known)."""


class Stale(Failure):
    """Somebody changed one of the same files meanwhile; nothing was published."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(sorted(paths))
        """The files that were changed meanwhile."""
        super().__init__(
            f"Sudah diubah orang lain sementara itu: {', '.join(self.paths)}. Lihat dulu perubahannya, lalu ulangi."
        )


class NotKnowledge(Failure):
    """No file of the knowledge may stand at this path."""

    exit_code = 2


class NoRevision(Failure):
    """There is no revision of this number."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Revision:
    """All changes of the officers as they stood at one time."""

    number: int
    """0: nothing has ever been published."""
    at: float
    """When it was published, UTC seconds."""
    officer: int | None
    """By whom; None: an operator at the command line."""
    why: str
    """The reason, in their words."""
    packaged: str
    """Revision name of the packaged knowledge over which it was published."""
    files: Overlay = field(repr=False)
    """What stands instead of the packaged files."""
    replaced: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By path: hash of the packaged text when the officers changed it; ``NOT_PACKAGED`` where there was none. A path that
    is missing: not known."""


NOTHING = Revision(0, 0.0, None, "", "", MappingProxyType({}))
"""Revision 0: the packaged files alone."""


def current(connection: Connection) -> Revision:
    """The revision that is live; number 0 without files when nothing was ever published."""
    row = connection.execute(select(revisions).order_by(revisions.c.number.desc()).limit(1)).one_or_none()
    return NOTHING if row is None else _read(connection, row)


def current_number(connection: Connection) -> int:
    """Number of the revision that is live; 0 when nothing was ever published."""
    return connection.scalar(select(revisions.c.number).order_by(revisions.c.number.desc()).limit(1)) or 0


def current_mark(connection: Connection) -> tuple[int, float]:
    """Number and time of the revision that is live, by which it is known again; (0, 0.0) when there is none."""
    newest = select(revisions.c.number, revisions.c.at).order_by(revisions.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return (0, 0.0) if row is None else (row.number, row.at)


def revision(connection: Connection, number: int) -> Revision:
    """The revision of that number, 0 being the packaged files alone; raises NoRevision."""
    if number == 0:
        return NOTHING
    row = connection.execute(select(revisions).where(revisions.c.number == number)).one_or_none()
    if row is None:
        raise NoRevision(f"Tidak ada revisi {number}.")
    return _read(connection, row)


def history(connection: Connection, path: str | None = None) -> tuple[Revision, ...]:
    """All revisions, oldest first; with a path only those that changed this file."""
    told = []
    before: Mapping[str, _Entry] = {}
    for row in connection.execute(select(revisions).order_by(revisions.c.number)).all():
        entries = _entries(row.files)
        if path is None or entries.get(path) != before.get(path):
            told.append(row)
        before = entries
    texts = _texts(connection, {text for row in told for text, _ in _entries(row.files).values() if text})
    return tuple(_revision(row, texts) for row in told)


def overlaid(packaged: Mapping[str, str], files: Overlay) -> dict[str, str]:
    """The live texts by path: the packaged ones with the overlay over them."""
    live = {path: text for path, text in packaged.items() if path not in files}
    return live | {path: text for path, text in files.items() if text is not None}


def publish(
    connection: Connection,
    now: float,
    officer: int | None,
    base: int,
    changes: Overlay,
    why: str,
    packaged: str,
    *,
    let_go: Collection[str] = (),
) -> Revision:
    """The next revision: the live overlay with these changes; part of a change for ``Database.write``.

    ``let_go``: paths at which the packaged files stand again.

    ``base`` is the revision that the changes were made upon. Raises Stale, before anything is written, when one of their
    files was changed since, and NotKnowledge for a path where nothing belongs. Publishers of all processes come one after the other.
    """
    for path in changes:
        if not belongs(path):
            raise NotKnowledge(f"Di {path} tidak boleh ada berkas pengetahuan. Periksa nama berkas dan foldernya.")
    last = _locked(connection)
    now_live, then_live = _live(connection, last), _live(connection, base)
    if changed := [path for path in (*changes, *let_go) if now_live.get(path) != then_live.get(path)]:
        raise Stale(changed)
    hashes = packaged_hashes(connection, packaged)
    new: dict[str, _Entry] = {
        path: (None if text is None else hash_of(text), None if hashes is None else hashes.get(path, NOT_PACKAGED))
        for path, text in changes.items()
    }
    _keep_texts(connection, (text for text in changes.values() if text is not None))
    kept = {path: entry for path, entry in now_live.items() if path not in let_go}
    return _add(connection, now, officer, last, kept | new, why, packaged, "rules.publish")


def belongs(path: str) -> bool:
    """True for a path that officers may change: a file of the knowledge, or the weights of the example reader."""
    tidy = not any(part.startswith(".") or not part for part in path.split("/")) and storable(path) == path
    return tidy and (path == TRAINED or type_of(path) is not None)


def roll_back(connection: Connection, now: float, officer: int | None, to: int, why: str, packaged: str) -> Revision:
    """A new revision with exactly the overlay of an earlier one, 0 being none; raises NoRevision.

    Nothing is learnt any more from what came after that one.
    """
    last = _locked(connection)
    revision(connection, to)
    take_back_trainings(connection, to)
    return _add(connection, now, officer, last, _live(connection, to), why, packaged, "rules.rollback", to)


def alone(connection: Connection) -> int:
    """Number of the live revision; until the transaction ends nobody publishes another. Part of a change."""
    return _locked(connection)


def changed_paths(connection: Connection, one: int, other: int) -> frozenset[str]:
    """Paths at which what the officers put there is not the same in both revisions."""
    before, after = _live(connection, one), _live(connection, other)
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def difference(before: Revision, after: Revision, packaged: Mapping[str, str]) -> str:
    """What changed from one revision to the other in the live texts, file by file, as people read it; "" if nothing."""
    old, new = overlaid(packaged, before.files), overlaid(packaged, after.files)
    return text_difference(old, new, f"revisi {before.number}", f"revisi {after.number}")


def text_difference(old: Mapping[str, str], new: Mapping[str, str], old_name: str, new_name: str) -> str:
    """What changed in these files by path, as a unified diff; of trained weights only that they did."""
    parts = []
    for path in sorted(old.keys() | new.keys()):
        one, other = old.get(path, ""), new.get(path, "")
        if one == other and (path in old) == (path in new):
            continue
        if path == TRAINED:
            parts.append(f"{path}: bobot pembaca contoh berganti\n")
            continue
        names = (
            f"{path} ({old_name})" if path in old else "/dev/null",
            f"{path} ({new_name})" if path in new else "/dev/null",
        )
        lines = unified_diff(one.splitlines(), other.splitlines(), *names, lineterm="")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def hash_of(text: str) -> str:
    """32 hexadecimal digits that name this text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def register_package(connection: Connection, now: float, name: str, hashes: Mapping[str, str]) -> None:
    """Remember the hash of each file in the package of this revision name, so that later ones can be compared with it."""
    values = {"revision": name, "at": now, "hashes": json.dumps(dict(hashes))}
    connection.execute(insert(connection.dialect.name, packages).on_conflict_do_nothing(), values)


def packaged_hashes(connection: Connection, name: str) -> Mapping[str, str] | None:
    """By path the hash of every file in the package of this revision name; None when no process ever ran with it."""
    found = connection.scalar(select(packages.c.hashes).where(packages.c.revision == name))
    return None if found is None else dict(json.loads(found))


def conflicts(live: Revision, packaged: Mapping[str, str]) -> tuple[str, ...]:
    """Paths that the officers changed, and the package too since then, so that somebody must choose; sorted.

    ``packaged``: by path the hash of what is packaged now. The same text on both sides is no conflict.
    """
    return tuple(
        path for path, text in sorted(live.files.items())
        if live.replaced.get(path) != (now := packaged.get(path, NOT_PACKAGED))
        and now != (NOT_PACKAGED if text is None else hash_of(text))
    )  # fmt: skip


def _locked(connection: Connection) -> int:
    """Number of the newest revision; until the transaction ends nobody adds another."""
    if connection.dialect.name == "postgresql":  # on SQLite whoever writes is alone anyway
        connection.execute(statement("LOCK TABLE revisions IN SHARE ROW EXCLUSIVE MODE"))
    return current_number(connection)


def _add(connection: Connection, now: float, officer: int | None, last: int, entries: Mapping[str, _Entry], why: str,
         packaged: str, action: str, to: int | None = None) -> Revision:  # fmt: skip
    number = last + 1
    before = _live(connection, last)
    values = {"number": number, "at": now, "officer": officer, "why": storable(why), "packaged": packaged}
    connection.execute(revisions.insert(), values | {"files": json.dumps(entries)})
    paths = sorted(path for path in before.keys() | entries.keys() if before.get(path) != entries.get(path))
    was = {"revision": last, "files": {path: before[path][0] for path in paths if path in before}}
    told = {"revision": number, "files": {path: entries[path][0] for path in paths if path in entries}, "why": why}
    if to is not None:
        told["to"] = to
    if connection.dialect.name == "postgresql":
        postgres.tell(connection, [PUBLISHED], "publisher")  # no process's name: ours must hear it too
    write_down(connection, now, officer, action, subject(number), was, told)
    return revision(connection, number)


def subject(number: int) -> str:
    """How the audit trail calls a revision."""
    return f"revisi {number}"


def _read(connection: Connection, row: Row[Any]) -> Revision:
    return _revision(row, _texts(connection, {text for text, _ in _entries(row.files).values() if text}))


def _revision(row: Row[Any], texts: Mapping[str, str]) -> Revision:
    entries = _entries(row.files)
    files = {path: None if text is None else texts[text] for path, (text, _) in entries.items()}
    replaced = {path: was for path, (_, was) in entries.items() if was is not None}
    return Revision(row.number, row.at, row.officer, row.why, row.packaged, MappingProxyType(files),
                    MappingProxyType(replaced))  # fmt: skip


def _live(connection: Connection, number: int) -> dict[str, _Entry]:
    """The overlay of a revision as it is stored; that of 0, or of one that is not there, is empty."""
    files = connection.scalar(select(revisions.c.files).where(revisions.c.number == number))
    return _entries(files) if files else {}


def _entries(files: str) -> dict[str, _Entry]:
    return {path: (text, was) for path, (text, was) in json.loads(files).items()}


def _keep_texts(connection: Connection, texts: Iterable[str]) -> None:
    query = insert(connection.dialect.name, revision_texts).on_conflict_do_nothing()
    for some in _portions({hash_of(text): text for text in texts}.items()):
        connection.execute(query, [{"hash": name, "text": text} for name, text in some])


def _texts(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _portions(hashes):
        rows = connection.execute(select(revision_texts).where(revision_texts.c.hash.in_(some)))
        found.update((row.hash, row.text) for row in rows)
    return found


def _portions(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
