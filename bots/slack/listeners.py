"""What our Bolt app does with each kind of click (聞き手): stored before it is acknowledged, or shown at once."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import command, names, shows, wish
from bots.slack.case_view import notice_view
from bots.slack.gate import Stranger
from bots.slack.parse import SlackArrival, unspoken
from bots.slack.parts import SlackParts
from bots.slack.reply_form import reply_preview
from bots.slack.report import report_form


class Listeners:
    """One municipality's listeners; none of them holds anything."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def store(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A click that changes something."""
        await asyncio.to_thread(self._parts.accept, context["arrival"])
        await ack()

    async def show(self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A click that opens a modal."""
        arrival: SlackArrival = context["arrival"]
        try:
            view = await asyncio.to_thread(shows.shown, self._parts, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, unspoken(arrival))  # as above: audited and told by its job
        else:
            present = client.views_push if command.in_modal(arrival) else client.views_open
            await present(trigger_id=arrival.trigger_id, view=view)
        await ack()

    async def submit(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A modal that is sent."""
        arrival: SlackArrival = context["arrival"]
        if errors := wish.faults(arrival):
            await ack(response_action="errors", errors=errors)
            return
        await asyncio.to_thread(self._parts.accept, arrival)
        if arrival.name == names.REPORT_SEND and wish.danger_chosen(arrival):
            await ack(response_action="update", view=_call_first())
        else:
            await ack(response_action="clear")

    async def preview(self, ack: AsyncAck, context: AsyncBoltContext, body: dict[str, Any]) -> None:
        """返信, first step: shown again before it is sent."""
        arrival: SlackArrival = context["arrival"]
        if errors := wish.faults(arrival):
            await ack(response_action="errors", errors=errors)
            return
        carried = str(body["view"].get("private_metadata", ""))
        words = wish.typed(arrival, wish.field_of(arrival, "reply"))
        await ack(response_action="update", view=reply_preview(words, carried, self._parts.office.undo_seconds))

    async def danger(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient, body: dict[str, Any]
    ) -> None:
        """「いま危ない」 was answered in a report."""
        arrival: SlackArrival = context["arrival"]
        view, said = body.get("view", {}), wish.danger_chosen(arrival)
        form = report_form(first=wish.typed(arrival, "what"), channel=arrival.channel_id, danger=said)
        await client.views_update(view_id=view.get("id"), hash=view.get("hash"), view=form)
        await ack()

    async def template(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient, body: dict[str, Any]
    ) -> None:
        """A template was chosen in 返信."""
        arrival: SlackArrival = context["arrival"]
        view = body.get("view", {})
        try:
            form = await asyncio.to_thread(shows.with_template, self._parts, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, arrival)
        else:
            await client.views_update(view_id=view.get("id"), hash=view.get("hash"), view=form)
        await ack()

    async def more(self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """An option of a card's menu."""
        # The gate let pass what is known only, so the option names one of our acts.
        if context["arrival"].name in names.SHOWING_ACTIONS:
            await self.show(ack, context, client)
        else:
            await self.store(ack, context)

    async def find(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A case is looked for by its number."""
        arrival: SlackArrival = context["arrival"]
        try:
            view = await asyncio.to_thread(command.looked_up, self._parts, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, arrival)  # as above: audited and told by its job
            await ack(response_action="clear")
        else:
            await ack(response_action="update", view=view)


def _call_first() -> dict[str, Any]:
    return notice_view(
        "▲ 先に 110・119 へ",
        "通報を受けつけ、当番を呼び出しています。",
        "まだのときは、いますぐ 110（警察）か 119（救急・消防）に電話してください。",
    )
