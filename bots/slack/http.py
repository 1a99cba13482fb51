"""Slack's signature, checked on the raw bytes before anything is decoded."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

WINDOW_S: Final = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class BadSignature(Exception):
    """The request was not signed by Slack for us, or not within five minutes. The message names the check only."""


def verify(body: bytes, headers: Mapping[str, str], signing_secret: str, now_s: float) -> None:
    """Return only if Slack signed exactly these bytes at most five minutes from `now_s` (Unix seconds).

    Header names may be in any case. Raises `BadSignature` on a missing or malformed header, an old or future
    timestamp, a wrong signature, and on an empty secret, under which everybody could sign.
    """
    if not signing_secret:
        raise BadSignature("no signing secret")
    found = {name.lower(): value for name, value in headers.items()}
    timestamp = found.get("x-slack-request-timestamp", "")
    signature = found.get("x-slack-signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise BadSignature("malformed header")
    if abs(now_s - int(timestamp)) > WINDOW_S:
        raise BadSignature("outside the time window")
    if not hmac.compare_digest(sign(body, timestamp, signing_secret), signature):
        raise BadSignature("wrong signature")


def sign(body: bytes, timestamp: str, signing_secret: str) -> str:
    """Slack's `v0=` signature of `body` at `timestamp` (Unix seconds as text)."""
    base = b"v0:" + timestamp.encode("ascii") + b":" + body
    return "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()
