"""App: builds everything once, settings → knowledge → storage → conversation; and the chat in the terminal."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from pydantic import SecretStr
from rich.console import Console

from bot.answering import Answering
from bot.channels import Channel, Fetching, Received, UnreadableUpdate
from bot.channels.terminal import Terminal, typed_messages
from bot.checking.compiled import Compiled, compile_knowledge, sentence_reader
from bot.checking.sentences import SentenceReader, embedding_model
from bot.conversation.gathering import gathers
from bot.deeds import Opening
from bot.failures import fault
from bot.keys import read_keys
from bot.knowledge import packaged_folder
from bot.knowledge.folder import read_trained_sentences, shown
from bot.knowledge.loading import load_knowledge
from bot.limits import Limits
from bot.messages import Incoming
from bot.metrics import Metrics
from bot.officers.case_room import CaseRoom
from bot.officers.desk import Desk
from bot.officers.files_room import Fetch
from bot.officers.group_room import GroupRoom
from bot.officers.joining import Joining
from bot.officers.learning import Learning
from bot.officers.live import ForAnswers, LiveKnowledge, settle, slim
from bot.officers.milder import told_anew
from bot.officers.package import Package
from bot.officers.publishing import Publishing
from bot.officers.reporter_room import ReporterRoom
from bot.officers.rule_figures import RuleCounter
from bot.officers.rule_rooms import rules_rooms
from bot.settings import Settings
from bot.storage import Arrival, Resealed, Retention, Secret, Storage, Vault, open_storage, pseudonym
from bot.worker import Worker

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, ready."""

    settings: Settings
    """What the environment says."""
    live: LiveKnowledge
    """The knowledge in use."""
    storage: Storage
    """The open database."""
    secret: Secret
    """Key of the pseudonyms."""
    vault: Vault
    """What seals stored texts."""
    publishing: Publishing
    """Tries proposals out, and publishes them."""
    metrics: Metrics = field(default_factory=Metrics)
    """What is counted."""

    def worker(self, *channels: Channel) -> Worker:
        """A worker for these channels."""
        owner = _owner()
        by_name = {channel.name: channel for channel in channels}
        limits = Limits(self.settings.messages_per_person, self.settings.replies_per_minute)
        quiet, kept = self.settings.quiet_seconds, self.retention
        fetches = {channel.name: channel.fetch for channel in channels if isinstance(channel, Fetching)}
        desk, opening = self.desk(fetches), Opening(self.secret.value, self.settings.office)
        answering = Answering(
            self.storage, by_name, lambda: self.live.compiled, time.time, quiet, limits, kept, self.metrics, desk, opening,
            RuleCounter(self.storage.database, time.time),
        )  # fmt: skip
        return Worker(answering, owner, lambda channel, chat: pseudonym(self.secret.value, channel, chat))

    def desk(self, fetches: Mapping[str, Fetch] = MappingProxyType({})) -> Desk:
        """Where officers, and people with an open case, are served; ``fetches``: by channel, how its files are."""
        hours = self.settings.office
        own = (Joining(self.settings.invitation_hours), CaseRoom(hours), ReporterRoom(hours))
        in_groups = GroupRoom(hours)
        return Desk(self.storage, (*own, in_groups, *rules_rooms(self.publishing, fetches)), in_groups)

    def learning(self) -> Learning:
        """What lets the example reader learn from what officers publish."""
        return Learning(self.storage, self.live.package, self.settings.office, _owner())

    @property
    def retention(self) -> Retention:
        """How long things are kept."""
        return read_retention(self.settings)

    def arrival(self, channel: Channel, update_id: str, raw: bytes, update: dict[str, object]) -> Arrival | None:
        """An update as the inbox stores it; None if it is nothing for the bot; never raises.

        One that cannot be read comes back as a dead letter, so that those behind it go on.
        """
        text = raw.decode("utf-8", "replace")
        try:
            received = channel.read(update)
        except UnreadableUpdate as error:
            person = pseudonym(self.secret.value, channel.name, error.sender) if error.sender else ""
            return Arrival(channel.name, update_id, text, person, problem=str(error))
        except Exception as error:  # a fault of the program, which would come again with every try
            return Arrival(channel.name, update_id, text, problem=fault(error))
        if received is None:
            return None
        person = pseudonym(self.secret.value, channel.name, received.sender)
        incoming = self._with_group(channel, received)
        quiet = self.settings.quiet_seconds
        waits = quiet > 0 and gathers(incoming)
        return Arrival(
            channel.name, update_id, text, person, received.address, incoming,
            quiet=quiet if waits else 0.0, ends_quiet=quiet > 0 and not waits,
        )  # fmt: skip

    def _with_group(self, channel: Channel, received: Received) -> Incoming:
        """What was done, with the group it was done in under its pseudonym."""
        if not received.group:
            return received.incoming
        now, before = (
            pseudonym(self.secret.value, channel.name, chat) if chat else ""
            for chat in (received.group, received.group_before)
        )
        return replace(received.incoming, group=now, group_before=before)


