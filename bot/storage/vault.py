"""Vault: personal text is sealed (AES-256-GCM) before it reaches a table, so that no file or dump can be read.

*Sealed* text names its key, so that keys can be changed: the first key seals, every key opens. A column of the type
``Sealed`` does both by itself; what was stored before there was a vault is read as it is and sealed by ``reseal``.
"""

from __future__ import annotations

import hashlib
import logging
import os
from base64 import b64encode
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, ColumnElement, Dialect, Text, TypeDecorator, type_coerce

log = logging.getLogger(__name__)

_FORM: Final = "~1"
"""How sealed text begins; then 4 characters that name the key, then nonce and ciphertext in base64."""
_HEAD = len(_FORM) + 4
_NONCE = 12
"""Bytes, random. One key is good for four thousand million texts (NIST SP 800-38D, 8.3): change it once a year."""


class Vault:
    """Seals with the first key, opens with any."""

    __slots__ = ("_ciphers", "_heads", "_told")

    def __init__(self, *secrets: bytes) -> None:
        """``secrets``: any bytes, at least one; keys are derived from them, and from nothing else."""
        keys = [_key(secret) for secret in secrets]
        self._heads = [_FORM + _name(key) for key in keys]
        self._ciphers = {head: AESGCM(key) for head, key in zip(reversed(self._heads), reversed(keys), strict=True)}
        self._told = False

    def __repr__(self) -> str:
        return "Vault(…)"

    @property
    def heads(self) -> tuple[str, ...]:
        """How texts sealed with each of the keys begin, in the order of the keys; says nothing about a key."""
        return tuple(self._heads)

    @property
    def newest(self) -> str:
        """How text sealed with the first key begins."""
        return self._heads[0]

    def seal(self, words: str, place: str) -> str:
        """The text so that only this vault can read it, and only as from ``place`` ("inbox.raw")."""
        head, nonce = self._heads[0], os.urandom(_NONCE)
        ciphertext = self._ciphers[head].encrypt(nonce, words.encode("utf-8", "surrogatepass"), place.encode())
        return head + b2a_base64(nonce + ciphertext, newline=False).decode("ascii")

    def open(self, stored: str, place: str) -> str:
        """The text as it was sealed; text that was never sealed, and what no key opens, as it is stored.

        Never raises: one text that cannot be opened must not hold up those read together with it. Whoever reads it on
        finds no JSON in it.
        """
        cipher = self._ciphers.get(stored[:_HEAD])
        if cipher is not None:
            try:
                sealed = a2b_base64(stored[_HEAD:], strict_mode=True)
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode()).decode("utf-8", "surrogatepass")
            except (InvalidTag, NotBase64, ValueError):
                self._tell("was changed or moved since it was sealed")
        elif is_sealed(stored):
            self._tell("was sealed with a key that is not among ENCRYPTION_KEYS and PERSON_SECRET")
        return stored

    def _tell(self, what: str) -> None:
        if not self._told:
            log.error("vault: stored text cannot be read: it %s", what)
            self._told = True


class Sealed(TypeDecorator[str]):
    """A text column that holds sealed text; empty text and NULL stay as they are."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        """``place``: "table.column"; sealed text copied to another place cannot be opened there."""
        super().__init__()
        self.place = place

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """What seals a value on its way to the database."""
        vault, place = _vaults.get(dialect), self.place

        def seal(words: str | None) -> str | None:
            if not words:
                return words
            assert vault is not None, "this database was opened without a vault"
            return vault.seal(words, place)

        return seal

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None]:
        """What opens a value on its way from the database."""
        vault, place = _vaults.get(dialect), self.place

        def opened(stored: str | None) -> str | None:
            return vault.open(stored, place) if stored and vault is not None else stored

        return opened


def is_sealed(stored: str) -> bool:
    """Whether the text as stored is sealed."""
    return stored.startswith(_FORM)


def head_of(sealed: str) -> str:
    """How a sealed text begins: the same for all that one key sealed."""
    return sealed[:_HEAD]


def as_stored(column: Column[Any]) -> ColumnElement[Any]:
    """The column as it stands in the table: nothing is opened."""
    return type_coerce(column, Text).label(column.name) if isinstance(column.type, Sealed) else column


def use_vault(dialect: Dialect, vault: Vault) -> None:
    """Have all ``Sealed`` columns of an engine use the vault; before its first statement."""
    _vaults[dialect] = vault


_vaults: WeakKeyDictionary[Dialect, Vault] = WeakKeyDictionary()


def _key(secret: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"cekdulu texts at rest").derive(secret)


def _name(key: bytes) -> str:
    """Four characters by which a key is known again and that say nothing about it."""
    return b64encode(hashlib.sha256(b"name of the key\0" + key).digest()[:3]).decode()
