"""What a raw Telegram update means to the bot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.channels import Received, UnreadableUpdate
from bot.channels.telegram_updates import Address, read_update
from bot.messages import Incoming
from tests.peers.telegram_account import (
    Json,
    TelegramGroup,
    TelegramUser,
    from_channel,
    from_chat,
    from_hidden,
    from_user,
)
from tests.peers.telegram_peer import Sent, TelegramPeer

BOT = "cekdulu_uji_bot"
SITI = TelegramUser(501, "Siti", language="id")
RINI = TelegramUser(502, "Rini", "Wati")
OFFER = "Loker Phnom Penh, gaji 15 juta, tiket ditanggung"


@pytest.fixture
def peer() -> TelegramPeer:
    return TelegramPeer(username=BOT)


def read(peer: TelegramPeer, update_id: int) -> Received | None:
    return read_update(peer.update(update_id), BOT)


def incoming(peer: TelegramPeer, update_id: int) -> Incoming:
    received = read(peer, update_id)
    assert received is not None
    return received.incoming


def bot_message(peer: TelegramPeer, chat: Json, text: str = "BAHAYA") -> Sent:
    """A message of the bot with a button, as if it had been sent."""
    buttons = {"inline_keyboard": [[{"text": "Rincian", "callback_data": "detail:7"}]]}
    peer.account.write(chat, peer.account.me, {"text": text, "reply_markup": buttons})
    return peer.sent[-1]


def test_a_private_text(peer: TelegramPeer) -> None:
    """Words come exactly as written, with the language; the answer goes to the chat, as a reply to the message."""
    received = read(peer, peer.say(SITI, " Halo 😀\n𝗚𝗮𝗷𝗶 "))
    assert received is not None
    assert received.incoming == Incoming(id="1", kind="text", text=" Halo 😀\n𝗚𝗮𝗷𝗶 ", language="id")
    assert received.sender == "501"
    assert Address.unpack(received.address) == Address(chat=501, reply_to=1)


def test_the_sender_is_not_shown(peer: TelegramPeer) -> None:
    """Neither the repr of what was read nor the id of a private message tells who wrote it."""
    received = read(peer, peer.say(SITI, "halo"))
    assert received is not None
    assert "501" not in repr(received)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/start posko-12", "/start posko-12", id="deep-link"),
        pytest.param(f"/cek@{BOT} tawaran ini", "/cek tawaran ini", id="own-name"),
        pytest.param(f"/CEK@{BOT.upper()}", "/CEK", id="case"),
        pytest.param("/cek@bot_lain", "/cek@bot_lain", id="other-name"),
        pytest.param(f"tanya @{BOT} ya", f"tanya @{BOT} ya", id="mention-is-text"),
    ],
)
def test_private_commands(peer: TelegramPeer, text: str, expected: str) -> None:
    """The bot's own name goes from a command; everything else stays."""
    assert incoming(peer, peer.say(SITI, text)).text == expected


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        pytest.param(from_user(RINI), "Rini Wati", id="user"),
        pytest.param(from_hidden("Agen Jaya"), "Agen Jaya", id="hidden"),
        pytest.param(from_hidden(""), "?", id="nameless"),
        pytest.param(from_chat(TelegramGroup(-5, "Grup Loker", "group")), "Grup Loker", id="chat"),
        pytest.param(from_channel("Info Kerja"), "Info Kerja", id="channel"),
        pytest.param({"type": "hologram", "date": 1}, "?", id="unknown-type"),
    ],
)
def test_forwards(peer: TelegramPeer, origin: Json, name: str) -> None:
    """A forward tells the visible name of its origin."""
    seen = incoming(peer, peer.say(SITI, OFFER, origin=origin))
    assert (seen.text, seen.forwarded_from) == (OFFER, name)


@pytest.mark.parametrize(
    ("content", "kind", "text", "attachment"),
    [
        pytest.param({"photo": [{"file_id": "a"}], "caption": OFFER}, "text", OFFER, "photo", id="caption"),
        pytest.param({"photo": [{"file_id": "a"}]}, "unsupported", "", "photo", id="photo"),
        pytest.param({"sticker": {}}, "unsupported", "", "sticker", id="sticker"),
        pytest.param({"voice": {}}, "unsupported", "", "voice", id="voice"),
        pytest.param({"animation": {}, "document": {}}, "unsupported", "", "animation", id="animation"),
        pytest.param({"venue": {}, "location": {}}, "unsupported", "", "venue", id="venue"),
        pytest.param({"hologram": {}}, "unsupported", "", "other", id="later-bot-api"),
    ],
)
def test_media(peer: TelegramPeer, content: Json, kind: str, text: str, attachment: str) -> None:
    """A caption is read like a text; media without words is told by its kind, also one that nobody knows yet."""
    seen = incoming(peer, peer.post(SITI, content))
    assert (seen.kind, seen.text, seen.attachment) == (kind, text, attachment)


