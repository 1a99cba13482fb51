"""The Bolt app: every listener of our bot, the same for HTTP and for Socket Mode.

A click that changes something is stored before it is acknowledged and done by its job (`act`); a click that shows
something is answered at once (`shows`). Whatever has no listener is stored as seen, so that nothing gets a 404.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import names
from bots.slack.gate import turned_away
from bots.slack.listeners import Listeners
from bots.slack.parse import from_payload
from bots.slack.parts import SlackParts
from bots.slack.quiet import failed, quiet

_TIMEOUT_S = 2
"""Slack waits 3 s for the acknowledgement, and a trigger lives as long."""


def make_bolt(parts: SlackParts) -> AsyncApp:
    """A new app with all listeners. Call it inside a running loop; it opens no connection by itself.

    Signatures are not checked here but on the raw bytes (`http.verify`), before anything is decoded.
    """
    app = AsyncApp(
        name="toritsugi",
        signing_secret=parts.signing_secret,
        client=AsyncWebClient(base_url=parts.api_base, timeout=_TIMEOUT_S, logger=quiet()),
        # Our own answer instead of a call of auth.test, which would stand between a click and its acknowledgement.
        authorize=_authorize(parts),
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(_gate(parts))
    app.error(_failed)
    _listen(app, parts)
    return app


def _authorize(parts: SlackParts) -> Any:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=parts.bot_token)

    return authorize


def _gate(parts: SlackParts) -> Any:
    async def gate(body: dict[str, Any], context: AsyncBoltContext, next_: Any) -> BoltResponse | None:
        arrival = from_payload(body, context.get("retry_num"))
        answer = await turned_away(parts, arrival)
        if answer is None:
            context["arrival"] = arrival
            await next_()
        return answer

    return gate


def _listen(app: AsyncApp, parts: SlackParts) -> None:
    told = Listeners(parts)
    for name in names.MORE:
        app.action(name)(told.more)
    app.action(names.TEMPLATE)(told.template)
    for name in names.CHANGING_ACTIONS:
        app.action(name)(told.store)
    for name in names.SHOWING_ACTIONS - {names.DANGER}:
        app.action(name)(told.show)
    app.action(names.DANGER)(told.danger)
    for name in names.STORED_SUBMITS:
        app.view(name)(told.submit)
    app.view(names.REPLY_DRAFT)(told.preview)
    for name in (*names.SHORTCUTS, names.MESSAGE_SHORTCUT):
        app.shortcut(name)(told.show)
    for name in names.MENU_ACTIONS:
        app.action(name)(told.show)
    app.view(names.FIND_SEND)(told.find)
    app.command(names.COMMAND)(told.show)


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    return failed(error, command="command" in body)
