"""The plan of a case anew (提案のやり直し), out of its rows: when a person corrected what it rests on."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from handoff import plan as planning
from handoff.clock import TOKYO
from handoff.office import Office
from handoff.records import Ticket
from handoff.stance import consent_of
from intake.cases import person_text
from intake.clock import to_datetime
from intake.records import Case
from triage.alarm import Alarm
from triage.assessment import Assessment
from triage.declining import declining


def propose(office: Office, session: Session, case: Case, counted: Assessment, now: int) -> planning.Plan:
    """What the rules propose for the case with the labels that count. `now` in ms UTC. Stores nothing."""
    text, _ = person_text(session, office.sealer, case)
    row = session.get(Ticket, case.id)
    facts = planning.Facts(
        route=planning.Source(case.route),
        # A person who corrected a foreign text has read it, but who answers still needs help with the language.
        language="ja" if counted.language == "und" else counted.language,
        text_length=len(text),
        consent=consent_of(office.sealer, case),
        alarm=alarm().scan(text).kinds,
        received_at=to_datetime(case.opened_at),
        area=row.area if row is not None else "",
        declines=declining(text, counted),
    )
    return planning.decide(counted, facts, office.pack, to_datetime(now).astimezone(TOKYO))


@cache
def alarm() -> Alarm:
    """The danger lexicon, built once a process."""
    return Alarm.load()
