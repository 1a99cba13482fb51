"""LINE's side of the webhook: signed bodies to the product, and redelivery until it answers 2xx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from bots.simulator.faults import DELIVERY_KINDS, STRAY_KINDS, Fault, mangled
from bots.simulator.line_schema import Json
from bots.simulator.signatures import line_signature
from bots.simulator.world import Attempt, Delivery, World

Event = dict[str, Any]
TARGET = "line.webhook"
GROUP_ID = "C" + "0" * 31 + "1"
ROOM_ID = "R" + "0" * 31 + "1"


async def emit(world: World, event: Event) -> Delivery:
    """Send one event, with the next ordered trouble if there is one. Returns after the first try."""
    fault = world.faults.take(TARGET, DELIVERY_KINDS)
    kind = fault.kind if fault else ""
    spoil(world, event, kind)
    if kind in STRAY_KINDS:
        await _stray(world, event, kind)
        fault = None
    if kind in {"reorder", "hold"}:
        return _hold(world, event)
    delivery = await send(world, [event], fault)
    await _release_reordered(world)
    if kind == "duplicate":
        await send(world, [event])
    return delivery


def spoil(world: World, event: Event, kind: str) -> None:
    """Turn an event into the odd one that a fault orders."""
    change = _SPOILERS.get(kind)
    if change is not None:
        change(event)
    if kind in {"group", "room"} and (token := event.get("replyToken")):
        world.line.group(GROUP_ID if kind == "group" else ROOM_ID)
        world.line.tokens[token].user_id = GROUP_ID if kind == "group" else ROOM_ID


def _standby(event: Event) -> None:
    event["mode"] = "standby"
    event.pop("replyToken", None)


def _in(kind: str, key: str, place: str) -> Callable[[Event], None]:
    def change(event: Event) -> None:
        event["source"] = {"type": kind, key: place, "userId": event["source"].get("userId")}

    return change


def _future_fields(event: Event) -> None:
    """Fields that LINE has not invented yet, at every level."""
    for part in (event, event["source"], event["deliveryContext"], event.get("message")):
        if isinstance(part, dict):
            part["fromTheFuture"] = {"level": 1, "list": [None, "✓"]}


def _future_message(event: Event) -> None:
    if "message" in event:
        event["message"] = {"id": event["message"]["id"], "type": "hologram", "hologram": {"level": 1}}


_SPOILERS: Mapping[str, Callable[[Event], object]] = {
    "no_user_id": lambda event: event["source"].pop("userId", None),
    "no_reply_token": lambda event: event.pop("replyToken", None),
    "no_event_id": lambda event: event.pop("webhookEventId", None),
    "no_quote_token": lambda event: event.get("message", {}).pop("quoteToken", None),
    "standby": _standby,
    "group": _in("group", "groupId", GROUP_ID),
    "room": _in("room", "roomId", ROOM_ID),
    "future_mode": lambda event: event.update(mode="napping"),
    "future_source": _in("planet", "planetId", "P1"),
    "future_fields": _future_fields,
    "future_message": _future_message,
}


async def _stray(world: World, event: Event, kind: str) -> None:
    """A request that LINE never sent: unsigned, mangled or meant for another account. The true one follows it."""
    body = _body(world, [event])
    if kind == "other_destination":
        body["destination"] = "U" + "0" * 31 + "c"
    raw = mangled(_written(body), kind)
    headers = _headers(world, raw)
    if kind == "no_signature":
        del headers["X-Line-Signature"]
    elif kind == "odd_signature":
        headers["X-Line-Signature"] = "ぁ署名".encode()
    delivery = Delivery(f"stray-{world.ids.hex(8)}", "line", [kind], {}, [await _request(world, raw, headers)], True)
    world.deliveries.append(delivery)


def _hold(world: World, event: Event) -> Delivery:
    delivery = Delivery(str(event.get("webhookEventId", "none")), "line", [event["type"]], _body(world, [event]))
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
    identity = str(events[0].get("webhookEventId", "none")) if events else "verification"
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
    if not world.account.active and delivery.kinds:  # the verification of the console is always sent
        delivery.attempts.append(Attempt(world.clock.now(), 0, "webhook_stopped"))
        world.touch()
        return
    bad = fault is not None and fault.kind == "bad_signature"
    attempt = await _post(world, delivery.body, bad_signature=bad)
    delivery.attempts.append(attempt)
    delivery.settled = _accepted(attempt) or bad or not delivery.kinds  # a verification is not repeated
    world.counters.webhooks_sent += 1
    world.touch()
    _watch(world, delivery)
    if not delivery.settled and world.line.redelivery:
        world.spawn(_redeliver_until_accepted(world, delivery))


def _watch(world: World, delivery: Delivery) -> None:
    """Count failures in a row: after too many of them LINE stops sending to an address."""
    line, limit = world.line, world.settings.webhook_failures_until_stop
    line.failed_in_a_row = 0 if delivery.settled else line.failed_in_a_row + 1
    if limit and line.failed_in_a_row >= limit:
        world.account.active = False


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
    raw = _written(body)
    return await _request(world, raw, _headers(world, raw, "x" if bad_signature else ""))


def _written(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _headers(world: World, raw: bytes, spoilt: str = "") -> dict[str, str | bytes]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "LineBotWebhook/2.0",
        "X-Line-Signature": line_signature(world.settings.line_channel_secret + spoilt, raw),
    }


async def _request(world: World, raw: bytes, headers: dict[str, str | bytes]) -> Attempt:
    at = world.clock.now()
    try:
        response = await world.client.post(
            f"/line/{world.settings.tenant}",
            content=raw,
            headers=[
                (name.encode(), value.encode() if isinstance(value, str) else value) for name, value in headers.items()
            ],
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
