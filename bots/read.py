"""The read job (見立ての仕事): triage reads all of the person's words, the plan proposes, staff are told.

Runs in `work`, where the model lives in a child process that can be killed. If the reading fails, the case goes to a
person as unread and high; nothing waits for a model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import structlog

from bots.parts import Parts, Tenant
from bots.patience import AWAY, patiently
from handoff import calm, clock, ledger, queue, sightings, sources, stance
from handoff import plan as planning
from handoff.records import Ticket
from intake import cases
from intake.clock import now_ms, to_datetime
from intake.db import reading
from intake.records import Case
from triage.assessment import Assessment
from triage.declining import declining

READ_SECONDS = 10.0
_log = structlog.get_logger()


class Reading(Protocol):
    """A reader that always answers: an unread assessment when the model fails or is too slow."""

    def read(self, text: str, timeout_s: float = READ_SECONDS) -> Assessment:
        """The assessment of `text`."""
        ...


def read(parts: Parts, reader: Reading, case_id: int, message_id: int) -> str:
    """Read the case up to its last message and store the proposal; running it again changes nothing."""
    while True:
        state = patiently("read", lambda: _safely(parts, reader, case_id, message_id))
        if state != "changed":
            return state


class Nobody:
    """The reader of a case that no machine could read: it goes to a person, high."""

    def read(self, text: str, timeout_s: float = READ_SECONDS) -> Assessment:
        """Unread."""
        return Assessment.unread("model_error")


def _safely(parts: Parts, reader: Reading, case_id: int, message_id: int) -> str:
    """As `_once`; what fails in reading or planning must not leave the case waiting for ever."""
    try:
        return _once(parts, reader, case_id, message_id)
    except AWAY:
        raise
    except Exception as error:  # noqa: BLE001 (the case goes to a person, unread)
        _log.error("read_failed", error=type(error).__name__)
        return _once(parts, Nobody(), case_id, message_id)


def _once(parts: Parts, reader: Reading, case_id: int, message_id: int) -> str:
    with reading(parts.sessions) as session:
        case = session.get(Case, case_id)
        if case is None or case.erased_at is not None:
            return "gone"
        tenant = parts.tenants[case.tenant]
        text, upto = cases.person_text(session, parts.vault.sealer, case)
        standing = session.get(Ticket, case_id)
        area = standing.area if standing is not None else ""
        watched = sources.source_of(session, case) == "R4b"
    if not text:
        return "empty"
    assessment = reader.read(text)
    if watched:  # what a watching system says is no guess of ours
        assessment = replace(assessment, themes=assessment.themes | {"no_contact"})
    if stance.says_safe(parts.vault.sealer, case):
        assessment = calm.as_answered(assessment, parts.alarm.scan(text).kinds)
    plan = _plan(parts, tenant, case, text, assessment, area)
    with parts.sessions.begin() as session:
        found = ledger.case_and_ticket(session, tenant.name, case_id, lock=True)
        if found is None or found[0].erased_at is not None:
            return "gone"
        case, row = found
        if not cases.person_text(session, parts.vault.sealer, case)[0].startswith(text):
            return "changed"  # words were taken back while the model read: what it says of them must not be kept
        if row.area != area:
            return "changed"  # where the person lives was said meanwhile: the plan rests on it
        stored = queue.take_reading(tenant.office, session, case, row, assessment, plan, upto=upto, now=now_ms())
        sightings.said(tenant.office, session, case, row, text, now_ms())
    return "read" if stored else "known"


def _plan(
    parts: Parts, tenant: Tenant, case: Case, text: str, assessment: Assessment, area: str
) -> planning.Plan:  # fmt: skip
    facts = planning.Facts(
        route=planning.Source(case.route),
        language="ja",
        text_length=len(text),
        consent=stance.consent_of(parts.vault.sealer, case),
        alarm=parts.alarm.scan(text).kinds,
        received_at=to_datetime(case.opened_at),
        area=area,
        declines=declining(text, assessment),
    )
    return planning.decide(assessment, facts, tenant.pack, to_datetime(now_ms()).astimezone(clock.TOKYO))
