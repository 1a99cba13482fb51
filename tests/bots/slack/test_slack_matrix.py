"""Wish × role × object in Slack: what is not theirs is not done, not shown, and answered as if it were absent.

The wishes come from `bots.slack.names`: a new button or modal is in the matrix by itself.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_town import CHANNEL, TENANT, Town, click, submission
from slack_world import NOW
from sqlalchemy import func, select, update

from bots.slack import names
from bots.slack.act import handle
from bots.slack.gate import Stranger
from bots.slack.parse import from_payload
from bots.slack.shows import shown
from handoff import desk, drafts, folding, leaving, login
from handoff.office import StaffRef
from handoff.records import Audit, History, Ticket
from intake.records import Case, Message, Outgoing

ABSENT = 7
OBJECTS = ("own", "desk", "elsewhere", "folded", "handed", "closed", "foreign")
SUBMITS = names.STORED_SUBMITS - {names.REPORT_SEND, names.ADVICE_SEND, names.REMARK_SEND}
"""Those of a case; a report or a question names none."""
FILLED = {
    "preview": "こんにちは", "desk": "=kodomo", "basis": "=C3", "ask": "お願い", "keep": "続ける", "reason": "=done",
    "note": "メモ", "until": "=1h", "why": "メモ", "number": "T-0001", "urgency-normal": "=high",
    "decided": "=me", "way": "=phone", "result": "=met", "said": "話せた",
}  # fmt: skip


ANSWERS = frozenset({names.RECEIVE, names.ACCEPT, names.SEND_BACK, names.SEND_BACK_SEND})
"""What a desk that was asked may do to a case that it may not see."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who clicks: their Slack id and team, what they may see, and what their desk was asked to take."""

    name: str
    user: str
    sees: frozenset[str]
    team: str = "T1"
    asked: frozenset[str] = frozenset()

    def may(self, act: str, kind: str) -> bool:
        """Whether this act is theirs. An answer to a 支援者の相談 is its asker's alone, and nobody here asked."""
        if act == names.ASKED:
            return False
        return kind in self.sees or (kind in self.asked and act in ANSWERS)


WHO = (
    Who("intake", "U1", frozenset(OBJECTS) - {"foreign"}),
    Who("worker", "U3", frozenset({"own", "desk"})),
    Who("receiver", "U8", frozenset(), asked=frozenset({"handed"})),
    *(Who(name, user, frozenset()) for name, user in (("manager", "U4"), ("auditor", "U5"), ("left", "U6"))),
    Who("inactive", "U7", frozenset()),
    Who("unknown", "U99", frozenset()),
    Who("other team", "U1", frozenset(), "T2"),
)


@pytest.fixture
def objects(town: Town) -> dict[str, int]:
    """One case of every kind."""
    found = {name: town.case(f"W{name}カナリアの水道が止まります") for name in OBJECTS}
    with town.sessions.begin() as session:
        office, ids = town.office, {}
        for user, role, where in (
            ("U3", "worker", "kodomo"), ("U4", "manager", ""), ("U5", "auditor", ""), ("U6", "intake", ""),
            ("U7", "intake", ""), ("U8", "worker", "jiritsu"),
        ):  # fmt: skip
            ids[user] = login.add_staff(session, TENANT, user, role, where, NOW)
            login.link_identity(session, TENANT, "slack", f"T1:{user}", ids[user])
        leaving.hand_over(office, session, None, ids["U6"], {}, NOW)
        session.execute(update(login.Staff).where(login.Staff.id == ids["U7"]).values(active=False))
        for name in ("own", "desk"):
            session.get_one(Ticket, found[name]).owner_desk = "kodomo"
        session.flush()
        worker = StaffRef(ids["U3"], TENANT, "U3", "worker", "kodomo")
        desk.claim(office, session, found["own"], worker, NOW)
        for name in ("elsewhere", "handed", "closed"):
            desk.claim(office, session, found[name], town.tanaka, NOW)
        drafts.save(office, session, found["desk"], town.tanaka, "Dカナリア", NOW)
        desk.hand(office, session, found["handed"], town.tanaka, "jiritsu", "C3", "お願い", "続ける", NOW)
        desk.close(office, session, found["closed"], town.tanaka, "done", "", NOW)
        folding.fold(office, session, found["folded"], found["elsewhere"], town.tanaka, NOW)
        for table in (Ticket, Message, History, Outgoing):
            session.execute(update(table).where(table.case_id == found["foreign"]).values(tenant="other"))
        session.execute(update(Case).where(Case.id == found["foreign"]).values(tenant="other"))
    return found


