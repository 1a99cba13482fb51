"""The product around the bot, as small as it can be, and the servers that its tests run it in."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from slack_town import Town
from slack_world import NOW, walk

from bots.simulator.client import SimulatorClient
from bots.slack import post
from bots.slack.act import handle
from bots.slack.app import make_bolt
from bots.slack.card import card
from bots.slack.dispatch import dispatch
from bots.slack.http import BadSignature, verify
from bots.slack.notice import drawn
from bots.slack.parse import SlackArrival, parse
from bots.slack.parts import SlackParts
from bots.slack.socket import SocketLink
from handoff import ledger, plan_store, view
from handoff.records import Ticket

TEAM, CHANNEL, STAFF = "T0MIHON", "C0MADOGUCHI", "U0UKETSUKE"


@dataclass
class Desk:
    """The product around the bot, as small as it can be: jobs run at once, in the thread that accepted."""

    town: Town
    parts: SlackParts
    sim: SimulatorClient
    seen: set[str]

    def draw(self, case_id: int, ts: str | None = None) -> str:
        """Post or update the card of a case as it is now."""
        with self.town.sessions() as session:
            found = ledger.case_and_ticket(session, "mihon", case_id)
            assert found is not None
            item = view.item_of(self.town.office, session, *found)
            made = card(item, plan_store.plan_of(self.town.office.sealer, found[1]), NOW)
        client = post.make_client(self.parts.bot_token, self.parts.api_base)
        assert post.check_channel(client, CHANNEL) == post.Channel(CHANNEL)
        if ts:
            result = post.update_card(client, CHANNEL, ts, made, case_id=case_id, version=item.version)
        else:
            result = post.post_card(client, CHANNEL, made, case_id, item.version)
        assert isinstance(result, str)
        return result

    def accept(self, arrival: SlackArrival) -> bool:
        if arrival.event_key in self.seen:
            return False
        self.seen.add(arrival.event_key)
        payload = json.loads(json.dumps(arrival.payload))
        with self.town.sessions.begin() as session:
            notices = handle(self.parts.act, session, payload, NOW, len(self.seen))
        client = post.make_client(self.parts.bot_token, self.parts.api_base)
        for notice in notices:
            if notice.fate_of is None:
                blocks = drawn(notice)
                assert post.ephemeral(client, notice.channel_id, notice.user_id, notice.text, blocks) is None
        return True

    def choose(self, ts: str, act: str, user: str = STAFF) -> Any:
        """Choose an act in one of the card's menus."""
        (message,) = (found for found in self.sim.channel()["messages"] if found["ts"] == ts)
        for element in walk(message["blocks"]):
            for option in element.get("options", []):
                if json.loads(option["value"])["do"] == act:
                    return self.sim.press(ts, element["action_id"], user=user, value=option["value"])
        raise AssertionError(f"no {act} on the card")

    def until(self, found: Callable[[], Any]) -> Any:
        """Wait for something that happens after Slack's answer."""
        deadline = time.monotonic() + 10
        while not (result := found()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return result

    def ticket(self, case_id: int) -> Ticket:
        with self.town.sessions() as session:
            row = session.get(Ticket, case_id)
            assert row is not None
            return row

    def whispers(self) -> list[str]:
        return [str(message["text"]) for message in self.sim.channel()["ephemerals"]]


def product(parts: SlackParts, mode: str) -> FastAPI:
    """The route as the composition has it, or a Socket Mode link."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.bolt = make_bolt(parts)
        if mode == "http":
            yield
            return
        link = SocketLink(app.state.bolt, parts)
        await link.connect_async()  # type: ignore[no-untyped-call]
        yield
        await link.close_async()  # type: ignore[no-untyped-call]

    app = FastAPI(lifespan=lifespan)

    @app.post("/slack/mihon")
    async def slack(request: Request) -> Response:
        body = await request.body()
        try:
            verify(body, request.headers, parts.signing_secret, time.time())
        except BadSignature:
            return Response(status_code=401)
        retry = request.headers.get("x-slack-retry-num")
        arrival = parse(body, request.headers.get("content-type", ""), retry)
        answer = await dispatch(app.state.bolt, parts, arrival)
        return Response(answer.body, answer.status, media_type=answer.content_type)

    return app
