"""The terminal as a channel: what a picture shows is said in words."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.channels import Delivered
from bot.channels.terminal import Terminal
from bot.messages import Button, Reply
from tests.test_chart import CHART


@pytest.mark.parametrize(
    ("reply", "printed"),
    [
        (Reply("📊 8 kasus", (Button("1. Lagi", "x"),), picture=CHART), "📊 8 kasus\nGambar: 8 kasus.\n  1. Lagi\n\n"),
        (Reply("", picture=CHART), "Gambar: 8 kasus.\n\n"),
        (Reply("satu\n\ndua"), "satu\n\ndua\n\n"),
    ],
)
async def test_a_picture_in_words(reply: Reply, printed: str) -> None:
    """Below the text, above the buttons; alone where there is no text; nothing where there is no picture."""
    written = io.StringIO()
    assert await Terminal(Console(file=written, width=80)).deliver("{}", reply) == Delivered("")
    assert written.getvalue() == printed
