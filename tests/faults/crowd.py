"""People who write: each message is entered in the ledger before it is on its way."""

from __future__ import annotations

from typing import Any

from tests.faults.ledger import Junk, Said
from tests.faults.stage import Stage
from tests.peers.telegram_account import TelegramUser
from tests.running_bot import SMALL_OFFER

OFFER = (SMALL_OFFER, "koper tertutup")
"""What is written, and what only its answer says."""
OTHER_OFFER = (SMALL_OFFER.replace("koper", "tas"), "tas tertutup")
HELP = ("/bantuan", "Cara pakai")
PRIVACY = ("/privasi", "🔒")
WORDS = (OFFER, OFFER, OTHER_OFFER, HELP, PRIVACY)

UNREADABLE: tuple[tuple[str, Any], ...] = (
    ("message", "bukan pesan"),
    ("message", {"message_id": 5, "chat": 7, "text": "halo"}),
    ("callback_query", {"id": 5}),
    ("edited_message", {"chat": {"id": 1, "type": "private"}, "from": {"id": "x"}, "text": "a"}),
    ("my_chat_member", [1, 2, 3]),
)
"""Kinds that the program knows, in a form that it does not."""
UNKNOWN: tuple[Any, ...] = (
    {"something_new": {"of": "a later Bot API"}},
    {"poll": {"id": "77", "question": "?"}},
    {"message_reaction": {"emoji": "👍"}},
    {},
)
"""Updates that are nothing for the program."""


class Crowd:
    """Some people, new in each round."""

    def __init__(self, stage: Stage, people: int) -> None:
        self._stage = stage
        self.people = [stage.peer.person(f"Warga {number}") for number in range(people)]

    def write(self, messages: int) -> list[Said]:
        """So many messages from people taken at random, of all kinds."""
        dice = self._stage.dice
        return [self.say(dice.choice(self.people), dice.choice(WORDS)) for _ in range(messages)]

    def say(self, person: TelegramUser, words: tuple[str, str]) -> Said:
        """One message of one person."""
        peer = self._stage.peer
        update = peer.say(person, words[0])
        return self._entered(update, words[1])

    def say_late(self, person: TelegramUser, words: tuple[str, str]) -> Said:
        """One message that does not wait for its person's earlier ones on its way."""
        peer = self._stage.peer
        message = peer.account.write(person.as_chat(), person, {"text": words[0]})
        return self._entered(peer.inject("message", message), words[1], ordered=False)

    def _entered(self, update: int, marks: str, ordered: bool = True) -> Said:
        message = self._stage.peer.update(update)["message"]
        place = (message["chat"]["id"], message["message_id"])
        return self._stage.ledger.say(place, update, marks, ordered)

    def edit(self, said: Said, words: tuple[str, str]) -> None:
        """The message says something else now."""
        update = self._stage.peer.edit(int(said.update_ids[0]), words[0])
        self._stage.ledger.edit(said, update, words[1])

    def repeat(self, said: Said) -> None:
        """Its updates come once more."""
        for update_id in said.update_ids:
            self._stage.peer.repeat(int(update_id))

    def send_unreadable(self) -> None:
        """An update that must end among the dead letters."""
        kind, value = self._stage.dice.choice(UNREADABLE)
        self._stage.ledger.junk.append(Junk(str(self._stage.peer.inject(kind, value))))

    def send_unknown(self) -> None:
        """An update that must be confirmed and harm nobody."""
        update = dict(self._stage.dice.choice(UNKNOWN))
        update["update_id"] = self._stage.peer.inject_raw(update)
