"""Keeps Slack's SDKs from writing what people said into our logs."""

from __future__ import annotations

import logging

from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

_log = logging.getLogger("toritsugi.slack")


_AGAIN = "画面を開けませんでした。もう一度お試しください。"


def quiet() -> logging.Logger:
    """Set the SDKs' loggers once and return a silent one for web clients.

    Below WARNING, Bolt logs whole requests. The web client logs the beginning of any answer that is no JSON as an
    error, and an answer may hold messages of a channel: what failed is told by our own codes instead.
    """
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    silent = logging.getLogger("slack_sdk.silent")
    silent.setLevel(logging.CRITICAL + 1)
    return silent


def failed(error: Exception, *, command: bool = False) -> BoltResponse:
    """The 500 for whatever went wrong, logged by class and Slack's code only: errors carry responses and values.

    A command whose form Slack would not open lost nothing: its words ask to try again instead.
    """
    code = error.response.get("error", "") if isinstance(error, SlackApiError) else ""
    _log.error("slack listener failed: %s %s", type(error).__name__, str(code)[:40])
    if command and isinstance(error, SlackApiError):
        return BoltResponse(status=200, body=_AGAIN)
    return BoltResponse(status=500, body="")
