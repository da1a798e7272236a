"""Proposals: changes of a file, and of others that go with it, that wait to be published; each with what it would do,
once that has been found out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from bot.knowledge.schema import Status
from bot.officers import revisions
from bot.officers.audit import write_down
from bot.officers.preview import Preview
from bot.officers.previewing import read_preview, write_preview
from bot.storage.database import storable
from bot.storage.tables import proposals

State = Literal["open", "published", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a proposal would do, as it was found out."""

    revision: int
    """The revision over which it was tried."""
    text: str
    """Name of the texts that were tried."""
    preview: Preview
    """What came of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody wants to know what a proposal would do."""

    officer: int
    """Who is told."""
    publish_as: Status | None = None
    """Publish it then, with this status, if it does no harm and they may."""
    until: float = 0.0
    """Some process is at it until then, UTC seconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of publishing a proposal."""

    told: str
    """A sentence for the officer."""
    revision: int | None = None
    """The revision that it is now; None: nothing was published."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file as somebody wants it to be, mostly only this one."""

    id: int
    """Number by which officers call it."""
    path: str
    """File inside the knowledge folder."""
    state: State
    """open, published or withdrawn."""
    officer: int | None
    """Who proposed it; None: an operator at the command line."""
    base: int
    """Revision upon which it was written."""
    updated_at: float
    """When it was last changed, UTC seconds."""
    why: str
    """Why, in their words; may be empty."""
    before: str | None
    """The file as it was then; None: there was none."""
    text: str | None
    """The file as it should be; None: to be taken away."""
    seen: Seen | None
    """What it would do; None until that has been found out."""
    wanted: Wanted | None = None
    """Set while it is to be found out."""
    others: Mapping[str, str | None] = field(default_factory=dict)
    """Further files as they should be; all are published together."""

    @property
    def texts(self) -> dict[str, str | None]:
        """All files as they should be, by path; None: to be taken away."""
        return {self.path: self.text, **self.others}

    def seen_upon(self, revision: int) -> Preview | None:
        """The preview, if it is one of this very text over this revision."""
        seen = self.seen
        fits = seen is not None and seen.revision == revision and seen.text == _name(self.texts)
        return seen.preview if seen is not None and fits else None


def propose(
    connection: Connection, now: float, officer: int | None, base: int, path: str, before: str | None, text: str | None,
    why: str = "", wanted: Wanted | None = None, others: Mapping[str, str | None] | None = None,
) -> int:  # fmt: skip
    """Keep a new proposal; its number; part of a change for ``Database.write``."""
    values = {
        "path": path, "state": "open", "officer": officer, "base": base, "created_at": now, "updated_at": now,
        "why": storable(why), "before": before, "text": text, "preview": _asked(wanted),
        "others": json.dumps(others, ensure_ascii=False) if others else None,
    }  # fmt: skip
    number = connection.execute(proposals.insert().values(values).returning(proposals.c.id)).scalar_one()
    write_down(connection, now, officer, "rules.propose", f"usulan {number}", after={"path": path, "text": _name({path: text})} | ({"others": sorted(others)} if others else {}))
    return int(number)


def want(connection: Connection, number: int, wanted: Wanted | None) -> None:
    """Have it found out what an open proposal would do, or (None) no more; part of a change for ``Database.write``."""
    open_ = (proposals.c.id == number, proposals.c.state == "open")
    connection.execute(update(proposals).where(*open_).values(preview=_asked(wanted)))


def claim_wanted(connection: Connection, now: float, seconds: float) -> Proposal | None:
    """A proposal that is to be tried out, for that long nobody else's; None when there is none.

    Part of a change for ``Database.write``.
    """
    query = select(proposals).where(proposals.c.state == "open", proposals.c.preview.is_not(None)).order_by(proposals.c.id)
    for row in connection.execute(query.with_for_update(skip_locked=True)):
        one = _read(row)
        if one.wanted is not None and one.wanted.until <= now:
            taken = replace(one, wanted=replace(one.wanted, until=now + seconds))
            want(connection, one.id, taken.wanted)
            return taken
    return None


def hold_wanted(connection: Connection, one: Proposal, until: float) -> Proposal | None:
    """The same, nobody else's until then; None when it is not ours any more: asked for anew, changed or settled.

    Part of a change for ``Database.write``.
    """
    fresh = proposal(connection, one.id)
    if fresh is None or fresh.state != "open" or fresh.wanted is None or fresh != one:
        return None
    kept = replace(one, wanted=replace(fresh.wanted, until=until))
    want(connection, one.id, kept.wanted)
    return kept


def rewrite(connection: Connection, now: float, officer: int | None, number: int, text: str) -> bool:
    """The text of an open proposal anew; False when it is open no more. Part of a change for ``Database.write``."""
    values = {"text": text, "updated_at": now, "preview": None}
    open_ = (proposals.c.id == number, proposals.c.state == "open")
    done = connection.execute(update(proposals).where(*open_).values(values)).rowcount > 0
    if done:
        write_down(connection, now, officer, "rules.rewrite", f"usulan {number}", after={"text": revisions.hash_of(text)})
    return done


