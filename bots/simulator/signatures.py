"""The two signatures, as LINE and Slack compute them over the raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac


def line_signature(channel_secret: str, body: bytes) -> str:
    """base64(HMAC-SHA256(channel secret, raw body)): LINE's X-Line-Signature."""
    return base64.b64encode(hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()).decode()


def slack_signature(signing_secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the hex HMAC-SHA256 over `v0:{timestamp}:{raw body}`: Slack's X-Slack-Signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()
