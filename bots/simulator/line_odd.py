"""Events a welfare desk never asked for: every type that LINE documents, and some that it may invent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bots.simulator import line_person, line_webhook
from bots.simulator.world import Delivery, World

#: kind → (what the event carries, whether it has a reply token). Sources: webhook.yml; `hologram` is invented.
_ODD: Mapping[str, tuple[dict[str, Any], bool]] = {
    "videoPlayComplete": ({"videoPlayComplete": {"trackingId": "t1"}}, True),
    "beacon": ({"beacon": {"hwid": "d41d8cd98f", "type": "enter"}}, True),
    "accountLink": ({"link": {"result": "ok", "nonce": "n"}}, True),
    "membership": ({"membership": {"type": "joined", "membershipId": 1}}, True),
    "delivery": ({"delivery": {"data": "0" * 64}}, False),
    "module": ({"module": {"type": "attached", "botId": "U" + "0" * 32, "scopes": ["message:send"]}}, False),
    "activated": ({"chatControl": {"expireAt": 4_102_444_800_000}}, False),
    "deactivated": ({}, False),
    "botSuspended": ({}, False),
    "botResumed": ({}, False),
    "hologram": ({"hologram": {"level": 1}}, True),
}
#: About the account, not about a person: these have no source.
_NOBODY = frozenset({"module", "botSuspended", "botResumed"})
KINDS = frozenset(_ODD)


async def send(world: World, kind: str, user_id: str) -> Delivery:
    """One odd event of this kind. Raises KeyError for a kind that is not in KINDS."""
    rest, reply = _ODD[kind]
    if kind in {"botSuspended", "botResumed"}:
        world.line.suspended = kind == "botSuspended"
    event = line_person.event_of(world, user_id, kind, rest, reply=reply)
    if kind in _NOBODY:
        del event["source"]
    return await line_webhook.send(world, [event])
