"""A small product that records what the simulator sends, and the threads both run in."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self):
        if self.headers["content-type"].startswith("application/json"):
            return json.loads(self.raw)
        form = {key: values[0] for key, values in parse_qs(self.raw.decode(), keep_blank_values=True).items()}
        return json.loads(form["payload"]) if "payload" in form else form


@dataclass
class StandIn:
    """`line` and `slack` hold the statuses (or JSON bodies) to answer next; when empty it answers 200."""

    received: list[Received] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    slack: list[int | dict] = field(default_factory=list)
    delay_s: float = 0.0

    def of(self, prefix: str) -> list[Received]:
        return [one for one in self.received if one.path.startswith(prefix)]

    def events(self) -> list[dict]:
        return [event for one in self.of("/line/") for event in one.body["events"]]

    def clear(self) -> None:
        self.received.clear()
        self.line.clear()
        self.slack.clear()
        self.delay_s = 0.0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{channel}/{tenant}")
        async def take(request: Request, channel: str, tenant: str) -> Response:
            raw = await request.body()
            one = Received(request.url.path, dict(request.headers), raw)
            self.received.append(one)
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            queue = self.line if channel == "line" else self.slack
            answer = queue.pop(0) if queue else 200
            if isinstance(answer, dict):
                return JSONResponse(answer)
            if channel == "slack" and one.headers["content-type"] == "application/json":
                try:
                    challenge = one.body.get("challenge")
                except ValueError:
                    return Response(status_code=400)
                return JSONResponse({"challenge": challenge} if challenge else {}, answer)
            return Response(status_code=answer)

        return app
