"""The Bolt app: every listener of our bot, the same for HTTP and for Socket Mode.

A click that changes something is stored before it is acknowledged and done by its job (`act`); a click that shows
something is answered at once (`shows`). Whatever has no listener is stored as seen, so that nothing gets a 404.
"""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import command, names, shows, wish
from bots.slack.case_view import notice_view
from bots.slack.forms import reply_preview
from bots.slack.gate import Stranger, turned_away
from bots.slack.parse import SlackArrival, from_payload, unspoken
from bots.slack.parts import SlackParts
from bots.slack.quiet import failed, quiet
from bots.slack.report import report_form

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
    async def store(ack: AsyncAck, context: AsyncBoltContext) -> None:
        await asyncio.to_thread(parts.accept, context["arrival"])
        await ack()

    async def show(ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        arrival: SlackArrival = context["arrival"]
        try:
            view = await asyncio.to_thread(shows.shown, parts, arrival)
        except Stranger:
            await asyncio.to_thread(parts.accept, unspoken(arrival))  # as above: audited and told by its job
        else:
            present = client.views_push if command.in_modal(arrival) else client.views_open
            await present(trigger_id=arrival.trigger_id, view=view)
        await ack()

    async def submit(ack: AsyncAck, context: AsyncBoltContext) -> None:
        arrival: SlackArrival = context["arrival"]
        if errors := wish.faults(arrival):
            await ack(response_action="errors", errors=errors)
            return
        await asyncio.to_thread(parts.accept, arrival)
        if arrival.name == names.REPORT_SEND and wish.danger_chosen(arrival):
            await ack(response_action="update", view=_call_first())
        else:
            await ack(response_action="clear")

    async def preview(ack: AsyncAck, context: AsyncBoltContext, body: dict[str, Any]) -> None:
        arrival: SlackArrival = context["arrival"]
        if errors := wish.faults(arrival):
            await ack(response_action="errors", errors=errors)
            return
        carried = str(body["view"].get("private_metadata", ""))
        await ack(response_action="update", view=reply_preview(wish.typed(arrival, "reply"), carried))

    async def danger(ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient, body: dict[str, Any]) -> None:
        arrival: SlackArrival = context["arrival"]
        view, said = body.get("view", {}), wish.danger_chosen(arrival)
        form = report_form(first=wish.typed(arrival, "what"), channel=arrival.channel_id, danger=said)
        await client.views_update(view_id=view.get("id"), hash=view.get("hash"), view=form)
        await ack()

    for name in names.CHANGING_ACTIONS:
        app.action(name)(store)
    for name in names.SHOWING_ACTIONS - {names.DANGER}:
        app.action(name)(show)
    app.action(names.DANGER)(danger)
    for name in names.STORED_SUBMITS:
        app.view(name)(submit)
    app.view(names.REPLY_DRAFT)(preview)
    for name in (*names.SHORTCUTS, names.MESSAGE_SHORTCUT):
        app.shortcut(name)(show)
    for name in names.MENU_ACTIONS:
        app.action(name)(show)
    app.view(names.FIND_SEND)(_finding(parts))
    app.command(names.COMMAND)(show)


def _finding(parts: SlackParts) -> Any:
    async def find(ack: AsyncAck, context: AsyncBoltContext) -> None:
        arrival: SlackArrival = context["arrival"]
        try:
            view = await asyncio.to_thread(command.looked_up, parts, arrival)
        except Stranger:
            await asyncio.to_thread(parts.accept, arrival)  # as above: audited and told by its job
            await ack(response_action="clear")
        else:
            await ack(response_action="update", view=view)

    return find


def _call_first() -> dict[str, Any]:
    return notice_view(
        "▲ 先に 110・119 へ",
        "通報を受けつけ、当番を呼び出しています。",
        "まだのときは、いますぐ 110（警察）か 119（救急・消防）に電話してください。",
    )


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    return failed(error, command="command" in body)
