"""Keys: the secret of the pseudonyms and the vault of the stored texts, from the environment or, on trial, from a file.

*On trial* is a bot that nobody's life hangs on: no TELEGRAM_TOKEN (or a pretend Telegram on this machine) and a SQLite
file. Its key is made and kept beside the database. In *production* the keys come from the environment: a key that lies
beside what it locks protects nobody, and a key that is lost makes everybody a stranger.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.failures import Failure
from bot.settings import Settings
from bot.storage.secret import Secret, key_file, load_secret
from bot.storage.vault import Vault

log = logging.getLogger(__name__)

MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
"""How an operator makes a secret."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SecretUnusable(Failure):
    """There is no secret where one must be, or it can neither be read nor made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What makes people pseudonyms and their texts unreadable."""

    person: Secret
    """Key of the pseudonyms."""
    vault: Vault
    """Seals and opens stored texts."""


def read_keys(settings: Settings, *, make: bool = True) -> Keys:
    """The keys of this process; raises SecretUnusable with one sentence that shows none of them.

    ``make``: on trial, a key file that is missing is made; False where a new key would be of no use. Texts are sealed with the first of ENCRYPTION_KEYS, else with a key derived from the person secret, which opens in
    any case what was sealed before ENCRYPTION_KEYS were set.
    """
    person = _person_secret(settings, make)
    others = settings.encryption_keys.get_secret_value().split() if settings.encryption_keys else []
    return Keys(person, Vault(*(key.encode() for key in others), person.value))


def in_production(settings: Settings) -> bool:
    """Whether the keys must come from the environment."""
    if settings.production is not None:
        return settings.production
    on_telegram = settings.telegram_token is not None and urlsplit(settings.telegram_api_base).hostname not in _LOOPBACK
    return on_telegram or not settings.database_url.startswith("sqlite")


def _person_secret(settings: Settings, make: bool) -> Secret:
    given = settings.person_secret.get_secret_value() if settings.person_secret else None
    if given is None and in_production(settings):
        raise SecretUnusable(
            "PERSON_SECRET belum diisi, padahal bot ini dipakai sungguhan. Buat sekali dengan"
            f" {MAKE_ONE}, isikan, dan simpan salinannya di tempat aman (untuk coba-coba: PRODUCTION=no)."
        )
    file = key_file(settings.database_url)
    if given is None and not make and not file.exists():
        raise SecretUnusable(
            f"Berkas kunci {file} tidak ada. Taruh di sana salinannya dari waktu itu, atau isi PERSON_SECRET."
        )
    try:
        secret = load_secret(given, file)
    except OSError as error:
        raise SecretUnusable(
            f"Berkas kunci {file.name} di samping database tidak bisa dibaca atau dibuat ({error.strerror})."
            " Periksa izin foldernya, atau isi PERSON_SECRET."
        ) from None
    except ValueError as error:
        raise SecretUnusable(str(error)) from None
    if given is None and make:
        log.warning("PERSON_SECRET is not set: the key is the file %s beside the database; for trial only", file.name)
    return secret
