"""The control API: troubles, counters, clock. It doubles as the test harness."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from bots.simulator import line_webhook, slack_api, slack_out, snapshot
from bots.simulator.faults import ANSWER_KINDS, DELIVERY_KINDS, Fault
from bots.simulator.personas import personas
from bots.simulator.world import World

Json = dict[str, Any]


class Order(BaseModel):
    """A trouble to come."""

    kind: str
    target: str = ""
    times: int = Field(default=1, ge=1, le=1000)
    seconds: float = Field(default=1.0, ge=0, le=600)
    status: int = Field(default=500, ge=400, le=599)


def router(world: World) -> APIRouter:
    """The control routes that belong to neither screen."""
    api = APIRouter(prefix="/control")

    @api.post("/redeliver")
    async def redeliver(event_id: Annotated[str, Body(embed=True)]) -> Json:
        sender = slack_out.redeliver if event_id.startswith("Ev") else line_webhook.redeliver
        try:
            return snapshot.delivery(await sender(world, event_id))
        except KeyError:
            raise HTTPException(404, "no such event") from None

    @api.post("/release")
    async def release() -> Json:
        return {"released": await line_webhook.release(world)}

    @api.post("/fault")
    async def fault(order: Order) -> Json:
        if order.kind in {"ext_shared", "pending_ext_shared", "org_shared", "public_channel"}:
            _share(world, order.kind)
        elif order.kind == "socket_refresh":
            await slack_api.close_sockets(world)
        elif order.kind in ANSWER_KINDS | DELIVERY_KINDS:
            target = order.target or ("*.webhook" if order.kind in DELIVERY_KINDS else "*")
            world.faults.waiting.append(Fault(order.kind, target, order.times, order.seconds, order.status))
        else:
            raise HTTPException(
                422, f"unknown kind; one of {sorted(ANSWER_KINDS | DELIVERY_KINDS)} or a channel switch"
            )
        world.touch()
        return {"waiting": [asdict(one) for one in world.faults.waiting]}

    @api.delete("/fault")
    async def no_faults() -> Json:
        world.faults.waiting.clear()
        _share(world, "")
        return {"waiting": []}

    @api.get("/counters")
    async def counters() -> Json:
        return asdict(world.counters)

    @api.get("/deliveries")
    async def deliveries() -> list[Json]:
        return [snapshot.delivery(one) for one in world.deliveries]

    @api.get("/personas")
    async def people() -> list[Json]:
        return [asdict(persona) for persona in personas()]

    @api.post("/clock")
    async def clock(shift_s: Annotated[float, Body(embed=True)]) -> Json:
        """Move the simulator's clock by so many seconds, on top of earlier moves."""
        world.clock.shift_s += shift_s
        world.touch()
        return {"now": world.clock.now(), "shift_s": world.clock.shift_s}

    @api.post("/settle")
    async def settle() -> Json:
        """Return once redeliveries and retries of this moment are over."""
        await world.settle()
        return {"version": world.version}

    @api.post("/reset")
    async def reset() -> Json:
        await world.reset()
        return {"version": world.version}

    return api


def _share(world: World, kind: str) -> None:
    """Switch the desk's channel into one where a careful product must not post; "" switches back."""
    main = world.slack.main
    main.is_private = kind != "public_channel"
    main.is_ext_shared = kind == "ext_shared"
    main.is_pending_ext_shared = kind == "pending_ext_shared"
    main.is_org_shared = kind == "org_shared"
