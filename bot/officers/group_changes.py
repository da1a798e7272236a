"""What happens to an officers' group on the platform: the bot is put out of it, or it gets another address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.messages import Incoming, Reply
from bot.officers import say_group
from bot.officers.groups import end_group, group_of, move_group
from bot.officers.officer import all_officers, officer_of
from bot.storage import Recipient
from bot.storage.outbox import tell


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A deed; does nothing for a chat that is no officers' group."""

    incoming: Incoming
    """Of the kind "put_out" or "moved"."""
    sender: Recipient
    """Who did it."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        if self.incoming.kind == "put_out":
            let_go(connection, now, self.incoming.group, self.sender.person)
        elif self.incoming.kind == "moved":
            after = Recipient(self.sender.channel, self.incoming.group, self.incoming.group_address)
            move_group(connection, now, self.incoming.group_before, after)


def let_go(connection: Connection, now: float, chat: str, actor: str = "") -> bool:
    """End a group in which the bot cannot write any more, and tell every pengelola; False when it is none.

    ``chat``, ``actor``: pseudonyms; who is no officer is not written down.
    """
    group = group_of(connection, chat)
    if group is None:
        return False
    by = officer_of(connection, actor) if actor else None
    if not end_group(connection, now, group, by.id if by else None, "group.lost"):
        return False
    for officer in all_officers(connection):
        if officer.may("pengelola"):
            tell(connection, officer.recipient, [Reply(say_group.lost(group))], now)
    return True
