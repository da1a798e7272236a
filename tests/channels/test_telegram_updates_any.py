"""Whatever an update holds, reading it harms nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels import UnreadableUpdate
from bot.channels.telegram_updates import Address, read_update, update_key
from tests.peers.telegram_account import Json, TelegramGroup, TelegramUser, from_user
from tests.peers.telegram_peer import TelegramPeer

BOT = "cekdulu_uji_bot"
SITI = TelegramUser(501, "Siti", language="id")
RINI = TelegramUser(502, "Rini", "Wati")
GROUP = TelegramGroup(-1000000000801, "Warga RT 3")
OFFER = "Loker Phnom Penh, gaji 15 juta, tiket ditanggung"
BUTTONS = {"inline_keyboard": [[{"text": "Rincian", "callback_data": "detail:7"}]]}

ANY_CHARACTER = st.characters(exclude_categories=())
"""Half surrogate pairs included, which JSON can spell."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(ANY_CHARACTER, max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def sound_updates() -> list[Json]:
    """One update of every kind that is read."""
    peer = TelegramPeer(username=BOT)
    peer.account.write(SITI.as_chat(), peer.account.me, {"text": "BAHAYA", "reply_markup": BUTTONS})
    said = peer.say(SITI, OFFER, origin=from_user(RINI))
    ids = [
        said,
        peer.edit(said, "baru"),
        peer.press(SITI, peer.sent[0], "Rincian"),
        peer.block(SITI),
        peer.say(RINI, f"@{BOT} cek", group=GROUP, reply_to=peer.say(SITI, OFFER, group=GROUP)),
        peer.photo(SITI, caption="lihat"),
    ]
    return [peer.update(number) for number in ids]


SOUND = sound_updates()


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _places(value[key], (*path, key))


def _inside(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@given(st.sampled_from(SOUND), st.data(), JSON)
def test_one_wrong_field_never_breaks_more_than_its_update(sound: Json, data: st.DataObject, wrong: Any) -> None:
    """Whatever stands in the place of any field, the answer is a reading, None or UnreadableUpdate."""
    update = copy.deepcopy(sound)
    *path, last = data.draw(st.sampled_from(list(_places(update))))
    _inside(update, tuple(path))[last] = wrong
    try:
        received = read_update(update, BOT)
    except UnreadableUpdate:
        return
    if received is not None:
        received.incoming.text.encode()
        Address.unpack(received.address)
    update_key(update)


@given(st.sampled_from(SOUND), st.data(), JSON)
def test_unknown_fields_change_nothing(sound: Json, data: st.DataObject, value: Any) -> None:
    """A later Bot API may add fields anywhere."""
    update = copy.deepcopy(sound)
    objects = [path for path in [(), *_places(update)] if isinstance(_inside(update, path), dict)]
    _inside(update, data.draw(st.sampled_from(objects)))["field_of_tomorrow"] = value
    assert read_update(update, BOT) == read_update(sound, BOT)


@given(st.text(min_size=1))
@example("𝗚𝗮𝗷𝗶 15 jt 👨‍👩‍👧\u200b")
def test_any_words_survive(text: str) -> None:
    """A private text comes exactly as it was written."""
    update = copy.deepcopy(SOUND[0])
    update["message"]["text"] = text
    received = read_update(json.loads(json.dumps(update)), BOT)
    assert received is not None
    assert received.incoming.text == text


@pytest.mark.parametrize(
    ("spelt", "text"),
    [pytest.param(r"a\ud83d", "a�", id="half"), pytest.param(r"\ud83d\ude00", "😀", id="pair")],
)
def test_half_surrogate_pairs(spelt: str, text: str) -> None:
    """What JSON can spell and UTF-8 cannot hold is replaced, so that nothing behind stumbles over it."""
    update = copy.deepcopy(SOUND[0])
    update["message"]["text"] = json.loads(f'"{spelt}"')
    received = read_update(update, BOT)
    assert received is not None
    assert received.incoming.text == text


def test_update_keys() -> None:
    """An update is known by its id, a broken one by its fingerprint, the wordless pictures of an album as one."""
    album = {"media_group_id": "88", "photo": []}
    assert update_key({"update_id": 12, "message": {"text": "a"}}) == "12"
    assert update_key({"a": 1, "b": 2}) == update_key({"b": 2, "a": 1}) != update_key({"a": 2})
    assert update_key({"update_id": 13, "message": album}) == update_key({"update_id": 14, "message": album})
    assert update_key({"update_id": 15, "message": album | {"caption": OFFER}}) == "15"


@pytest.mark.parametrize("address", [Address(0), Address(-5, 0, 7), Address(3, query="q")])
def test_an_address_survives_packing(address: Address) -> None:
    """Whatever ids an update named; found by fuzzing: a chat of number 0 was left out."""
    unpacked = Address.unpack(address.pack())
    assert (unpacked.chat, unpacked.reply_to or None, unpacked.thread, unpacked.query) == (
        address.chat, address.reply_to or None, address.thread, address.query
    )  # fmt: skip


@pytest.mark.parametrize("packed", ["", "[]", "5", '{"chat": 1, "street": 2}', "{}"])
def test_only_addresses_are_unpacked(packed: str) -> None:
    """Anything else is refused with ValueError or TypeError."""
    with pytest.raises((ValueError, TypeError)):
        Address.unpack(packed)