def test_an_edit_has_the_id_of_its_message(peer: TelegramPeer) -> None:
    """The words are the new ones."""
    said = peer.say(SITI, "gaji 5 juta")
    first, edited = incoming(peer, said), incoming(peer, peer.edit(said, "gaji 15 juta"))
    assert (edited.kind, edited.text, edited.id) == ("edit", "gaji 15 juta", first.id)


def test_a_pressed_button(peer: TelegramPeer) -> None:
    """The action is the callback_data; the answer goes under the message with the button and ends the waiting."""
    message = bot_message(peer, SITI.as_chat())
    received = read(peer, peer.press(SITI, message, "Rincian"))
    assert received is not None
    address = Address.unpack(received.address)
    assert (received.incoming.kind, received.incoming.action) == ("button", "detail:7")
    assert (address.chat, address.reply_to) == (501, message.message_id)
    assert address.query == received.incoming.id != ""


def test_a_button_under_a_vanished_message(peer: TelegramPeer) -> None:
    """Telegram then tells only chat and number of the message; the press still counts."""
    vanished = {"chat": SITI.as_chat(), "message_id": 9, "date": 0}
    query = {"id": "77", "from": SITI.as_user(), "message": vanished, "chat_instance": "1", "data": "detail:7"}
    received = read(peer, peer.inject("callback_query", query))
    assert received is not None
    assert received.incoming.action == "detail:7"


def test_blocking_and_unblocking(peer: TelegramPeer) -> None:
    """Stopping and restarting the bot are told as such."""
    assert [incoming(peer, do(SITI)).kind for do in (peer.block, peer.unblock)] == ["blocked", "unblocked"]


GROUP = TelegramGroup(-1000000000801, "Warga RT 3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"@{BOT} ini bener gak? {OFFER}", f"ini bener gak? {OFFER}", id="mention-first"),
        pytest.param(f"halo @{BOT.upper()}, tolong", "halo tolong", id="mention-inside"),
        pytest.param(f"/cek@{BOT} {OFFER}", f"/cek {OFFER}", id="command"),
        pytest.param(f"@{BOT}", "", id="nothing-but-mention"),
    ],
)
def test_addressed_in_a_group(peer: TelegramPeer, text: str, expected: str) -> None:
    """A mention or a command by name is for the bot; its name goes from the words."""
    received = read(peer, peer.say(SITI, text, group=GROUP))
    assert received is not None
    assert (received.incoming.kind, received.incoming.text, received.incoming.in_group) == ("text", expected, True)
    assert Address.unpack(received.address).chat == GROUP.id
    assert received.sender == "501"


def test_a_reply_to_the_bot_in_a_group(peer: TelegramPeer) -> None:
    """Needs no mention; the bot's own message is not read."""
    message = bot_message(peer, GROUP.as_chat())
    assert incoming(peer, peer.say(SITI, "terima kasih", group=GROUP, reply_to=message)).text == "terima kasih"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OFFER, id="chatter"),
        pytest.param("/cek", id="bare-command"),
        pytest.param("/cek@bot_lain", id="other-command"),
        pytest.param(f"/cek@bot_lain @{BOT}", id="other-command-with-mention"),
        pytest.param(f"tulis ke orang@{BOT}.example", id="mail-address"),
        pytest.param(f"@{BOT}2", id="longer-name"),
    ],
)
def test_group_chatter_is_not_for_the_bot(peer: TelegramPeer, text: str) -> None:
    """What is not addressed to the bot is left alone, as a message and as an edit."""
    said = peer.say(SITI, text, group=GROUP)
    assert read(peer, said) is None
    assert read(peer, peer.edit(said, text)) is None


@pytest.mark.parametrize(
    ("asking", "expected"),
    [
        pytest.param(f"@{BOT}", OFFER, id="mention-only"),
        pytest.param(f"@{BOT} cek dulu dong, bener gak ini?", OFFER, id="mention-asks"),
        pytest.param(f"/cek@{BOT}", OFFER, id="command"),
        pytest.param(f"@{BOT} saya disekap", f"saya disekap\n\n{OFFER}", id="tells-more"),
        pytest.param(f"/kontak@{BOT}", "/kontak", id="other-command"),
    ],
)
def test_asking_for_somebody_elses_message(peer: TelegramPeer, asking: str, expected: str) -> None:
    """Who answers a message with a mention of the bot wants that message checked; own words are not lost."""
    said = peer.say(RINI, OFFER, group=GROUP, origin=from_hidden("Agen Jaya"))
    seen = incoming(peer, peer.say(SITI, asking, group=GROUP, reply_to=said))
    assert seen.text == expected
    assert seen.forwarded_from == ("" if expected == "/kontak" else "Agen Jaya")


