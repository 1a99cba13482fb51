"""Where the practice town's calls arrive that go beside Slack: what would be e-mail or SMS (呼び出しの受け箱).

apprise's `json://` posts here. `/control/notify` shows what came, the newest last; nothing leaves this machine.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body

from bots.simulator.world import World

_MOST = 50


def router(world: World) -> APIRouter:
    """The inbox of every name, and the list for tests and for the page."""
    api = APIRouter()

    @api.post("/notify/{name}")
    async def arrive(name: str, notice: dict[str, Any] = Body()) -> dict[str, str]:  # noqa: B008 (FastAPI's own way)
        world.notices.append(
            {
                "at": world.clock.now(),
                "to": name[:40],
                "title": str(notice.get("title", ""))[:200],
                "text": str(notice.get("message", ""))[:2000],
            }
        )
        del world.notices[:-_MOST]
        world.touch()
        return {"status": "taken"}

    @api.get("/control/notify")
    async def shown() -> list[dict[str, Any]]:
        return list(world.notices)

    return api
