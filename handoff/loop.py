"""The closed loop (受理 → 確認中 → 対応済): a reporter hears that something is done, and nothing of what, whom or why.

受理 is said at once by the conversation or the web form. Works in the caller's transaction and never commits.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from handoff import agreements
from handoff.number import label_of
from handoff.office import Office
from handoff.records import Ticket
from intake import cases
from intake.conversation import speech
from intake.conversation.say import fill
from intake.conversation.values import Options, State
from intake.outbox import Draft
from intake.records import Case, Contact

ROUTES = frozenset({"lifeline", "professional"})
_NOTICES: Final[dict[str, speech.Notice]] = {
    **dict.fromkeys(("claimed", "replied", "met", "handed", "accepted"), "l_checking"),
    "closed": "l_done",
}


class Stage(StrEnum):
    """How far a report has come, as its reporter may know it."""

    RECEIVED = "received"
    CHECKING = "checking"
    DONE = "done"

    @property
    def label_ja(self) -> str:
        """受理, 確認中 or 対応済."""
        return {"received": "受理", "checking": "確認中", "done": "対応済"}[self.value]


def stage(row: Ticket) -> Stage:
    """The stage of a report. What was being checked once does not go back to 受理 when somebody puts it down."""
    if row.closed_at is not None:
        return Stage.DONE
    return Stage.RECEIVED if row.claimed_at is None and row.state in ("draft", "received") else Stage.CHECKING


def stage_told(office: Office, session: Session, case: Case, row: Ticket) -> Stage:
    """The stage as its reporter may know it: 受理 alone where the agreement says so."""
    return stage(row) if agreements.tells(office, session, case) else Stage.RECEIVED


def after(office: Office, session: Session, case: Case, what: str) -> bool:
    """Tell the reporter that staff did `what`, each stage once; False when there is nothing or nobody to tell."""
    kind = _NOTICES.get(what)
    if kind is None or case.route not in ROUTES or case.contact_id is None or case.erased_at is not None:
        return False
    if not agreements.tells(office, session, case):
        return False
    contact = session.get(Contact, case.contact_id)
    if contact is None or contact.channel != "line" or contact.hidden or contact.blocked:
        return False
    stored = cases.talk_of(office.vault, contact)
    state = State.from_json(stored) if stored else State()
    said = speech.notice(kind, state, Options(office=office.pack.office))
    if said is None:
        return False
    facts = {"office": office.pack.office, "receipt": label_of(case.number, case.route)}
    draft = Draft(
        tenant=case.tenant,
        channel="line",
        purpose="notice",
        dedupe=f"loop-{case.id}-{kind}",
        contact_id=contact.id,
        case_id=case.id,
        key_id=contact.key_id,
        # As a bubble, so that our own page can show it where LINE carries no content.
        body=json.dumps({"says": [asdict(fill(said, facts))], "facts": {}}, ensure_ascii=False),
    )
    return office.outbox.put(session, draft) is not None
