"""A person's own data: what is held on them, told in their language, and the question before it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from bot.conversation.memory import Checked
from bot.conversation.shown import shown_lines, shown_quote
from bot.conversation.wording import Wording
from bot.keeping import Held, HeldCase, HeldOfficer, Kept
from bot.messages import Button, Incoming, Reply

_HERE = timezone(timedelta(hours=7))
"""Western Indonesian time, which Central Kalimantan has."""
ASKS = ("data_saya", "my_data", "hapus_data", "delete_data")
"""Commands whose answer tells what is held."""
WORDS = {"data saya": "data_saya", "my data": "my_data", "hapus data": "hapus_data", "hapus data saya": "hapus_data"}
"""What may be typed instead of a command."""


def asks_what_is_held(text: str) -> bool:
    """Whether the answer to a message needs to know what is held on its sender."""
    words = text.strip().lower()
    return words in WORDS or (words.startswith("/") and words[1:].partition(" ")[0].partition("@")[0] in ASKS)


def concerns_own_data(incoming: Incoming, menu: Sequence[str]) -> bool:
    """Whether the person asks for their data, or answers whether to erase it, by button or as a number of the menu."""
    typed = incoming.text.strip().rstrip(".)")
    number = int(typed) if typed.isdecimal() and len(typed) <= 2 else 0
    action = menu[number - 1] if 1 <= number <= len(menu) else incoming.action
    return action.startswith("erase:") or asks_what_is_held(incoming.text)


def own_data(kept: Kept, checked: Checked | None, wording: Wording) -> tuple[Reply, ...]:
    """Everything that is held; cases in messages of their own."""
    held = kept.held
    if held is None or not _anything(held):
        return (Reply("\n".join(map(wording.say, ("data.title", "data.nothing")))),)
    lines = [wording.say("data.title"), wording.say("data.person", code=held.person), *_known(held, wording)]
    if held.remembers_until is not None:
        lines += _remembered(held.remembers_until, checked, wording)
    if held.waiting:
        lines.append(wording.say("data.waiting", count=held.waiting))
    if held.set_aside:
        lines.append(wording.say("data.set_aside", count=held.set_aside, days=kept.dead_letter_days))
    lines += [_officer(one, wording) for one in held.officers]
    lines.append(wording.say("data.end_officer" if held.officers else "data.end"))
    shown = [_case(case, wording) for case in held.cases]
    shown += [
        wording.say("data.lesson", until=_day(one.expires_at, wording), text=shown_lines(one.text))
        for one in held.lessons
    ]
    return (Reply("\n".join(lines)), *(Reply(text, quiet=True) for text in shown))


def erase_question(kept: Kept, stamp: str, wording: Wording) -> Reply:
    """Whether really everything is to be erased."""
    count = len(kept.held.cases) if kept.held else 0
    asked = wording.say("erase.ask_with_cases", count=count) if count else wording.say("erase.ask")
    if kept.held and any(one.until is None for one in kept.held.officers):
        asked = f"{asked}\n{wording.say('erase.ask_officer')}"
    buttons = (("button.erase", "yes"), ("button.no", "no"))
    return Reply(asked, tuple(Button(wording.say(label), f"erase:{stamp}:{value}") for label, value in buttons))


def _anything(held: Held) -> bool:
    return held.first_seen is not None or any(
        (held.cases, held.waiting, held.set_aside, held.officers, held.lessons)
    )


def _officer(one: HeldOfficer, wording: Wording) -> str:
    told = {"number": one.number, "name": one.name, "office": ", ".join((one.office, *one.areas))}
    since = _day(one.since, wording)
    if one.until is None:
        return wording.say("data.officer", since=since, **told)
    return wording.say("data.was_officer", since=since, until=_day(one.until, wording), **told)


def _known(held: Held, wording: Wording) -> list[str]:
    lines = []
    if held.first_seen is not None:
        lines.append(wording.say("data.since", day=_day(held.first_seen, wording)))
    if held.language:
        lines.append(wording.say("data.language", language=held.language))
    if held.origin:
        lines.append(wording.say("data.origin", origin=shown_quote(held.origin)))
    return lines


def _remembered(until: float, checked: Checked | None, wording: Wording) -> list[str]:
    time = datetime.fromtimestamp(until, _HERE).strftime("%H:%M")
    if checked is None:
        return [wording.say("data.memory_plain", time=time)]
    found = [*checked.reasons, *checked.markers, *checked.similar]
    quotes = dict.fromkeys([*(one.quote for one in found), *filter(None, [checked.resembles])])
    key = "data.memory" if quotes else "data.memory_plain"
    return [wording.say(key, time=time), *(wording.say("data.quote", quote=shown_quote(quote)) for quote in quotes)]


def _case(case: HeldCase, wording: Wording) -> str:
    day, until = _day(case.created_at, wording), _day(case.expires_at, wording)
    told = wording.say("data.case", number=case.number, day=day, until=until, text=shown_lines(case.text))
    added = (wording.say(f"data.added_{kind}", text=shown_lines(words)) for kind, words in case.added)
    return "\n".join((told, *added))


def _day(moment: float, wording: Wording) -> str:
    return wording.day(datetime.fromtimestamp(moment, UTC).date())
