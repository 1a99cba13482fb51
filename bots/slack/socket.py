"""Socket Mode: Slack for offices without an inbound address. The same app and the same way in as over HTTP."""

from __future__ import annotations

import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bots.slack.dispatch import respond
from bots.slack.parse import BadBody, from_payload
from bots.slack.parts import SlackParts

_log = logging.getLogger("toritsugi.slack")


class SocketLink(AsyncSocketModeHandler):
    """A connection that keeps itself up, made inside a running loop."""

    def __init__(self, app: AsyncApp, parts: SlackParts) -> None:
        if not parts.app_token:
            raise ValueError("Socket Mode needs an app token")
        super().__init__(app, parts.app_token)
        self._bolt = app
        self._parts = parts

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Acknowledge an envelope once it is safe; without an acknowledgement Slack sends it again."""
        started = time.time()
        try:
            arrival = from_payload(req.payload, str(req.retry_attempt or 0))
        except BadBody as fault:
            _log.warning("slack envelope refused: %s", fault)
            return
        await send_async_response(client, req, await respond(self._bolt, self._parts, arrival), started)
