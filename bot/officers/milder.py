"""When the rules change: who has an open case and had a milder answer than today's is written to, once, with the reason."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection

from bot.checking import check
from bot.checking.assessment import Assessment
from bot.checking.compiled import Compiled
from bot.messages import Reply
from bot.officers.audit import write_down
from bot.officers.cases import change_case, find_case, select_cases
from bot.storage import Storage
from bot.storage.outbox import tell
from bot.storage.tables import cases

_GRAVITY = ("", "no_signs", "caution", "danger", "emergency")


async def told_anew(
    storage: Storage, compiled: Compiled, revision: int, now: float, before: Compiled | None = None
) -> int:
    """Write to everybody with an open case whose message the knowledge of this revision takes for graver; how many.

    ``before``: the knowledge until now; what it already took for as grave, of the masked words, is no news. None: only
    the level that the person was told is compared.
    Call it when a revision is live; again for the same revision, or in another process, it tells nobody twice.
    Raises StorageUnavailable.
    """
    running = (cases.c.state != "closed", cases.c.expires_at > now)
    found = await storage.database.read(lambda connection: select_cases(connection, *running))
    told = 0
    for case in found:
        # Beside the event loop: there may be many, and people wait for answers meanwhile.
        seen = await asyncio.to_thread(check, case.text, compiled)
        if _gravity(seen.level) <= _gravity(case.level):
            continue
        if before is None or _gravity(seen.level) > _gravity((await asyncio.to_thread(check, case.text, before)).level):
            change = partial(_tell, number=case.number, seen=seen, compiled=compiled, revision=revision, now=now)
            told += await storage.database.write(change, wakes="outbox")
    if told:
        storage.outbox.changed.ring()
    return told


def _tell(connection: Connection, number: str, seen: Assessment, compiled: Compiled, revision: int, now: float) -> bool:
    case = find_case(connection, number, change=True)
    level = seen.level or ""
    if case is None or case.state == "closed" or _gravity(level) <= _gravity(case.level):
        return False
    # The level it had is the condition: of two processes one changes it, and only that one tells.
    if not change_case(connection, case, cases.c.level == case.level, level=level, revision=revision):
        return False
    wording = case.wording(compiled.knowledge, now)
    rule = compiled.knowledge.red_flags.get(seen.reasons[0].match.rule) if seen.reasons else None
    reason = wording.rule(rule).title if rule else wording.say("case.no_single_reason")
    said = wording.say("case.graver", number=number, level=wording.say(f"case.level_{level}"), reason=reason)
    tell(connection, case.to, [Reply(said)], now)
    change = {"level": level, "revision": revision}
    write_down(connection, now, None, "case.graver", number, {"level": case.level}, change)
    return True


def _gravity(level: str | None) -> int:
    return _GRAVITY.index(level or "")
