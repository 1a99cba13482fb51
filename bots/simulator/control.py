"""The control API: troubles, counters, clock. It doubles as the test harness."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from bots.simulator import fault_buttons, line_webhook, slack_out, snapshot
from bots.simulator.personas import personas, user_id_of
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
        try:
            await fault_buttons.order(world, **order.model_dump())
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        return {"waiting": [asdict(one) for one in world.faults.waiting]}

    @api.delete("/fault")
    async def no_faults() -> Json:
        fault_buttons.calm(world)
        return {"waiting": []}

    @api.get("/buttons")
    async def buttons() -> list[Json]:
        return [asdict(one) for one in fault_buttons.fault_buttons()]

    @api.post("/press")
    async def press(key: Annotated[str, Body(embed=True)], user: Annotated[str, Body(embed=True)] = "eighties") -> Json:
        try:
            await fault_buttons.press(world, key, user_id_of(user))
        except fault_buttons.NothingYetError:
            raise HTTPException(409, "まだ何も送っていません") from None
        except KeyError:
            raise HTTPException(404, "no such button") from None
        return {"waiting": [asdict(one) for one in world.faults.waiting]}

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
