"""The words by which the bot introduces itself on Telegram."""

from __future__ import annotations

import re

import pytest

from bot.channels.telegram_profile import PROFILES, Profile

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.language or "everybody")


@every_profile
def test_lengths(profile: Profile) -> None:
    """Telegram takes 512 and 120 characters, and commands of small letters with up to 256 of description."""
    assert len(profile.description) <= 512
    assert len(profile.short_description) <= 120
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", command) for command, _ in profile.commands)
    assert all(1 <= len(description) <= 256 for _, description in profile.commands)


@every_profile
def test_no_safety_is_promised(profile: Profile) -> None:
    """Nothing is called safe, and the main command stands first."""
    words = f"{profile.description} {profile.short_description} {profile.commands}".lower()
    assert not re.search(r"\b(aman|safe)\b", words)
    assert profile.commands[0][0] == "cek"


def test_every_language_has_the_same_commands() -> None:
    """A menu differs in its words only, and somebody without a profile of their own has one."""
    first, *others = ([command for command, _ in profile.commands] for profile in PROFILES)
    assert all(commands == first for commands in others)
    assert "" in [profile.language for profile in PROFILES]
