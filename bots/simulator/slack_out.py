"""Slack's side of the wire: signed requests or Socket Mode envelopes to the product, and retries of events."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2

from bots.simulator.faults import DELIVERY_KINDS, STRAY_KINDS, mangled
from bots.simulator.signatures import slack_signature
from bots.simulator.world import Attempt, Delivery, World

Payload = dict[str, Any]
TARGET = "slack.webhook"
STALE_S = 600
FOREIGN_TEAM = "T0YOSO"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product answered: the status (0 when nothing came), and the body as JSON or text."""

    status: int
    body: Payload
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack would count it as acknowledged."""
        return self.status == 200


async def event(world: World, inner: Payload) -> Delivery:
    """Send an Events API event; without a 200 it is sent again in the background, up to three times."""
    payload: Payload = {
        "token": "verification-token-not-used",
        "team_id": world.settings.slack_team_id,
        "api_app_id": "A0TORITSUGI",
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{world.ids.upper(10)}",
        "event_time": int(world.clock.now()),
        "is_ext_shared_channel": world.slack.main.is_ext_shared,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": world.settings.slack_team_id,
                "user_id": "U0TORITSUGI",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }
    delivery = Delivery(payload["event_id"], "slack", [str(inner["type"])], payload)
    world.deliveries.append(delivery)
    fault = world.faults.take(TARGET, DELIVERY_KINDS)
    kind = fault.kind if fault else ""
    if kind in STRAY_KINDS:
        await _stray(world, json.dumps(payload, ensure_ascii=False).encode(), "application/json", kind)
        kind = ""
    if kind == "foreign_team":
        payload["event"]["team"] = FOREIGN_TEAM
    answer = await _try(world, delivery, kind=kind)
    if kind == "duplicate":
        await _try(world, delivery, retry=1, reason="http_timeout")
    if not answer.ok and not kind.endswith("_signature"):
        world.spawn(_again(world, delivery, answer))
    return delivery


async def redeliver(world: World, event_id: str) -> Delivery:
    """Send an event again with its retry headers. Raises KeyError."""
    for delivery in reversed(world.deliveries):
        if delivery.channel == "slack" and delivery.id == event_id:
            await _try(world, delivery, retry=1, reason="http_timeout")
            return delivery
    raise KeyError(event_id)


async def _again(world: World, delivery: Delivery, answer: Answer) -> None:
    for number, delay in enumerate(world.settings.slack_retry_delays_s, start=1):
        await asyncio.sleep(delay)
        world.counters.slack_retries += 1
        answer = await _try(world, delivery, retry=number, reason=_retry_reason(answer))
        if answer.ok:
            return
    world.counters.slack_failures += 1


def _retry_reason(answer: Answer) -> str:
    return "http_timeout" if answer.note == "http_timeout" else "http_error"


async def _try(world: World, delivery: Delivery, *, kind: str = "", retry: int = 0, reason: str = "") -> Answer:
    if world.slack.sockets:
        answer = await _through_socket(world, "events_api", delivery.body, retry, reason)
    else:
        raw = json.dumps(delivery.body, ensure_ascii=False).encode()
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        answer = await _post(world, raw, "application/json", kind, headers)
    delivery.attempts.append(Attempt(world.clock.now(), answer.status, answer.note))
    delivery.settled = delivery.settled or answer.ok
    world.touch()
    return answer


async def interactive(world: World, payload: Payload) -> Answer:
    """Send a click, a submission or a shortcut. Slack never repeats these: a failure shows as a warning."""
    return await _once(world, "interactive", payload, urlencode({"payload": json.dumps(payload, ensure_ascii=False)}))


async def command(world: World, form: dict[str, str]) -> Answer:
    """Send a slash command. Never repeated."""
    return await _once(world, "slash_commands", form, urlencode(form))


async def _once(world: World, kind: str, payload: Payload, form: str) -> Answer:
    fault = world.faults.take(TARGET, DELIVERY_KINDS)
    spoilt = fault.kind if fault else ""
    if spoilt in STRAY_KINDS:
        await _stray(world, form.encode(), "application/x-www-form-urlencoded", spoilt)
        spoilt = ""
    if world.slack.sockets:
        answer = await _through_socket(world, kind, payload, 0, "")
    else:
        answer = await _post(world, form.encode(), "application/x-www-form-urlencoded", spoilt, {})
        if spoilt == "duplicate":
            await _post(world, form.encode(), "application/x-www-form-urlencoded", "", {})
    if not answer.ok:
        world.counters.slack_failures += 1
        world.slack.warn(f"{kind}: {answer.note or answer.status}")
    name = str(payload.get("type") or payload.get("command") or kind)
    delivery = Delivery(
        world.ids.uuid(), "slack", [name], payload, [Attempt(world.clock.now(), answer.status, answer.note)]
    )
    delivery.settled = answer.ok
    world.deliveries.append(delivery)
    world.touch()
    return answer


async def verify_url(world: World) -> Answer:
    """Slack's handshake when a request URL is entered: the challenge must come back."""
    body = {"token": "verification-token-not-used", "challenge": world.ids.hex(32), "type": "url_verification"}
    answer = await _post(world, json.dumps(body).encode(), "application/json", "", {})
    echoed = answer.body.get("challenge") or answer.body.get("text")
    return answer if echoed == body["challenge"] else Answer(answer.status, answer.body, "challenge_failed")


