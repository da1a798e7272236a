"""Terminal: the same conversation for trying things; one message a line, buttons as numbers to type."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.channels import Delivered, Outcome, Received
from bot.messages import Incoming, Reply

PROMPT = "Anda: "
SENDER = "local"
_COLOURS = {"⛔": "bold red", "⚠": "bold yellow", "🔎": "bold cyan", "🆘": "bold red", "👉": "bold"}


class Terminal:
    """The channel for whoever sits at this terminal."""

    name = "terminal"
    pace = None

    def __init__(self, console: Console) -> None:
        self._console = console

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """A line that was typed: {"id": …, "text": …}."""
        return Received(Incoming(id=str(raw["id"]), kind="text", text=str(raw["text"])), SENDER, "{}")

    def fit(self, reply: Reply) -> tuple[Reply, ...]:
        """A terminal takes any length."""
        return (reply,)

    def chat_pace(self, address: str) -> None:
        """Nobody is too slow here."""

    async def deliver(self, address: str, reply: Reply) -> Outcome:
        """Print the reply, its buttons as numbered lines; of a picture what it shows, in words."""
        for line in reply.text.split("\n") if reply.text else ():
            self._console.print(Text(line, style=_COLOURS.get(line[:1], "")))
        if reply.picture is not None:
            self._console.print(Text(reply.picture.alt, style="dim"))
        for button in reply.buttons:
            self._console.print(Text(f"  {button.label}", style="green"))
        self._console.print()
        return Delivered("")


async def typed_messages(source: TextIO | None = None) -> AsyncIterator[str]:
    """What is typed, until the end of input; a pasted message with line breaks is one message at a real terminal.

    ``source``: standard input if not given; nothing at all when that is closed.
    """
    source = source or sys.stdin
    if source is None:
        return
    if source.isatty():
        # Only a person at a terminal needs the line editor, which takes a third of a second to import.
        from prompt_toolkit import PromptSession
        from prompt_toolkit.patch_stdout import patch_stdout

        session: PromptSession[str] = PromptSession()
        with patch_stdout(raw=True):
            while True:
                try:
                    yield await session.prompt_async(PROMPT)
                except (EOFError, KeyboardInterrupt):
                    return
    while line := await asyncio.to_thread(source.readline):
        yield line.rstrip("\n")