def wishes(case_id: int, who: Who) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every click and every modal that does something to a case."""
    for name in sorted(names.CHANGING_ACTIONS):
        payload = click(name, case_id, user=who.user, team=who.team, place=who.team)
        payload["actions"][0]["value"] = json.dumps({"c": str(case_id), "v": 1, "o": "5"})
        yield name, payload
    carried = json.dumps({"c": str(case_id), "v": 1, "ch": CHANNEL})
    for name in sorted(SUBMITS):
        yield name, submission(name, FILLED, carried, user=who.user, team=who.team)


def state(town: Town) -> tuple[Any, ...]:
    """What an act would change: every ticket, and how long history, outbox and messages are."""
    with town.sessions() as session:
        rows = session.execute(select(*Ticket.__table__.columns).order_by(Ticket.case_id)).all()
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (History, Outgoing, Message)]
        return (*map(tuple, rows), *counts)


def test_nobody_does_what_is_not_theirs(town: Town, objects: dict[str, int]) -> None:
    serial, before = itertools.count(1), state(town)
    for who in WHO:
        absent = {name: _told(town, payload, next(serial)) for name, payload in wishes(ABSENT, who)}
        for kind in sorted(set(OBJECTS) - who.sees):
            for name, payload in wishes(objects[kind], who):
                if who.may(name, kind):
                    continue
                said = _told(town, payload, next(serial))
                about = f"{who.name} {name} {kind}"
                assert said == absent[name], about
                assert "カナリア" not in json.dumps(said, ensure_ascii=False), about
    assert state(town) == before
    with town.sessions() as session:
        done = set(session.scalars(select(Audit.action).where(Audit.case_id.in_(objects.values()), Audit.at > NOW)))
    assert done <= {"slack_refused"}


def test_nobody_sees_what_is_not_theirs(town: Town, objects: dict[str, int]) -> None:
    for who in WHO:
        for name in sorted(names.SHOWING_ACTIONS - {names.DANGER}):
            absent = _modal(town, click(name, ABSENT, user=who.user, team=who.team, place=who.team))
            for kind in OBJECTS:
                drawn = _modal(town, click(name, objects[kind], user=who.user, team=who.team, place=who.team))
                about = f"{who.name} {name} {kind}"
                if who.may(name, kind):
                    assert drawn != absent, about
                else:
                    assert drawn == absent, about
                text = json.dumps(drawn, ensure_ascii=False)
                others = set(OBJECTS) - ({kind} & who.sees)
                assert not [other for other in others if f"W{other}カナリア" in text], about
                assert "Dカナリア" not in text, about


def test_what_is_theirs_is_done(town: Town, objects: dict[str, int]) -> None:
    """The matrix would also be empty if nothing worked at all."""
    worker = WHO[1]
    for kind in ("own", "desk"):
        before = state(town)
        assert _told(town, click(names.PAGE, objects[kind], user=worker.user), objects[kind]) != []
        assert state(town) != before
    receiver = WHO[2]
    allowed = {name: payload for name, payload in wishes(objects["handed"], receiver) if name in ANSWERS}
    for number, name in enumerate((names.RECEIVE, names.ACCEPT, names.SEND_BACK_SEND)):
        before = state(town)
        assert _told(town, allowed[name], 900 + number) == [], name
        assert state(town) != before, name


def test_a_fold_reaches_no_further_than_what_they_see(town: Town, objects: dict[str, int]) -> None:
    worker = WHO[1]
    carried = json.dumps({"c": str(objects["own"]), "v": 1, "ch": CHANNEL})
    serial, before = itertools.count(500), state(town)
    for kind in sorted(set(OBJECTS) - worker.sees):
        into = {"into": f"={objects[kind]}"}
        said = _told(town, submission(names.FOLD_SEND, into, carried, user=worker.user), next(serial))
        nothing = submission(names.FOLD_SEND, {"into": f"={ABSENT}"}, carried, user=worker.user)
        assert said == _told(town, nothing, next(serial)), kind
    assert state(town) == before


def _told(town: Town, payload: dict[str, Any], inbox_id: int) -> list[tuple[str, str]]:
    with town.sessions.begin() as session:
        notices = handle(town.parts.act, session, json.loads(json.dumps(payload)), NOW + 1, inbox_id)
    return [(one.user_id, one.text) for one in notices]


def _modal(town: Town, payload: dict[str, Any]) -> Any:
    """The modal without what every drawing draws anew, or the words that turn somebody away."""
    try:
        drawn = shown(town.parts, from_payload(payload))
    except Stranger as stranger:
        return stranger.message_ja
    return drawn
