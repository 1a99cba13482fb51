"""500 messages come in while `serve` and `work` are killed with -9 again and again: none lost, none answered twice."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from sqlalchemy import func, select

from bots.demo.town import Town, start_product, town
from bots.parts import Parts, build
from bots.simulator.client import SimulatorClient
from handoff.records import Ticket
from intake import cases
from intake.db import reading
from intake.records import Case, InboxEvent, Message, Outgoing

USERS, EACH = 50, 10
KILLS = 4
PATIENT = {"redelivery_delays_s": [0.5, 1, 2, 4] + [8] * 20, "webhook_timeout_s": 8.0, "reply_token_ttl_s": 600.0}
"""LINE's real redelivery is more patient still; a busy machine needs a while to bring `serve` back."""


def test_kill_sqlite() -> None:
    with town(roles=("serve", "work"), simulator=PATIENT) as running:
        _storm(running)


@pytest.mark.slow
def test_kill_postgresql_with_a_worker_that_never_comes_back(postgres_server: str) -> None:
    with town(postgres_server, roles=("serve", "work", "work"), simulator=PATIENT) as running:
        _gone(running.product[1])
        _storm(running)


def _storm(running: Town) -> None:
    parts = build(running.settings)
    try:
        with SimulatorClient(running.page, timeout_s=60.0) as client, _killer(running):
            _everybody_writes(client)
        _settled(parts)
        with SimulatorClient(running.page) as client:
            _each_once_and_in_order(parts)
            _none_answered_twice(parts, client)
    finally:
        parts.close()


@contextmanager
def _killer(running: Town) -> Iterator[None]:
    """Kill serve and work by turns while the block runs, at least `KILLS` times each, and bring them back."""
    done = threading.Event()

    def rampage() -> None:
        kills = 0
        while kills < KILLS or not done.is_set():
            for role in ("serve", "work"):
                time.sleep(1.5)
                _gone(_alive(running, role))
                start_product(running, role)
                _until(lambda: _answers(running), 60)
            kills += 1
            time.sleep(2.0)

    thread = threading.Thread(target=rampage)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _answers(running: Town) -> bool:
    try:
        return httpx2.get(f"{running.settings.base_url}/healthz", timeout=2.0, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def _alive(running: Town, role: str) -> subprocess.Popen[bytes]:
    return next(child for child in reversed(running.product) if child.args[-1] == role and child.poll() is None)


def _gone(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    child.wait()


def _everybody_writes(client: SimulatorClient) -> None:
    for turn in range(EACH):
        for user in range(USERS):
            client.say(f"kill-{user:02d}", f"{turn}回目です。家賃が払えなくて困っています。")
        time.sleep(1.0)
    client.settle()


def _settled(parts: Parts) -> None:
    def quiet() -> bool:
        with reading(parts.sessions) as session:
            arrived = session.scalar(select(func.count()).select_from(InboxEvent).where(InboxEvent.channel == "line"))
            new = session.scalar(select(func.count()).where(InboxEvent.state == "new"))
            open_rows = session.scalar(select(func.count()).where(Outgoing.state.in_(("waiting", "sending"))))
            unread = session.scalar(select(func.count()).where(Ticket.read_at.is_(None)))
        return arrived == USERS * EACH and not new and not open_rows and not unread

    _until(quiet, 240)


def _each_once_and_in_order(parts: Parts) -> None:
    with reading(parts.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == USERS
        assert session.scalar(select(func.count()).where(InboxEvent.state != "answered")) == 0
        told: dict[int, list[str]] = defaultdict(list)
        for message in session.scalars(
            select(Message).where(Message.author == "person").order_by(Message.at, Message.id)
        ):
            told[message.case_id].append(cases.text_of(parts.vault.sealer, message)[:2])
    assert len(told) == USERS
    for lines in told.values():
        assert lines == [f"{turn}回" for turn in range(EACH)]


def _none_answered_twice(parts: Parts, client: SimulatorClient) -> None:
    with reading(parts.sessions) as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.channel == "line")).all()
        events = Counter(row.dedupe for row in rows)
    assert max(events.values()) == 1
    assert len(rows) == USERS * EACH
    certain = sum(row.state == "sent" for row in rows)
    possible = certain + sum(row.state == "unknown" for row in rows)
    assert all(row.state in ("sent", "unknown") for row in rows), Counter((row.state, row.error) for row in rows)
    heard = client.counters()
    batches = heard["replies"] + heard["pushes"]
    assert certain <= batches <= possible
    cards = [message for message in client.channel()["messages"] if message.get("metadata")]
    assert len(cards) == USERS
    assert heard["duplicate_slack_posts"] == 0


def _until(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"did not settle within {seconds:.0f} s")
        time.sleep(0.5)