def withdraw(connection: Connection, now: float, officer: int | None, number: int) -> bool:
    """Give an open proposal up; False when it is open no more. Part of a change for ``Database.write``."""
    open_ = (proposals.c.id == number, proposals.c.state == "open")
    values = {"state": "withdrawn", "updated_at": now}
    done = connection.execute(update(proposals).where(*open_).values(values)).rowcount > 0
    if done:
        write_down(connection, now, officer, "rules.withdraw", f"usulan {number}")
    return done


def keep_seen(connection: Connection, number: int, seen: Seen) -> None:
    """Keep what a proposal would do; part of a change for ``Database.write``."""
    words = json.dumps({"revision": seen.revision, "text": seen.text, "preview": write_preview(seen.preview)})
    connection.execute(update(proposals).where(proposals.c.id == number).values(preview=words))


def seen_now(proposal: Proposal, revision: int, found: Preview) -> Seen:
    """What was found out for this text over this revision."""
    return Seen(revision, _name(proposal.texts), found)


def proposal(connection: Connection, number: int) -> Proposal | None:
    """The proposal of that number; None when there is none."""
    row = connection.execute(select(proposals).where(proposals.c.id == number)).one_or_none()
    return None if row is None else _read(row)


def open_proposals(connection: Connection, path: str | None = None) -> tuple[Proposal, ...]:
    """All that wait, oldest first; with a path those of that file."""
    query = select(proposals).where(proposals.c.state == "open").order_by(proposals.c.id)
    if path is not None:
        query = query.where(proposals.c.path == path)
    return tuple(map(_read, connection.execute(query)))


def publish_proposal(
    connection: Connection, now: float, officer: int | None, number: int, why: str, packaged: str, second: bool,
    text: str | None,
) -> Outcome:  # fmt: skip
    """Publish an open proposal if all that it needs is there.

    ``text``: that of the proposal, or the same with another status. The preview must be one of this text over the revision that is live. ``second``: nobody publishes their own.
    Part of a change for ``Database.write``; when it cannot be published nothing is changed.
    """
    one = proposal(connection, number)
    live = revisions.current_number(connection)
    if one is None or one.state != "open":
        return Outcome(f"Usulan {number} sudah tidak terbuka; tidak ada yang diubah.")
    refused = refusal(one, live, officer, why, second)
    if refused:
        return Outcome(refused)
    try:
        new = revisions.publish(connection, now, officer, one.base, one.texts | {one.path: text}, why or one.why, packaged)
    except revisions.Stale as stale:
        return Outcome(
            f"Berkas {stale.paths[0]} sudah diubah orang lain sejak usulan ini ditulis; tidak ada yang diubah. Lihat /aturan,"
            " lalu usulkan lagi dari keadaan yang baru."
        )
    done = {"state": "published", "updated_at": now, "why": storable(why or one.why)}
    connection.execute(update(proposals).where(proposals.c.id == number).values(done))
    told = f"✅ Terbit sebagai revisi {new.number}. Semua yang menulis ke bot langsung dijawab dengan yang baru. Salah? /batalkan"
    return Outcome(told, new.number)


def refusal(one: Proposal, live: int, officer: int | None, why: str, second: bool) -> str:
    """Why an open proposal cannot be published now; empty when it can."""
    found = one.seen_upon(live)
    if found is None:
        return "Dampaknya belum dihitung untuk keadaan sekarang. Tekan Lihat dampak dulu."
    if not found.may_be_published:
        return "Belum bisa terbit: masih ada contoh yang tidak benar. Tekan Lihat dampak untuk melihatnya."
    if second and officer is not None and officer == one.officer:
        return "Di sini usulan diterbitkan petugas kedua. Minta penyunting lain membukanya lewat /usulan."
    if found.wants_reason and not why:
        return "Usulan ini kena di pesan biasa. Tulis dulu alasannya, satu kalimat."
    return ""


def _name(texts: Mapping[str, str | None]) -> str:
    """Of one file its hash, or "" when it is to be taken away; of several that of all."""
    hashes = ["" if text is None else revisions.hash_of(text) for _, text in sorted(texts.items())]
    return hashes[0] if len(hashes) == 1 else revisions.hash_of(" ".join(hashes))


def _read(row: Row[Any]) -> Proposal:
    content: Mapping[str, Any] = json.loads(row.preview) if row.preview else {}
    seen = wanted = None
    if "wanted" in content:
        wanted = Wanted(**content["wanted"])
    elif content:
        seen = Seen(content["revision"], content["text"], read_preview(content["preview"]))
    return Proposal(row.id, row.path, row.state, row.officer, row.base, row.updated_at, row.why, row.before, row.text,
                    seen, wanted, json.loads(row.others) if row.others else {})  # fmt: skip


def _asked(wanted: Wanted | None) -> str | None:
    return None if wanted is None else json.dumps({"wanted": asdict(wanted)})
