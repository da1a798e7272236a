"""What goes between channels and conversation: Incoming, Reply, Button; channel-neutral and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.chart import Chart

IncomingKind = Literal["text", "button", "edit", "unsupported", "blocked", "unblocked", "put_out", "moved"]
"""text: words to read (also a caption); button: a pressed button; edit: the person changed an earlier text;
unsupported: a sticker, voice note, picture without words …; blocked / unblocked: the person stopped or
restarted the bot; put_out: the bot may not write in a group any more; moved: the group ``group_before`` is now the
group ``group``. To the last four nothing is answered."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did, as the conversation sees it."""

    id: str
    """Unique within the channel for one message; an edit has the id of the message it changes."""
    kind: IncomingKind
    """What the person did."""
    text: str = ""
    """The words, exactly as written; empty for kinds without words."""
    action: str = ""
    """What a pressed button asks for, as given in its ``Button.action``."""
    attachment: str = ""
    """What came instead of or beside words: "photo", "sticker", "voice", …; empty if nothing."""
    file: str = ""
    """The channel's name for a YAML document that was sent, by which its content is fetched; empty for all else."""
    file_name: str = ""
    """Its name as the sender's device has it."""
    file_size: int = 0
    """Its bytes, as far as the platform tells."""
    forwarded_from: str = ""
    """Visible name of the forward's origin, "?" when the origin is hidden; empty when not forwarded."""
    language: str = ""
    """Language code the platform names for the person ("id", "en-US"); empty if unknown."""
    in_group: bool = False
    """True when the message was written in a group (the bot was addressed there)."""
    group: str = ""
    """Pseudonym of the group; empty outside of groups."""
    group_before: str = ""
    """Pseudonym that the group had until now; only for "moved"."""
    group_address: str = ""
    """JSON: how to write to the group itself, in answer to nobody; empty outside of groups."""
    overheard: bool = False
    """True: a command that did not name the bot, so that it may be for another one. Only who is known to mean the bot
    is answered; to everybody else it was never said."""
    about: str = ""
    """Words of the earlier message that this one is about: the one whose answer has the pressed button, or the one that
    a command was written in reply to. Empty if there is none, or if the platform does not tell."""
    about_forwarded: bool = False
    """True when that earlier message was forwarded."""
    parts: tuple[str, ...] = ()
    """The texts that were sent in one go and make up ``text``; empty for a single text. Never stored."""
    unread: bool = False
    """True when pictures or sounds without words came with the text; they are not read. Never stored."""
    own_words: bool = False
    """True when ``text`` holds words of the person's own beside a forwarded message. Never stored."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a reply; channels without buttons offer it as a number to type."""

    label: str
    """What the person reads, at most 24 characters."""
    action: str
    """What comes back when it is pressed, at most 64 bytes of ASCII."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person: plain text, never markup."""

    text: str
    """What the person reads; plain characters, quotes included, on every channel."""
    buttons: tuple[Button, ...] = ()
    """Choices in the order to show them; may be empty."""
    quiet: bool = False
    """True: a follow-up that needs no notification sound."""
    picture: Chart | None = None
    """A chart to show with the words, which say all that is needed by themselves; None for none."""
    alert: bool = False
    """True: only who pressed the button sees it, for a moment, and it stands in no chat; at most 200 characters. A
    channel without such a thing says it like any other reply."""

    @property
    def in_words(self) -> str:
        """What is said where the picture cannot be shown: the text, or what the picture shows where there is none."""
        return self.text or (self.picture.alt if self.picture else "")
