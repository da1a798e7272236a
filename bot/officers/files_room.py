"""The files room: a ``.yaml`` document that an officer sends is a proposal, with the same checks as one made in talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.channels import FetchFailed
from bot.messages import Reply
from bot.officers.desk import DeskTurn, Handled, saying
from bot.officers.filing import LARGEST, NotFiled, filed, read_sent, too_large
from bot.officers.proposing import Propose
from bot.officers.publishing import Publishing

Fetch = Callable[[str, int], Awaitable[bytes]]
"""The content of a file by the channel's own name for it, at most so many bytes; raises FetchFailed."""


@dataclass(frozen=True, slots=True)
class FilesRoom:
    """Takes files."""

    publishing: Publishing
    """Tries out what was sent."""
    fetches: Mapping[str, Fetch] = field(default_factory=dict)
    """By channel, how its files are fetched."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is no YAML file."""
        incoming, officer = turn.incoming, turn.officer
        fetch = self.fetches.get(turn.sender.channel)
        if officer is None or not incoming.file or fetch is None:
            return None
        if incoming.file_size > LARGEST:
            return saying(too_large(incoming.file_size))
        try:
            text = read_sent(await fetch(incoming.file, LARGEST))
            base, live = await self.publishing.live()
            path = filed(incoming.file_name, text, live)
        except FetchFailed:
            return saying("Berkasnya tidak bisa diambil. Kirim sekali lagi, ya.")
        except NotFiled as wrong:
            return saying(str(wrong))
        before = live.get(path)
        if before == text:
            return saying(f"{path} sama persis dengan yang berlaku; tidak ada yang perlu diubah.")
        self.publishing.wake()
        why = " ".join(incoming.text.split())[:400] or f"Berkas {incoming.file_name}"
        told = f"{path} {'diubah' if before else 'baru'}: disimpan sebagai usulan. Sekarang dicoba ke semua contoh …"
        return Handled((Reply(told),), (Propose(officer, base, path, before, text, why),))
