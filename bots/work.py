"""A process that does jobs (仕事): which queues it listens to, with which handlers, and its signs of life."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import structlog

from bots import digest, durable, hooks
from bots.answer import answer
from bots.deliver import Senders, deliver
from bots.durable import ANSWER, DELIVER, MEDIA, READ, TIMERS, Runner, slots_for
from bots.housekeeping import tidy
from bots.line.profile import read_profile
from bots.line.send import LineSender
from bots.lone import Lone
from bots.media.content import LineContent
from bots.media.fetch import fetch
from bots.notify import Notifier
from bots.parts import Parts
from bots.patience import patiently
from bots.practice import answering
from bots.read import READ_SECONDS, read
from bots.slack.post import SlackPoster
from bots.slots import Slot
from bots.sweep import sweep
from bots.timers import call, notice, remind, silent
from bots.warm import warm_up
from handoff.records import Heartbeat
from intake.clock import now_ms
from intake.db import insert_ignore, is_sqlite
from triage.assessment import Assessment
from triage.child import ReaderProcess

SERVE: Sequence[str] = (ANSWER, DELIVER, MEDIA)
WORK: Sequence[str] = (READ, TIMERS)
READER = "reader"
WARM_AGAIN_S = 5.0
"""How long after a failed first read the reader is tried again."""
TICK_SECONDS = 0.5
"""All that follows is counted in ticks: webhooks each 2 s, a beat 5 s, a sweep 30 s, housekeeping an hour."""
HOOK_EVERY = 4
BEAT_EVERY = 10
ALIVE_MS = 30_000
SWEEP_EVERY = 60
TIDY_EVERY = 7_200
GRACE_SECONDS = 2.0
_log = structlog.get_logger()


class Worker:
    """The jobs of one process. `role` is `serve`, `work` or `up`; only one of it a process."""

    def __init__(self, parts: Parts, role: str) -> None:
        """Raises `BadSettings` when this role runs already on the same SQLite file."""
        self._parts = parts
        self._role = role
        self._queues = [*(SERVE if role in ("serve", "up") else ()), *(WORK if role in ("work", "up") else ())]
        self._reader = SharedReader() if READ in self._queues else None
        self._slot = Lone(parts.engine, role) if is_sqlite(parts.engine) else Slot(parts.job_engine, role)
        self._name = self._slot.name
        self._runner = Runner(parts.job_engine, self._name, self._queues, slots_for(parts.engine))
        self._was_warm = False
        self._tidy_at = SWEEP_EVERY
        self._digests: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to work; what this slot had in hand when it died is taken up again."""
        parts, senders = self._parts, make_senders(self._parts)
        self._runner.register("answer", lambda inbox_id: answer(parts, inbox_id))
        self._runner.register("deliver", lambda row_id, attempt: deliver(parts, senders, row_id, attempt))
        self._runner.register("profile", lambda contact_id: _profile(parts, senders, contact_id))
        self._runner.register("silent", lambda case_id, count: silent(parts, case_id, count))
        self._runner.register("remind", lambda case_id, once: remind(parts, case_id, once))
        self._runner.register("notice", lambda case_id, kind, once: notice(parts, case_id, kind, once))
        self._runner.register("call", lambda call_id, step: call(parts, call_id, step))
        self._runner.register("practice", lambda row_id: answering.answer(parts, row_id))
        self._runner.register("digest", lambda tenant, desk, day: digest.digest_due(parts, tenant, desk, day))
        self._runner.register("hook", lambda row_id, attempt: hooks.deliver_hook(parts, row_id, attempt))
        contents = {name: LineContent(one.settings.line) for name, one in parts.tenants.items() if one.settings.line}
        self._runner.register("media", lambda row_id, attempt: fetch(parts, contents, row_id, attempt))
        reader = self._reader
        if reader is not None:
            reader.start()
            self._runner.register("read", lambda case_id, message_id: read(parts, reader, case_id, message_id))
        if ANSWER in self._queues:
            warm_up(parts)
        self._runner.launch()
        self._slot.watch()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand for a few seconds, then leave."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(GRACE_SECONDS)  # a round under way still needs the engine
        self._runner.stop()
        if self._reader:
            self._reader.close()
        self._slot.close()

    def _live(self) -> None:
        count = 0
        while True:
            for duty in (self._beat, self._hooks, self._sweep, self._tidy):
                try:
                    duty(count)
                except Exception as error:  # noqa: BLE001 (the next round is due: no sign of life would be worse)
                    _log.warning("round_failed", duty=duty.__name__, error=type(error).__name__)
            count += 1
            if self._stop.wait(TICK_SECONDS):
                return

    def _beat(self, count: int) -> None:
        due = count % BEAT_EVERY == 0
        if due:
            beat(self._parts, self._name, self._role)
        warm = bool(self._reader and self._reader.warm)
        if warm and (due or not self._was_warm):
            beat(self._parts, f"{self._name}-reader", READER)
        self._was_warm = warm

    def _hooks(self, count: int) -> None:
        if TIMERS in self._queues and count % HOOK_EVERY == 0:
            hooks.plan(self._parts)

    def _sweep(self, count: int) -> None:
        if count % SWEEP_EVERY == 0:
            durable.forget(sweep(self._parts, durable.dead_jobs()))
            digest.plan(self._parts, self._digests, now_ms())

    def _tidy(self, count: int) -> None:
        if count >= self._tidy_at:
            self._tidy_at = count + TIDY_EVERY
            if tidy(self._parts, now_ms()):
                self._tidy_at = count + SWEEP_EVERY


class SharedReader:
    """One reader process for all read jobs of this process: it reads one text at a time."""

    def __init__(self) -> None:
        self._process = ReaderProcess()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.warm = False

    def start(self) -> None:
        """Begin to load the model; `warm` turns true when it has read its first words."""
        self._process.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def read(self, text: str, timeout_s: float = READ_SECONDS) -> Assessment:
        """The assessment of `text`; waits for the reader to be free."""
        with self._lock:
            found = self._process.read(text, timeout_s)
        self.warm = self.warm or not found.unread_reason
        return found

    def close(self) -> None:
        """End the reader, by force if need be."""
        self._over.set()
        self._process.close()

    def _warm_up(self) -> None:
        # A busy machine may load for longer than one read waits: without another try it would stay "not ready" until
        # somebody happens to write.
        while not self.warm and not self._over.is_set():
            self.read("はじめまして。")
            if not self.warm:
                self._over.wait(WARM_AGAIN_S)


def _profile(parts: Parts, senders: Senders, contact_id: int) -> str:
    return patiently("profile", lambda: read_profile(parts, senders.line, contact_id))


def beat(parts: Parts, name: str, role: str) -> None:
    """Write this process's sign of life."""
    with parts.sessions.begin() as session:
        now = now_ms()
        if not insert_ignore(session, Heartbeat, {"name": name, "role": role, "at": now}):
            session.merge(Heartbeat(name=name, role=role, at=now))


def make_senders(parts: Parts) -> Senders:
    """The ways out of every tenant that has them."""
    return Senders(
        line={name: LineSender(tenant.settings.line) for name, tenant in parts.tenants.items() if tenant.settings.line},
        slack={
            name: SlackPoster.make(slack.bot_token.get_secret_value(), slack.api_base, slack.channel, slack.channels)
            for name, tenant in parts.tenants.items()
            if (slack := tenant.settings.slack)
        },
        notify={name: Notifier.of(tenant.settings) for name, tenant in parts.tenants.items() if tenant.settings.notify},
    )
