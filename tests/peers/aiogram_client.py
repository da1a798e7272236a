"""A Bot API client that is not ours, pointed at the pretend Telegram, to prove the one with the other."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.peers.telegram_peer import TelegramPeer


def aiogram_bot(peer: TelegramPeer, token: str = "") -> Bot:
    """aiogram's client for the peer, with the peer's token unless another is given; close it after use."""
    return Bot(token or peer.token, session=AiohttpSession(api=TelegramAPIServer.from_base(peer.url)))


def keyboard(label: str, data: str) -> InlineKeyboardMarkup:
    """One button."""
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=data)]])
