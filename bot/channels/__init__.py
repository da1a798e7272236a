"""Steps 1 and 6: what people do on a platform becomes ``Incoming``, and each ``Reply`` is delivered there.

A channel proves where an update comes from and has it stored before it confirms it. It reads an update into
``Received``: the ``Incoming`` for the conversation, the sender (from which the pseudonym is made) and the ``address``,
an opaque text that only the channel understands and that is all it needs to answer. It knows the platform's limits;
the conversation does not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

from bot.messages import Incoming, Reply
from bot.pace import ChatPace, Pace

Store: TypeAlias = Callable[[bytes, dict[str, object]], Awaitable[None]]
"""Puts one update, raw and as JSON object, on the disk before it returns; called again with the same one it does
nothing. Raises only when storing failed; an update that cannot be read is stored too."""


class FetchFailed(Exception):
    """A file that somebody sent cannot be fetched, or is larger than was asked for."""


@runtime_checkable
class Fetching(Protocol):
    """A channel whose files can be fetched."""

    @property
    def name(self) -> str:
        """Short name of the channel."""

    async def fetch(self, file: str, most: int) -> bytes:
        """The content of the file ``Incoming.file``, of at most that many bytes; raises FetchFailed."""


class UnreadableUpdate(ValueError):
    """An update of a kind that the channel knows, but not of the expected form; names the field, never its content."""

    sender = ""
    """Who sent it, if that much can be read: so that it is erased with all else that is held on them. Never logged."""


@dataclass(frozen=True, slots=True)
class Received:
    """One update, read."""

    incoming: Incoming
    """What the person did."""
    sender: str = field(repr=False)
    """The person's id on the platform; the pseudonym is made of it. Never logged, never stored as it is."""
    address: str = field(repr=False)
    """JSON: where and how to answer, for ``Channel.deliver``; personal like the sender."""
    group: str = field(default="", repr=False)
    """The platform's id of the group it happened in; empty outside of groups. A pseudonym is made of it too."""
    group_before: str = field(default="", repr=False)
    """The id that the group had until now, when it got another one."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform has the reply."""

    message_id: str
    """The platform's id of the (last) message that it became."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """The platform did not take the reply, or did not say that it did; it can be tried again."""

    seconds: float | None
    """How long the platform asks to wait; None leaves the pause to the caller."""
    reason: str
    """Why, in few words and without the reply's."""
    whole_channel: bool = False
    """True: the platform says that the bot sends too much in all, not only to this chat."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person has stopped the bot, or the bot was put out of the group: nothing more is to be sent there."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform will never take this reply at this address."""

    reason: str
    """Why, in few words and without the reply's."""
    put_out: bool = False
    """True: the bot is not in that group any more."""


Outcome: TypeAlias = Delivered | RetryLater | Blocked | Refused


class Channel(Protocol):
    """The two duties of a channel."""

    @property
    def name(self) -> str:
        """The same short word in the tables, the settings and the logs, such as "telegram"."""

    @property
    def pace(self) -> Pace | None:
        """How fast messages may go in all; None: as fast as they can, also in each chat."""

    def chat_pace(self, address: str) -> ChatPace | None:
        """The chat at an address, and how fast messages may go there; None for an address that makes no sense."""

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """What a stored update means; None if it is nothing for the bot. Raises UnreadableUpdate."""

    def fit(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply in pieces that each are one message here; queued one by one, none is ever sent twice in a retry."""

    async def deliver(self, address: str, reply: Reply) -> Outcome:
        """What became of a reply; never raises for what a platform or network does."""
