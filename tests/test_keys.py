"""Keys: where the secrets come from, and that nobody is answered for real without one."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from bot.keys import SecretUnusable, in_production, read_keys
from bot.settings import Settings
from bot.storage import pseudonym

LONG = "sandi-yang-panjang-sekali-untuk-uji-coba"
OTHER = "sandi-lain-yang-juga-panjang-untuk-uji-coba"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def settings(**values: str) -> Settings:
    return Settings.model_validate({"database_url": "sqlite:///cekdulu.db", **values})


@pytest.mark.parametrize(
    ("values", "production"),
    [
        ({}, False),
        ({"telegram_token": "1:a"}, True),
        ({"telegram_token": "1:a", "telegram_api_base": "http://127.0.0.1:8081"}, False),
        ({"telegram_token": "1:a", "telegram_api_base": "http://127.0.0.1.example"}, True),
        ({"database_url": "postgresql://bot@db.example/x"}, True),
        ({"telegram_token": "1:a", "production": "no"}, False),
        ({"production": "yes"}, True),
    ],
    ids=["nothing", "token", "pretend-telegram", "loopback-in-a-name", "postgresql", "said-no", "said-yes"],
)
def test_production_needs_a_secret(values: dict[str, str], production: bool, tmp_path: Path) -> None:
    """Where people really write, the bot does not start without a secret, says how to make one and makes no file."""
    found = settings(**values)
    assert in_production(found) == production
    if not production:
        read_keys(found)
        return
    with pytest.raises(SecretUnusable, match=r"PERSON_SECRET belum diisi.*token_urlsafe") as caught:
        read_keys(found)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    read_keys(found.model_copy(update={"person_secret": settings(person_secret=LONG).person_secret}))
    assert list(tmp_path.iterdir()) == []


def test_trial_makes_a_key_and_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file for its owner's eyes beside the database; the warning names it, and shows nothing of it."""
    with caplog.at_level(logging.WARNING):
        first, again = read_keys(settings()), read_keys(settings())
    file = tmp_path / "cekdulu.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first.person.value == again.person.value == file.read_bytes()
    assert again.vault.open(first.vault.seal("halo", "inbox.raw"), "inbox.raw") == "halo"
    assert [record.getMessage().count("cekdulu.key") for record in caplog.records] == [1, 1]


def test_encryption_keys_can_be_added_and_changed() -> None:
    """The first of them seals; all of them, and the person secret, open; the pseudonyms stay."""
    alone = read_keys(settings(person_secret=LONG))
    added = read_keys(settings(person_secret=LONG, encryption_keys=OTHER))
    changed = read_keys(settings(person_secret=LONG, encryption_keys=f"{LONG[::-1]}, {OTHER}"))
    for older in (alone, added):
        assert changed.vault.open(older.vault.seal("halo", "inbox.raw"), "inbox.raw") == "halo"
    assert len({keys.vault.newest for keys in (alone, added, changed)}) == 3
    assert {pseudonym(keys.person.value, "telegram", "5") for keys in (alone, added, changed)} == {
        pseudonym(LONG.encode(), "telegram", "5")
    }


def test_keys_do_not_show() -> None:
    """Not in the repr that a traceback or log would hold."""
    found = settings(person_secret=LONG, encryption_keys=OTHER)
    assert not any(secret in f"{found!r} {read_keys(found)!r}" for secret in (LONG, OTHER))