@pytest.mark.parametrize(
    ("words", "expected"),
    [pytest.param("cek", OFFER, id="asks"), pytest.param("gajinya 9 juta", "gajinya 9 juta", id="tells")],
)
def test_answering_oneself_in_private(peer: TelegramPeer, words: str, expected: str) -> None:
    """ "cek" as an answer to an earlier message means that one; other words stand for themselves."""
    said = peer.say(SITI, OFFER)
    assert incoming(peer, peer.say(SITI, words, reply_to=said)).text == expected


def test_a_forum_topic_is_answered_in_the_topic(peer: TelegramPeer) -> None:
    """The address keeps the topic."""
    said = peer.post(SITI, {"text": f"@{BOT} halo", "message_thread_id": 44, "is_topic_message": True}, group=GROUP)
    received = read(peer, said)
    assert received is not None
    assert Address.unpack(received.address).thread == 44


def _membership(peer: TelegramPeer, member: Json, kind: str = "supergroup") -> int:
    chat = GROUP.as_chat() | {"type": kind}
    return peer.inject("my_chat_member", {"chat": chat, "from": SITI.as_user(), "new_chat_member": member})


@pytest.mark.parametrize(
    "member",
    [{"status": "kicked", "until_date": 0}, {"status": "left"}, {"status": "restricted", "can_send_messages": False}],
    ids=["kicked", "left", "muted"],
)
def test_put_out_of_a_group(peer: TelegramPeer, member: Json) -> None:
    """Of the group and of who did it; nobody has stopped the bot for themselves by that."""
    received = read(peer, _membership(peer, member))
    assert received is not None
    assert (received.incoming.kind, received.sender, received.group) == ("put_out", "501", str(GROUP.id))
    unmuted = _membership(peer, {"status": "restricted", "can_send_messages": True})
    assert read(peer, unmuted) is None


@pytest.mark.parametrize(
    ("here", "told"),
    [(-801, {"migrate_to_chat_id": GROUP.id}), (GROUP.id, {"migrate_from_chat_id": -801})],
    ids=["in-the-group", "in-the-supergroup"],
)
def test_a_group_becomes_a_supergroup(peer: TelegramPeer, here: int, told: Json) -> None:
    """Said in both, by Telegram's own bot in the new one; either alone is enough to follow."""
    chat = {"id": here, "type": "group" if here == -801 else "supergroup", "title": "Petugas"}
    sender = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": 5, "date": 1, "from": sender, "chat": chat} | told
    received = read(peer, peer.inject("message", message))
    assert received is not None
    assert (received.incoming.kind, received.group, received.group_before) == ("moved", str(GROUP.id), "-801")
    assert Address.unpack(received.incoming.group_address) == Address(GROUP.id)


@pytest.mark.parametrize(
    ("text", "overheard"),
    [("/kelompok_petugas Kapuas", True), ("/KASUS", True), (f"/kasus@{BOT}", False), (f"@{BOT} halo", False)],
)
def test_commands_that_are_overheard(peer: TelegramPeer, text: str, overheard: bool) -> None:
    """Without the bot's name only those that were asked for; who names the bot is heard as ever."""
    received = read_update(peer.update(peer.say(SITI, text, group=GROUP)), BOT, {"/kasus", "/kelompok_petugas"})
    assert received is not None
    assert received.incoming.overheard == overheard
    assert (received.group, Address.unpack(received.incoming.group_address)) == (str(GROUP.id), Address(GROUP.id))


def test_what_is_not_overheard(peer: TelegramPeer) -> None:
    """Other bots' commands, words that only begin alike, forwards and later changes."""
    said = [peer.say(SITI, text, group=GROUP) for text in ("/kasus@bot_lain", "/kasusku", "kasus", "/cek")]
    said.append(peer.say(SITI, "/kasus", group=GROUP, origin=from_hidden("Agen")))
    said.append(peer.edit(peer.say(SITI, "/kasus", group=GROUP), "/kasus"))
    assert [read_update(peer.update(one), BOT, {"/kasus"}) for one in said] == [None] * len(said)


def _message(peer: TelegramPeer, **fields: Any) -> int:
    message = {"message_id": 1, "date": 1, "from": SITI.as_user(), "chat": SITI.as_chat(), "text": OFFER}
    return peer.inject("message", message | fields)


