"""LINE's side of the webhook: signed bodies to the product, and redelivery until it answers 2xx."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2

from bots.simulator.faults import DELIVERY_KINDS, Fault
from bots.simulator.line_schema import Json
from bots.simulator.signatures import line_signature
from bots.simulator.world import Attempt, Delivery, World

Event = dict[str, Any]
TARGET = "line.webhook"
GROUP_ID = "C" + "0" * 31 + "1"


async def emit(world: World, event: Event) -> Delivery:
    """Send one event, with the next ordered trouble if there is one. Returns after the first try."""
    fault = world.faults.take(TARGET, DELIVERY_KINDS)
    kind = fault.kind if fault else ""
    spoil(event, kind)
    if kind in {"reorder", "hold"}:
        return _hold(world, event)
    delivery = await send(world, [event], fault)
    await _release_reordered(world)
    if kind == "duplicate":
        await send(world, [event])
    return delivery


def spoil(event: Event, kind: str) -> None:
    """Turn an event into the odd one that a fault orders."""
    if kind == "no_user_id":
        event["source"].pop("userId", None)
    elif kind == "standby":
        event["mode"] = "standby"
        event.pop("replyToken", None)
    elif kind == "group":
        event["source"] = {"type": "group", "groupId": GROUP_ID, "userId": event["source"].get("userId")}


def _hold(world: World, event: Event) -> Delivery:
    delivery = Delivery(event["webhookEventId"], "line", [event["type"]], _body(world, [event]))
    world.deliveries.append(delivery)
    world.held.append(delivery)
    return delivery


async def _release_reordered(world: World) -> None:
    """Send what waited, after the later event: held events arrive out of order."""
    waiting, world.held[:] = list(world.held), []
    for delivery in waiting:
        await _first_try(world, delivery, None)


async def release(world: World) -> int:
    """Send everything that is held; how many."""
    count = len(world.held)
    await _release_reordered(world)
    return count


async def send(world: World, events: list[Event], fault: Fault | None = None) -> Delivery:
    """Send one webhook with these events and return after the first try; redelivery goes on in the background."""
    identity = events[0]["webhookEventId"] if events else "verification"
    delivery = Delivery(identity, "line", [event["type"] for event in events], _body(world, events))
    world.deliveries.append(delivery)
    await _first_try(world, delivery, fault)
    return delivery


async def redeliver(world: World, event_id: str) -> Delivery:
    """Send a webhook again as LINE does: the same body, only `isRedelivery` true. Raises KeyError."""
    for delivery in reversed(world.deliveries):
        if delivery.channel == "line" and delivery.id == event_id:
            world.counters.webhook_redeliveries += 1
            delivery.attempts.append(await _post(world, _as_redelivery(delivery.body)))
            world.touch()
            return delivery
    raise KeyError(event_id)


async def _first_try(world: World, delivery: Delivery, fault: Fault | None) -> None:
    bad = fault is not None and fault.kind == "bad_signature"
    attempt = await _post(world, delivery.body, bad_signature=bad)
    delivery.attempts.append(attempt)
    delivery.settled = _accepted(attempt) or bad or not delivery.kinds  # a verification is not repeated
    world.counters.webhooks_sent += 1
    world.touch()
    if not delivery.settled:
        world.spawn(_redeliver_until_accepted(world, delivery))


async def _redeliver_until_accepted(world: World, delivery: Delivery) -> None:
    again = _as_redelivery(delivery.body)
    for delay in world.settings.redelivery_delays_s:
        await asyncio.sleep(delay)
        world.counters.webhook_redeliveries += 1
        attempt = await _post(world, again)
        delivery.attempts.append(attempt)
        world.touch()
        if _accepted(attempt):
            delivery.settled = True
            return
    world.counters.webhook_failures += 1
    world.touch()


async def _post(world: World, body: Json, *, bad_signature: bool = False) -> Attempt:
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    secret = world.settings.line_channel_secret + ("x" if bad_signature else "")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "LineBotWebhook/2.0",
        "X-Line-Signature": line_signature(secret, raw),
    }
    at = world.clock.now()
    try:
        response = await world.client.post(
            f"/line/{world.settings.tenant}",
            content=raw,
            headers=headers,
            timeout=world.settings.webhook_timeout_s,
        )
    except httpx2.TransportError as error:
        return Attempt(at, 0, _reason(error))
    return Attempt(at, response.status_code, "" if response.is_success else "error_status_code")


def _accepted(attempt: Attempt) -> bool:
    return 200 <= attempt.status < 300


def _reason(error: httpx2.TransportError) -> str:
    """LINE's own words for the kinds of failure."""
    return "request_timeout" if isinstance(error, httpx2.TimeoutException) else "could_not_connect"


def _body(world: World, events: list[Event]) -> Json:
    return {"destination": world.settings.bot_user_id, "events": json.loads(json.dumps(events))}


def _as_redelivery(body: Json) -> Json:
    events = [{**event, "deliveryContext": {"isRedelivery": True}} for event in body["events"]]
    return {**body, "events": events}
