"""Settings: what the environment may say, and what an operator hears when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, explain_settings, read_settings

LONG = "sandi-yang-panjang-sekali-untuk-uji-coba"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_needs_to_be_set() -> None:
    """A fresh machine gets the chat in the terminal, a database beside it and the packaged knowledge."""
    settings = read_settings()
    assert (settings.telegram_token, settings.telegram_webhook_url, settings.knowledge_dir) == (None, None, None)
    assert settings.database_url.endswith("/cekdulu.db")
    assert settings.host == "127.0.0.1"


GOOD = [
    ("telegram_token", "123:abc"),
    ("telegram_api_base", "http://127.0.0.1:8081/"),
    ("telegram_api_base", "http://[::1]:8081"),
    ("telegram_webhook_url", "https://bot.example/cek/"),
    ("telegram_webhook_secret", "a" * 32),
    ("telegram_webhook_secret", "Aa0_-" * 51),
    ("person_secret", LONG),
    ("encryption_keys", LONG),
    ("encryption_keys", f"{LONG}, {LONG}2"),
    ("production", "yes"),
    ("database_url", "sqlite:////var/lib/cekdulu/x.db"),
    ("database_url", "sqlite+aiosqlite:///x.db"),
    ("database_url", "postgres://bot@db.example/x"),
    ("database_url", "postgresql+psycopg://bot@db.example/x"),
    ("port", "0"),
    ("port", "65535"),
    ("keep_case_days", "30"),
    ("invitation_hours", "0.5"),
    ("log_level", "debug"),
    ("knowledge_dir", "pengetahuan"),
]

BAD = [
    ("telegram_api_base", "api.telegram.example"),
    ("telegram_api_base", "ftp://api.example"),
    ("telegram_api_base", "http://"),
    ("telegram_api_base", "http://[rusak"),
    ("telegram_webhook_url", "https://bot.example/a b"),
    ("telegram_webhook_secret", "a" * 31),
    ("telegram_webhook_secret", "rahasia dengan spasi yang cukup panjang"),
    ("person_secret", "pendek"),
    ("encryption_keys", f"{LONG},pendek"),
    ("encryption_keys", " , "),
    ("production", "mungkin"),
    ("database_url", "mysql://x"),
    ("database_url", "cekdulu.db"),
    ("database_url", "sqlite://"),
    ("database_url", "sqlite:///:memory:"),
    ("port", "seribu"),
    ("port", "65536"),
    ("port", "-1"),
    ("keep_case_days", "0"),
    ("invitation_hours", "0"),
    ("invitation_hours", "1000"),
    ("keep_tombstone_days", "1"),
    ("log_level", "berisik"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_good(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Each is taken as it is meant."""
    monkeypatch.setenv(name.upper(), value)
    assert name in read_settings().model_fields_set


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The variable is named with what is expected; what stood in it is not repeated."""
    monkeypatch.setenv(name.upper(), value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    expected = Settings.model_fields[name].description
    assert str(error.value).splitlines() == [
        "Lingkungan belum benar:", f"{name.upper()}: isinya tidak bisa dipakai. {expected}"
    ]  # fmt: skip
    assert error.value.exit_code == 2
    assert error.value.__cause__ is None


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start is enough to hear of everything."""
    for name, value in dict(BAD).items():
        monkeypatch.setenv(name.upper(), value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert {line.partition(":")[0] for line in str(error.value).splitlines()[1:]} == {name.upper() for name, _ in BAD}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_empty_is_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A variable that is there and empty, as many hosts have them, is like one that is not there."""
    monkeypatch.setenv(name.upper(), "")
    assert read_settings() == Settings()
    assert read_settings().model_fields_set == set()


def test_addresses_lose_their_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are joined to them."""
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example/")
    assert read_settings().telegram_webhook_url == "https://bot.example"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in repr, as in a traceback, nor where the settings are explained."""
    for name in ("telegram_webhook_secret", "person_secret", "encryption_keys"):
        monkeypatch.setenv(name.upper(), LONG)
    monkeypatch.setenv("TELEGRAM_TOKEN", f"1:{LONG}")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://bot:{LONG}@db.example/x")
    settings = read_settings()
    assert LONG not in f"{settings!r} {settings}"
    explained = {name: state for name, state, _ in explain_settings(settings)}
    assert LONG not in str(explained)
    assert {name for name, state in explained.items() if state == "diisi"} == {
        "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PERSON_SECRET", "ENCRYPTION_KEYS", "DATABASE_URL"
    }  # fmt: skip


def test_every_variable_is_explained() -> None:
    """In the order in which they are declared, each with a sentence."""
    explained = explain_settings(read_settings())
    assert [name for name, _, _ in explained] == [name.upper() for name in Settings.model_fields]
    assert all(len(description) > 10 for _, _, description in explained)


def test_settings_do_not_change() -> None:
    """What was read at the start stays."""
    settings = read_settings()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings, "knowledge_dir", Path("lain"))  # noqa: B010 (mypy knows that it cannot be)