@pytest.mark.parametrize(
    "put",
    [
        pytest.param(lambda peer: peer.inject("hologram", {"a": 1}), id="unknown-kind"),
        pytest.param(lambda peer: peer.inject("channel_post", {"text": OFFER}), id="channel-post"),
        pytest.param(lambda peer: _message(peer, chat={"id": -9, "type": "channel"}), id="channel"),
        pytest.param(lambda peer: _message(peer, **{"from": SITI.as_user() | {"is_bot": True}}), id="bot"),
        pytest.param(lambda peer: _message(peer, **{"from": None}), id="nobody"),
        pytest.param(lambda peer: _message(peer, text=None, pinned_message={}), id="service"),
        pytest.param(lambda peer: peer.edit(peer.post(SITI, {"location": {}}), ""), id="moving-location"),
        pytest.param(lambda peer: _membership(peer, {"status": "member"}), id="invited-to-a-group"),
        pytest.param(lambda peer: _membership(peer, {"status": "administrator"}), id="made-admin-of-a-group"),
        pytest.param(lambda peer: _membership(peer, {"status": "kicked"}, kind="channel"), id="put-out-of-a-channel"),
        pytest.param(
            lambda peer: peer.inject("callback_query", {"id": "1", "from": SITI.as_user(), "inline_message_id": "a"}),
            id="inline-button",
        ),
    ],
)
def test_nothing_for_the_bot(peer: TelegramPeer, put: Callable[[TelegramPeer], int]) -> None:
    """Such updates are passed over in silence."""
    assert read(peer, put(peer)) is None


@pytest.mark.parametrize(
    ("update", "field"),
    [
        pytest.param({}, "update_id", id="no-id"),
        pytest.param({"update_id": True}, "update_id", id="id-is-no-number"),
        pytest.param({"update_id": 1, "message": "rahasia"}, "message", id="no-object"),
        pytest.param({"update_id": 1, "message": {"text": "rahasia"}}, "message.chat", id="no-chat"),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": "rahasia", "type": "private"}, "from": {"id": 1}, "text": "a"}},
            "message.message_id",
            id="no-message-id",
        ),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": ["rahasia"]}},
            "message.text",
            id="text-is-no-text",
        ),
        pytest.param({"update_id": 1, "my_chat_member": {"chat": 3}}, "my_chat_member.chat", id="membership"),
    ],
)
def test_unreadable_updates(update: Json, field: str) -> None:
    """The field is named; what it holds is not."""
    with pytest.raises(UnreadableUpdate) as caught:
        read_update(update, BOT)
    assert str(caught.value).startswith(f"{field}: expected ")
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize(
    ("update", "sender"),
    [
        ({"update_id": 1, "message": {"from": {"id": 77}, "chat": "rahasia"}}, "77"),
        ({"update_id": 1, "callback_query": {"from": {"id": 77}, "message": 3}}, "77"),
        ({"update_id": 1, "message": {"chat": {"id": 77}, "from": []}}, "77"),
        ({"update_id": 1, "message": {"chat": {"id": -5, "type": "group"}, "from": {"id": "77"}, "text": 5}}, ""),
        ({"update_id": 1, "message": [{"from": {"id": 77}}]}, ""),
    ],
    ids=["from", "button", "private-chat", "group", "no-object"],
)
def test_sender_of_an_unreadable_update(update: Json, sender: str) -> None:
    """Where it can be seen who sent it, it can be erased when they wish so."""
    with pytest.raises(UnreadableUpdate) as caught:
        read_update(update, BOT)
    assert caught.value.sender == sender


def test_a_press_tells_what_the_answer_was_about(peer: TelegramPeer) -> None:
    """Telegram sends the answered message along, so that its words need not be kept to be reported."""
    message = {
        "message_id": 9,
        "date": 1,
        "chat": SITI.as_chat(),
        "reply_to_message": {"message_id": 7, "text": OFFER, "forward_origin": {}},
    }
    for about, forwarded, answered in (
        (message, True, 7),
        (message | {"reply_to_message": {"message_id": 6, "caption": OFFER}}, False, 6),
        (message | {"reply_to_message": {"caption": OFFER}}, False, 9),
    ):
        update = {"id": "1", "from": SITI.as_user(), "data": "report:x", "message": about}
        received = read(peer, peer.inject("callback_query", update))
        assert received is not None
        assert (received.incoming.about, received.incoming.about_forwarded) == (OFFER, forwarded)
        # The answer goes to the person's message too, so that its own buttons know those words.
        assert Address.unpack(received.address).reply_to == answered


@pytest.mark.parametrize(
    ("text", "answered", "about"),
    [
        ("/lapor", {"from": {"id": 3}, "text": OFFER}, OFFER),
        ("/lapor", {"from": {"id": 3, "username": BOT}, "text": "⛔ BAHAYA"}, ""),
        ("ini gimana ya ceritanya", {"from": {"id": 3}, "text": OFFER}, ""),
    ],
    ids=["to-a-message", "to-the-bot", "no-command"],
)
def test_a_command_in_reply(peer: TelegramPeer, text: str, answered: Json, about: str) -> None:
    """Only a command is about the message that it answers, and never about the bot's own words."""
    received = read(peer, _message(peer, text=text, reply_to_message=answered))
    assert received is not None
    assert received.incoming.about == about
