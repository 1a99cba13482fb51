"""Sealing (封): AES-256-GCM with one data key per case, per contact, and per day of the inbox.

Envelope: version (1 byte) | key id (8 bytes) | nonce (12 bytes) | ciphertext and tag.
The associated data ties a value to its tenant, table, column and row, so that a copied cell does not open elsewhere.
Destroying a data key makes everything under it unreadable, in backups too (crypto-shredding).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_HEADER = 9
_NONCE = 12


class Unreadable(Exception):
    """A sealed value does not open: wrong key, moved cell, or changed bytes. The message holds no content."""


class KeyDestroyed(Unreadable):
    """The data key was destroyed on purpose (the person asked to delete)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a sealed value stands. Becomes its associated data."""

    tenant: str
    table: str
    column: str
    row_id: int

    def aad(self) -> bytes:
        """Unambiguous bytes of the four parts."""
        return "\x1f".join((self.tenant, self.table, self.column, str(self.row_id))).encode()


class DataKeys(Protocol):
    """Gives data keys by id. Raises `KeyDestroyed` when a key is gone."""

    def get(self, key_id: int) -> bytes:
        """The 32 bytes of data key `key_id`."""
        ...


class Sealer:
    """Seals and opens cells with data keys. Thread-safe; keeps the last 512 ciphers in memory."""

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys
        self._ciphers: OrderedDict[int, AESGCM] = OrderedDict()
        self._lock = threading.Lock()

    def seal(self, key_id: int, cell: Cell, plain: bytes) -> bytes:
        """The envelope of `plain` for `cell` under data key `key_id`."""
        nonce = os.urandom(_NONCE)
        header = bytes([_VERSION]) + key_id.to_bytes(8, "big")
        return header + nonce + self._cipher(key_id).encrypt(nonce, plain, header + cell.aad())

    def open(self, cell: Cell, envelope: bytes) -> bytes:
        """The plain bytes. Raises `Unreadable`, or `KeyDestroyed` when the key was shredded."""
        if len(envelope) < _HEADER + _NONCE + 16 or envelope[0] != _VERSION:
            raise Unreadable("not an envelope")
        header, nonce = envelope[:_HEADER], envelope[_HEADER : _HEADER + _NONCE]
        cipher = self._cipher(int.from_bytes(header[1:], "big"))
        try:
            return cipher.decrypt(nonce, envelope[_HEADER + _NONCE :], header + cell.aad())
        except InvalidTag:
            raise Unreadable("the seal does not match its place or key") from None

    def seal_text(self, key_id: int, cell: Cell, text: str) -> bytes:
        """`seal` of UTF-8; lone surrogates, which LINE never sends but JSON can spell, become U+FFFD."""
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return self.seal(key_id, cell, whole.encode("utf-8"))

    def open_text(self, cell: Cell, envelope: bytes) -> str:
        """`open` as UTF-8 text."""
        return self.open(cell, envelope).decode("utf-8")

    def forget(self, key_id: int) -> None:
        """Drop a cipher from memory (call after its key was destroyed)."""
        with self._lock:
            self._ciphers.pop(key_id, None)

    def _cipher(self, key_id: int) -> AESGCM:
        with self._lock:
            cipher = self._ciphers.get(key_id)
            if cipher is not None:
                self._ciphers.move_to_end(key_id)
                return cipher
        cipher = AESGCM(self._keys.get(key_id))
        with self._lock:
            self._ciphers[key_id] = cipher
            if len(self._ciphers) > 512:
                self._ciphers.popitem(last=False)
        return cipher


class BlindIndex:
    """Finds a row by a channel id, phone or receipt code without storing it (版つき HMAC-SHA256)."""

    VERSION = 1

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def of(self, tenant: str, kind: str, value: str) -> str:
        """Lower-case hex of 32 bytes, prefixed by the pepper version: `1:…`."""
        message = "\x1f".join((tenant, kind, value)).encode("utf-8", "replace")
        return f"{self.VERSION}:{hmac.new(self._pepper, message, hashlib.sha256).hexdigest()}"