async def _stray(world: World, raw: bytes, content_type: str, kind: str) -> None:
    """A request that Slack never sent: unsigned, mangled or with an impossible time. The true one follows it."""
    answer = await _post(world, mangled(raw, kind), content_type, kind, {})
    attempt = Attempt(world.clock.now(), answer.status, answer.note)
    world.deliveries.append(Delivery(f"stray-{world.ids.hex(8)}", "slack", [kind], {}, [attempt], True))


async def _post(world: World, raw: bytes, content_type: str, kind: str, extra: dict[str, str]) -> Answer:
    """One signed request. The signature's time is the real one: the product checks it against its own clock."""
    timestamp = str(int(time.time()) - (STALE_S if kind == "stale_signature" else 0))
    secret = world.settings.slack_signing_secret + ("x" if kind == "bad_signature" else "")
    headers: dict[str, str | bytes] = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": "いつか".encode() if kind == "odd_timestamp" else timestamp.encode(),
        "X-Slack-Signature": slack_signature(secret, timestamp, raw).encode(),
        **extra,
    }
    if kind == "no_signature":
        del headers["X-Slack-Signature"]
    elif kind == "odd_signature":
        headers["X-Slack-Signature"] = "ぁ署名".encode()
    world.counters.slack_requests_sent += 1
    try:
        response = await world.client.post(
            f"/slack/{world.settings.tenant}",
            content=raw,
            headers=[
                (name.encode(), value.encode() if isinstance(value, str) else value) for name, value in headers.items()
            ],
            timeout=world.settings.slack_ack_timeout_s,
        )
    except httpx2.TimeoutException:
        return Answer(0, {}, "http_timeout")
    except httpx2.TransportError:
        return Answer(0, {}, "connection_failed")
    return Answer(response.status_code, _parsed(response.text))


def _parsed(text: str) -> Payload:
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}


async def _through_socket(world: World, kind: str, payload: Payload, retry: int, reason: str) -> Answer:
    envelope_id = world.ids.uuid()
    envelope: Payload = {
        "envelope_id": envelope_id,
        "type": kind,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": retry, "retry_reason": reason}
    waiting: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
    world.slack.acks[envelope_id] = waiting
    world.counters.slack_requests_sent += 1
    try:
        await world.slack.sockets[-1].send_json(envelope)
        body = await asyncio.wait_for(waiting, world.settings.slack_ack_timeout_s)
    except TimeoutError:
        return Answer(0, {}, "http_timeout")
    finally:
        world.slack.acks.pop(envelope_id, None)
    return Answer(200, body if isinstance(body, dict) else {"text": str(body)})