def _owner() -> str:
    """A name for one process in leases."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def load_compiled(settings: Settings) -> Compiled:
    """The knowledge that the settings name, compiled, without what officers changed; raises KnowledgeError."""
    compiled = slim(compile_knowledge(load_knowledge(knowledge_folder(settings), examples=False)))
    settle()
    return compiled


def second_reader(settings: Settings) -> SentenceReader | None:
    """The sentence reader, where it is wanted, installed and trained; raises KnowledgeError."""
    content = read_trained_sentences(knowledge_folder(settings)) if settings.sentences else b""
    return sentence_reader(content, embedding_model() if content else None)


def knowledge_folder(settings: Settings) -> Path:
    """Where the packaged knowledge is."""
    return settings.knowledge_dir or packaged_folder()


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Everything that does not depend on a channel; closes the storage at the end.

    Raises KnowledgeError, StorageUnavailable, SchemaMismatch or SecretUnusable with sentences for the operator.
    """
    folder = knowledge_folder(settings)
    package, compile_texts = Package.read(folder), ForAnswers(shown(folder), second_reader(settings))
    compile_texts.load(package.texts())  # what is broken is told before a key or a database is made
    keys = read_keys(settings)
    storage = await open_storage(settings.database_url, keys.vault)
    try:
        live = LiveKnowledge(storage.database, package, compile_texts)
        await live.start()

        async def tell_people(before: Compiled, now: Compiled, number: int) -> None:
            await told_anew(storage, now, number, time.time(), before)

        live.afterwards = tell_people
        publishing = Publishing(storage, package, settings.publish_by_second)
        yield App(settings, live, storage, keys.person, keys.vault, publishing)
    finally:
        await storage.aclose()


async def chat(
    settings: Settings, console: Console, messages: Callable[[], AsyncIterator[str]] = typed_messages
) -> None:
    """The conversation in this terminal, through the same inbox and outbox as every channel.

    Its database lasts as long as the chat: nothing typed stays, and neither a bot that runs beside it nor a second
    chat gets hold of its messages.
    """
    with TemporaryDirectory(prefix="cekdulu-", ignore_cleanup_errors=True) as folder:
        async with open_app(settings.model_copy(update=_for_one_chat(folder))) as app:
            await _chat(app, Terminal(console), messages())


def read_retention(settings: Settings) -> Retention:
    """How long things are kept, as the settings say."""
    return Retention(
        tombstones=settings.keep_tombstone_days * _DAY,
        dead_letters=settings.keep_dead_letter_days * _DAY,
        cases=settings.keep_case_days * _DAY,
        people=settings.keep_person_days * _DAY,
        feedback=settings.keep_feedback_days * _DAY,
    )


async def reseal(settings: Settings) -> Resealed:
    """Seal everything stored with the first key of the settings; raises like `open_app`."""
    keys = read_keys(settings)
    storage = await open_storage(settings.database_url, keys.vault)
    try:
        return await storage.reseal(keys.vault)
    finally:
        await storage.aclose()


def _for_one_chat(folder: str) -> dict[str, object]:
    secret = SecretStr(secrets.token_urlsafe(32))
    keys = {"person_secret": secret, "encryption_keys": None}
    # What is typed here ends with the Enter key: there is nothing to wait for.
    paces = {"quiet_seconds": 0.0, "messages_per_person": 0}
    return {"database_url": f"sqlite:///{folder}/chat.db", **keys, **paces}


async def _chat(app: App, terminal: Terminal, messages: AsyncIterator[str]) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.worker(terminal).run(stop))
        number = 0
        async for text in messages:
            number += 1
            update: dict[str, object] = {"id": str(number), "text": text}
            arrival = app.arrival(terminal, str(number), json.dumps(update).encode(), update)
            if arrival is not None:
                await app.storage.inbox.store(arrival)
                await _answered(app.storage)
        stop.set()


async def _answered(storage: Storage) -> None:
    """Wait until everything is answered and sent."""
    # The database knows; its signals are the worker's.
    while await storage.inbox.unfinished() or await storage.outbox.unfinished():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
