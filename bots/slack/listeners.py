"""What our Bolt app does with each kind of click (聞き手): stored before it is acknowledged, or shown at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import command, names, shows, wish
from bots.slack.blocks import Block
from bots.slack.case_view import notice_view
from bots.slack.gate import Stranger, Unsure, look, of_stranger
from bots.slack.parse import SlackArrival, unspoken
from bots.slack.parts import SlackParts
from bots.slack.reply_form import reply_preview
from bots.slack.report import report_form

_UNSURE: Final = (
    "あなたがゲストでないことを、Slack に確かめられませんでした。すこし待って、もう一度押してください。",
    "急ぐときは、受付の画面で見てください。",
)


class Listeners:
    """One municipality's listeners; none of them holds anything."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def store(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A click that changes something."""
        await self._keep(context["arrival"])
        await ack()

    async def show(self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A click that opens a modal."""
        arrival: SlackArrival = context["arrival"]
        try:
            view = await asyncio.to_thread(self._looked, shows.shown, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, unspoken(arrival))  # its job audits and tells them
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
        await self._keep(arrival)
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
            form = await asyncio.to_thread(self._looked, shows.with_template, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, unspoken(arrival))
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
            view = await asyncio.to_thread(self._looked, command.looked_up, arrival)
        except Stranger:
            await asyncio.to_thread(self._parts.accept, unspoken(arrival))
            await ack(response_action="clear")
        else:
            await ack(response_action="update", view=view)

    async def _keep(self, arrival: SlackArrival) -> None:
        """Store it for its job; of what a stranger sends, no word that they typed."""
        strange = await asyncio.to_thread(of_stranger, self._parts, arrival)
        await asyncio.to_thread(self._parts.accept, unspoken(arrival) if strange else arrival)

    def _looked(self, draw: Callable[[SlackParts, SlackArrival], Block], arrival: SlackArrival) -> Block:
        """The modal, once Slack has said that it is nobody's guest who asks. Blocks; raises `Stranger`."""
        try:
            look(self._parts, arrival)
        except Unsure:
            return notice_view("いま開けません", *_UNSURE)
        return draw(self._parts, arrival)


def _call_first() -> dict[str, Any]:
    return notice_view(
        "▲ 先に 110・119 へ",
        "通報を受けつけ、当番を呼び出しています。",
        "まだのときは、いますぐ 110（警察）か 119（救急・消防）に電話してください。",
    )
