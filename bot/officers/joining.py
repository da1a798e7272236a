"""The room in which somebody becomes an officer, and officers look after who is one: ``/petugas``, ``/jaga``.

Whoever is no officer and has no code that is good now is not answered here: they hear what any unknown command hears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast, get_args

from sqlalchemy import Connection

from bot.messages import Reply
from bot.officers import say
from bot.officers.desk import DeskTurn, Handled
from bot.officers.invitations import (
    LONGEST_NAME,
    Post,
    accept,
    invitation_of,
    invite,
    new_code,
    open_invitations,
    read_code,
)
from bot.officers.officer import Officer, Role, all_officers
from bot.officers.roster import Outcome, change_role, remove, set_duty
from bot.storage import Recipient
from bot.storage.outbox import tell

Change = Callable[[Connection, float], Outcome]
"""Part of a change for ``Database.write``: the moment of it → how it went."""

_ROLES = get_args(Role)
_MOST_AREAS = 20
_DUTY = {"mulai": True, "selesai": False}


@dataclass(frozen=True, slots=True)
class Joining:
    """Who is an officer."""

    invitation_hours: float
    """How long a code that an officer gives away can be used."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is to see nothing of this. Raises StorageUnavailable."""
        command, rest = turn.command
        if command == "/petugas":
            return await _welcome(turn, rest) if turn.officer is None else await self._manage(turn, turn.officer, rest)
        if command == "/jaga" and turn.officer is not None:
            return _duty(turn, turn.officer, rest)
        return None

    async def _manage(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        word, _, more = rest.partition(" ")
        word, more = word.lower(), more.strip()
        if not word:
            return _says(say.card(officer))
        if word == "keluar":
            change = partial(remove, number=officer.id, by=officer.id)
            return Handled(deeds=(_Change(turn.sender, change, {"done": (say.LEFT,), "last": (say.LAST_SELF,)}),))
        if word not in ("daftar", "undang", "peran", "cabut"):
            return _says(say.ALREADY if read_code(rest) else say.unknown(officer))
        if not officer.may("pengelola"):
            return _says(say.ONLY_PENGELOLA)
        if word == "undang":
            return self._invite(turn, officer, more)
        present = await turn.storage.database.read(all_officers)
        if word == "daftar":
            waiting = await turn.storage.database.read(partial(open_invitations, now=turn.now))
            return _says(say.roster(present, waiting))
        return _change_of(turn, officer, word, more, present)

    def _invite(self, turn: DeskTurn, officer: Officer, more: str) -> Handled:
        post = read_post(more)
        if post is None:
            return _says(say.HOW_TO_INVITE)
        code, seconds = new_code(), 3600 * self.invitation_hours
        told = (say.invited(post, turn.now + seconds), say.invitation(code, turn.now + seconds))

        def change(connection: Connection, now: float) -> Outcome:
            return "done" if invite(connection, now, code, post, seconds, officer.id) else "forbidden"

        return Handled(deeds=(_Change(turn.sender, change, {"done": told}),))


def read_post(typed: str) -> Post | None:
    """The post of "penyunting BP3MI Kalteng; Kapuas, Seruyan"; None when role or office is missing or too long."""
    role, _, rest = typed.partition(" ")
    office, _, listed = rest.partition(";")
    office, areas = tidy(office), tuple(filter(None, map(tidy, listed.split(","))))
    fits = len(areas) <= _MOST_AREAS and all(len(one) <= LONGEST_NAME and one.isprintable() for one in (office, *areas))
    if role.lower() not in _ROLES or not office or not fits:
        return None
    return Post(cast(Role, role.lower()), office, areas)


def tidy(words: str) -> str:
    """The words with single spaces between them and none around."""
    return " ".join(words.split())


def is_name(words: str) -> bool:
    """Whether this can be a person's name."""
    return 2 <= len(words) <= LONGEST_NAME and any(map(str.isalpha, words)) and words.isprintable()


async def _welcome(turn: DeskTurn, rest: str) -> Handled | None:
    """Somebody who is no officer yet, if they hold a good code."""
    typed = read_code(rest)
    if typed is None:
        return None
    code, name = typed[0], tidy(typed[1])
    invitation = await turn.storage.database.read(partial(invitation_of, code=code, now=turn.now))
    if invitation is None:
        return None
    if not is_name(name):
        return _says(say.ask_name(code, invitation.post, too_odd=bool(name)))
    post = invitation.post
    # The number is given while joining, and nothing that is said here shows it.
    officer = Officer(0, turn.sender, post.role, name, post.office, post.areas)
    return Handled(tuple(map(Reply, say.welcome(officer))), (_Join(turn.sender, code, name),))


def _duty(turn: DeskTurn, officer: Officer, rest: str) -> Handled:
    on_duty = _DUTY.get(rest.lower())
    if on_duty is None:
        return _says(say.how_is_duty(officer))
    change = partial(set_duty, number=officer.id, on_duty=on_duty)
    return Handled(deeds=(_Change(turn.sender, change, {"done": (say.ON_DUTY if on_duty else say.OFF_DUTY,)}),))


def _change_of(turn: DeskTurn, officer: Officer, word: str, more: str, present: tuple[Officer, ...]) -> Handled:
    """Somebody's role, or their end."""
    typed, _, role = more.partition(" ")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else 0
    role = role.strip().lower()
    if not number or (word == "peran") != (role in _ROLES) or (word == "cabut" and role):
        return _says(say.HOW_TO_CHANGE_ROLE if word == "peran" else say.HOW_TO_REMOVE)
    target = next((one for one in present if one.id == number), None)
    if target is None:
        return _says(say.GONE)
    if word == "cabut":
        return Handled(deeds=(_Change(turn.sender, removal(target, officer.id), {"done": (say.removed(target),)}),))
    given = cast(Role, role)
    done = (say.role_given(target, given),)
    return Handled(deeds=(_Change(turn.sender, promotion(target, given, officer.id), {"done": done}),))


def removal(target: Officer, by: int | None) -> Change:
    """What removes an officer, and has them told of it unless they did it themselves; ``by`` as for `remove`."""
    return _telling(target, partial(remove, number=target.id, by=by), say.WAS_REMOVED, by)


def promotion(target: Officer, role: Role, by: int | None) -> Change:
    """What gives an officer another role, and has them told of it; ``by`` as for `change_role`."""
    return _telling(target, partial(change_role, number=target.id, role=role, by=by), say.new_role(role), by)


def _telling(target: Officer, change: Callable[..., Outcome], words: str, by: int | None) -> Change:
    def both(connection: Connection, now: float) -> Outcome:
        outcome = change(connection, now)
        if outcome == "done" and by != target.id:
            tell(connection, target.recipient, (Reply(words),), now)
        return outcome

    return both


def _says(*texts: str) -> Handled:
    return Handled(tuple(map(Reply, texts)))


@dataclass(frozen=True, slots=True)
class _Join:
    """A deed. When somebody else got in by the code meanwhile it raises InvitationGone: the message is read once more,
    and then the code is as good as any other."""

    who: Recipient
    code: str
    name: str

    def __call__(self, connection: Connection, now: float) -> None:
        accept(connection, now, self.code, self.who, self.name)


@dataclass(frozen=True, slots=True)
class _Change:
    """A deed that only knows while it is done whether it may be; what is said tells how it went."""

    actor: Recipient
    change: Change
    told: Mapping[Outcome, tuple[str, ...]]
    """Where it is not what is said to everybody."""

    def __call__(self, connection: Connection, now: float) -> None:
        outcome = self.change(connection, now)
        texts = self.told.get(outcome) or (say.REFUSED[outcome],)
        tell(connection, self.actor, tuple(map(Reply, texts)), now)
