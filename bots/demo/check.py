"""`toritsugi demo --check`: a resident, a lifeline worker, an emergency, a claim and a reply, each exactly once."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import func, select

from bots.demo.town import STAFF, TENANT, Town
from bots.parts import Parts, build
from bots.simulator.client import SimulatorClient
from intake.db import reading
from intake.records import Case, InboxEvent, Outgoing

LIMIT_SECONDS = 20.0
_REPLY = "お返事が遅くなりました。明日の10時に、ここでお話をうかがえますか。"
_MESSAGES = (
    ("check-resident", "家賃を3か月払えていません。電気も来週止まると言われました。子どもが二人います。"),
    ("check-worker", "水道の検針です。郵便受けがいっぱいで、先月から使用量がゼロです。声をかけても返事がありません。"),
    ("check-emergency", "夫に殴られました。今も家にいます。子どもが泣いています。助けてください"),
)

Json = dict[str, Any]


def check_town(town: Town) -> Json:
    """Run the line and count. `ok` only when every answer, alert and reply arrived exactly once within 20 s."""
    parts = build(town.settings)
    try:
        with SimulatorClient(town.page) as client:
            return _Check(client, parts).run()
    finally:
        parts.close()


class _Check:
    def __init__(self, client: SimulatorClient, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._waits: dict[str, float] = {}

    def run(self) -> Json:
        failures: list[str] = []
        try:
            for user, text in _MESSAGES:
                self._write(user, text)
            ts = self._card_of(1)
            self._client.press(ts, "case_claim")
            self._until("claim", lambda: STAFF[0][0] in str(self._message(ts)))
            self._reply(ts)
            self._until("reply_on_phone", lambda: self._client.answers("check-resident")[-1] == _REPLY)
        except TimeoutError as late:
            failures.append(str(late))
        time.sleep(1.0)  # what would come twice comes about now
        return self._result(failures)

    def _write(self, user: str, text: str) -> None:
        cards = len(self._cards())
        started = time.monotonic()
        self._client.say(user, text)
        self._until("reply", lambda: bool(self._client.answers(user)), started)
        self._until("alert", lambda: len(self._cards()) > cards, started)

    def _reply(self, ts: str) -> None:
        self._client.press(ts, "case_reply")
        self._until("modal", lambda: self._client.open_view() is not None)
        self._client.submit(values={"reply-0": _REPLY})
        self._client.submit()

    def _until(self, name: str, happened: Any, started: float | None = None) -> None:
        begin = started or time.monotonic()
        while not happened():
            if time.monotonic() - begin > LIMIT_SECONDS:
                raise TimeoutError(name)
            time.sleep(0.02)
        self._waits[name] = max(self._waits.get(name, 0.0), time.monotonic() - begin)

    def _cards(self) -> list[Json]:
        return [message for message in self._client.channel()["messages"] if message.get("metadata")]

    def _card_of(self, number: int) -> str:
        label = f"T-{number:04d}"
        return next(str(message["ts"]) for message in self._cards() if label in str(message))

    def _message(self, ts: str) -> Json:
        return next(message for message in self._cards() if message["ts"] == ts)

    def _result(self, failures: list[str]) -> Json:
        with reading(self._parts.sessions) as session:
            cases = session.scalar(select(func.count()).where(Case.tenant == TENANT)) or 0
            waiting = session.scalar(select(func.count()).where(InboxEvent.state == "new")) or 0
            unsent = session.scalar(select(func.count()).where(Outgoing.state.in_(("failed", "unknown", "held")))) or 0
        phones = {user: self._client.answers(user) for user, _ in _MESSAGES}
        lost = len(_MESSAGES) - min(cases, len(_MESSAGES)) + waiting + unsent
        lost += sum(not answers for answers in phones.values())
        duplicated = max(cases - len(_MESSAGES), 0) + max(len(self._cards()) - len(_MESSAGES), 0)
        duplicated += sum(answers.count(answer) - 1 for answers in phones.values() for answer in set(answers))
        result: Json = {
            "ok": not failures and not lost and not duplicated,
            "seconds_to_alert": round(self._waits.get("alert", -1.0), 3),
            "seconds_to_reply": round(self._waits.get("reply", -1.0), 3),
            "cases": cases,
            "lost": lost,
            "duplicated": duplicated,
            "database": self._parts.engine.dialect.name,
        }
        return result | ({"failed": failures} if failures else {})
