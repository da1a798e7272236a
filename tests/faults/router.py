"""The way to several processes: what a load balancer does, and what it does when wires are cut."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.peers.loopback import bind


class Router:
    """Passes each connection on to one of the ports that are open now."""

    def __init__(self, seed: int = 0) -> None:
        self.port = 0
        """Where it listens."""
        self.doors: list[int] = []
        """Ports of the processes that are ready."""
        self.cut_chance = 0.0
        """With which chance a connection is cut whenever something is to be passed on, in either direction."""
        self.cuts = 0
        """How many connections were cut."""
        self._dice = random.Random(seed)
        self._open: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Router]:
        """Passes on until the block ends."""
        sock = bind()
        self.port = sock.getsockname()[1]
        server = await asyncio.start_server(self._connected, sock=sock)
        try:
            yield self
        finally:
            server.close()
            for task in list(self._open):
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await self._door()
            both = {asyncio.create_task(self._pass(*way)) for way in ((reader, there), (answers, writer))}
            _, rest = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for way in rest:
                way.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # nobody is there, or the end: the caller sees a closed connection
        finally:
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()

    async def _door(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for port in self._dice.sample(self.doors, len(self.doors)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                if self._dice.random() < self.cut_chance:
                    self.cuts += 1
                    return
                writer.write(chunk)
                await writer.drain()
