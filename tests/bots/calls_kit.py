"""Towns that call by addresses, and a webhook that takes or refuses the calls (real HTTP)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from play_town import Town
from sqlalchemy import update

from bots.deliver import Senders, deliver
from bots.notify import Notifier
from handoff import queue
from handoff.records import Call, Ticket
from intake.clock import now_ms
from intake.records import Outgoing


@dataclass
class Hooks:
    """What arrived, and the names that refuse everything for now."""

    port: int = 0
    arrived: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.arrived]

    def address(self, name: str) -> str:
        return f"json://127.0.0.1:{self.port}/{name}?secret=hunter2"


@contextmanager
def listening() -> Iterator[Hooks]:
    hooks = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            name = self.path.partition("?")[0].strip("/")
            refused = name in hooks.failing
            if not refused:
                hooks.arrived.append((name, body))
            self.send_response(500 if refused else 200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hooks.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hooks
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def call(town: Town, case_id: int) -> Call:
    """Page for this case; the call as it then is."""
    with town.work() as session:
        row = session.get(Ticket, case_id, with_for_update=True)
        assert row is not None
        queue.page(town.office, session, row, now_ms())
    found: Call = town.all(Call, case_id=case_id)[-1]
    return found


def notices(town: Town, purpose: str = "page") -> list[Outgoing]:
    return town.all(Outgoing, channel="notify", purpose=purpose)


def send(town: Town, *rows: Outgoing) -> list[str]:
    """Deliver these rows (all that wait, without arguments) at once; their states."""
    chosen = rows or tuple(town.all(Outgoing, channel="notify", state="waiting"))
    with town.work() as session:
        session.execute(update(Outgoing).values(not_before=0))
    senders = Senders({}, {}, {"mihon": Notifier.of(town.parts.tenants["mihon"].settings)})
    for row in chosen:
        deliver(town.parts, senders, row.id, row.attempts)
    return [town.one(Outgoing, id=row.id).state for row in chosen]
