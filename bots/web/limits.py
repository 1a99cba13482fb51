"""How often one may write (回数の上限). Danger is never refused: callers ask only after the alarm stayed silent."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bots.partners.codes import TRIES

_PER_CONTACT = RateLimitItemPerMinute(30)
_PER_ADDRESS = RateLimitItemPerMinute(120)
_NEW = RateLimitItemPerHour(60)
"""A library or a school shares one address, so a newcomer there must not wait for others."""
_DOORS = RateLimitItemPerMinute(30)
_CODES = RateLimitItemPerHour(TRIES)


class Gauge:
    """Counts in this process's memory, of hashes under a key that nobody keeps."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(32)

    def may_write(self, address: str, contact_id: int) -> bool:
        """Whether one more message from here and of this contact is fine."""
        contact = self._window.hit(_PER_CONTACT, "write", str(contact_id))
        return self._window.hit(_PER_ADDRESS, "write", self._of(address)) and contact

    def may_begin(self, address: str) -> bool:
        """Whether one more talk may begin from here."""
        return self._window.hit(_NEW, "begin", self._of(address))

    def may_try(self, address: str) -> bool:
        """Whether one more link or passphrase may be tried from here."""
        return self._window.hit(_DOORS, "try", self._of(address))

    def may_guess(self, address: str) -> bool:
        """Whether fewer than `TRIES` wrong enrolment codes came from here within the hour."""
        return self._window.test(_CODES, "code", self._of(address))

    def guessed(self, address: str) -> None:
        """Count a wrong enrolment code."""
        self._window.hit(_CODES, "code", self._of(address))

    def _of(self, address: str) -> str:
        return hmac.new(self._key, address.encode(), hashlib.sha256).hexdigest()
