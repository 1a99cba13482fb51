"""The trouble buttons: one list (`faults.toml`) for the page, the control API and the tests."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from typing import Any

from bots.simulator import line_odd, line_person, line_webhook, slack_api, slack_out, slack_person
from bots.simulator.faults import ANSWER_KINDS, DELIVERY_KINDS, Fault
from bots.simulator.personas import personas
from bots.simulator.slack_workspace import STRANGER
from bots.simulator.world import World

CHANNEL_KINDS = frozenset({"ext_shared", "pending_ext_shared", "org_shared", "public_channel"})
Act = Callable[[World, str], Awaitable[object]]


class NothingYetError(LookupError):
    """There is nothing to send again yet."""


@dataclass(frozen=True, slots=True)
class FaultButton:
    """One button. `says` tells in one sentence what happens; either `fault` is ordered or `act` is done at once."""

    key: str
    group: str
    label: str
    says: str
    fault: dict[str, Any] = field(default_factory=dict)
    act: str = ""


@cache
def fault_buttons() -> tuple[FaultButton, ...]:
    """All of them, in the order of the file."""
    raw = tomllib.loads(files("bots.simulator").joinpath("faults.toml").read_text("utf-8"))
    return tuple(FaultButton(**entry) for entry in raw["button"])


async def press(world: World, key: str, user_id: str) -> None:
    """Do what the button does, for the person at the telephone. Raises KeyError or NothingYetError."""
    button = next((one for one in fault_buttons() if one.key == key), None)
    if button is None:
        raise KeyError(key)
    if button.act:
        await ACTS[button.act](world, user_id)
    else:
        await order(world, **button.fault)
    world.touch()


async def order(
    world: World, kind: str, target: str = "", times: int = 1, seconds: float = 1.0, status: int = 500
) -> None:
    """Order a trouble for the next matching call, or switch the channel. Raises ValueError for an unknown kind."""
    if kind in CHANNEL_KINDS:
        share(world, kind)
    elif kind == "socket_refresh":
        await slack_api.close_sockets(world)
    elif kind in ANSWER_KINDS | DELIVERY_KINDS:
        place = target or ("*.webhook" if kind in DELIVERY_KINDS else "*")
        world.faults.waiting.append(Fault(kind, place, times, seconds, status))
    else:
        known = sorted(ANSWER_KINDS | DELIVERY_KINDS | CHANNEL_KINDS | {"socket_refresh"})
        raise ValueError(f"unknown kind; one of {known}")
    world.touch()


def share(world: World, kind: str) -> None:
    """Switch the desk's channel into one where a careful product must not post; "" switches back."""
    main = world.slack.main
    main.is_private = kind != "public_channel"
    main.is_ext_shared = kind == "ext_shared"
    main.is_pending_ext_shared = kind == "pending_ext_shared"
    main.is_org_shared = kind == "org_shared"


def calm(world: World) -> None:
    """Take back every trouble and put the account's and the channel's switches as they were."""
    world.faults.waiting.clear()
    share(world, "")
    line = world.line
    world.account.chat = world.account.manual_read = world.account.active = line.redelivery = True
    line.suspended = False
    line.failed_in_a_row = line.preparing_next = line.used = 0
    line.quota = world.settings.line_quota
    world.touch()


async def _redeliver(world: World, _: str, channel: str) -> None:
    sender = slack_out.redeliver if channel == "slack" else line_webhook.redeliver
    for delivery in reversed(world.deliveries):
        if delivery.channel == channel and _repeatable(delivery.id, delivery.kinds):
            await sender(world, delivery.id)
            return
    raise NothingYetError(channel)


def _repeatable(delivery_id: str, kinds: list[str]) -> bool:
    """Webhooks of LINE and events of Slack: not forged requests, verifications or button presses."""
    return bool(kinds) and not delivery_id.startswith("stray-") and "-" not in delivery_id


async def _odd(world: World, user_id: str, kind: str) -> None:
    await line_odd.send(world, kind, user_id)


async def _batch(world: World, user_id: str) -> None:
    other = next(one.user_id for one in personas() if one.user_id != user_id)
    await line_person.batch(world, [(user_id, "まとめて届く文です。"), (other, "もうひとりの文です。")])


async def _set(world: World, _: str, **values: object) -> None:
    for name, value in values.items():
        setattr(world.line, name, value)


async def _switch(world: World, _: str, **values: bool) -> None:
    for name, value in values.items():
        setattr(world.account, name, value)


async def _webhook_start(world: World, _: str) -> None:
    world.account.active, world.line.failed_in_a_row = True, 0


async def _quota_used(world: World, _: str) -> None:
    world.line.quota = world.line.used


async def _slack_unknown(world: World, _: str) -> None:
    await slack_out.event(world, {"type": "hologram_added", "user": "U0UKETSUKE", "event_ts": "1.0"})


async def _slack_stranger(world: World, _: str) -> None:
    space = world.slack
    await slack_person.slash(world, space.member(STRANGER), space.main, "/toritsugi", "")


#: What happens at once: (world, the person at the telephone).
ACTS: Mapping[str, Act] = {
    **{kind: partial(_odd, kind=kind) for kind in line_odd.KINDS},
    "redeliver_line": partial(_redeliver, channel="line"),
    "redeliver_slack": partial(_redeliver, channel="slack"),
    "release": lambda world, _: line_webhook.release(world),
    "batch": _batch,
    "verify": lambda world, _: line_webhook.send(world, []),
    "content_slow": partial(_set, preparing_next=2),
    "quota_used": _quota_used,
    "quota_free": partial(_set, quota=None),
    "chat_off": partial(_switch, chat=False),
    "chat_on": partial(_switch, chat=True),
    "redelivery_off": partial(_set, redelivery=False),
    "redelivery_on": partial(_set, redelivery=True),
    "webhook_stop": partial(_switch, active=False),
    "webhook_start": _webhook_start,
    "unfriend": line_person.leave_friends,
    "long_silent": partial(line_person.leave_friends, long_silent=True),
    "delete_account": line_person.delete_account,
    "slack_unknown": _slack_unknown,
    "slack_stranger": _slack_stranger,
}
