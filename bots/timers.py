"""Timed jobs (時間の仕事): silence makes a draft 受付済, an unclaimed case is called out again and again,
and a call goes on until somebody acknowledges it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bots.converse import converse
from bots.durable import TIMERS, Job
from bots.parts import Parts
from bots.patience import patiently
from bots.talk import SILENT_SECONDS, Turn
from handoff import attempts, calls, handing_due, hold, ledger, notices, plan_states, queue, reminders
from handoff.office import Office
from handoff.records import Call
from intake.clock import now_ms
from intake.conversation import values as talk
from intake.records import Case, Contact, InboxEvent


def silent(parts: Parts, case_id: int, count: int) -> str:
    """30 silent minutes finish a draft; if the person wrote meanwhile, look again later."""
    return patiently("silent", lambda: _silent(parts, case_id, count))


def remind(parts: Parts, case_id: int, once: str) -> str:
    """Nobody has taken the case: remind staff, and come back until somebody does. Or the time of a hold is over."""
    return patiently("remind", lambda: _remind(parts, case_id, once))


def call(parts: Parts, call_id: int, step: int) -> str:
    """Nobody has acknowledged a call: its next round, and so on until somebody does."""
    return patiently("call", lambda: _call(parts, call_id, step))


def _call(parts: Parts, call_id: int, step: int) -> str:
    with parts.sessions.begin() as session:
        found = session.get(Call, call_id)
        if found is None:
            return "gone"
        return calls.go_on(parts.tenants[found.tenant].office, session, call_id, step, now_ms())


def notice(parts: Parts, case_id: int, kind: str, once: str) -> str:
    """The time of a notice to the person has come; whether it is still to be said is decided now."""
    return patiently("notice", lambda: _notice(parts, case_id, kind, once))


def _notice(parts: Parts, case_id: int, kind: str, once: str) -> str:
    with parts.sessions.begin() as session:
        tenant = parts.tenants.get(_tenant_of(session, case_id))
        if tenant is None:
            return "gone"
        return _come_due(kind)(tenant.office, session, case_id, kind, once, now_ms())


def _come_due(kind: str) -> Callable[[Office, Session, int, str, str, int], str]:
    if kind in reminders.KINDS:
        return reminders.come_due
    others = {
        handing_due.KIND: handing_due.come_due, plan_states.KIND: plan_states.come_due,
        attempts.KIND: attempts.come_due,
    }  # fmt: skip
    return others.get(kind, notices.come_due)


def _silent(parts: Parts, case_id: int, count: int) -> str:
    now = now_ms()
    with parts.sessions.begin() as session:
        case = session.get(Case, case_id)
        if case is None or case.finished_at or case.erased_at or case.contact_id is None:
            return "done"
        contact = session.get(Contact, case.contact_id, with_for_update=True)
        if contact is None or contact.case_id != case_id:
            return _finish(parts, session, case_id, now)
        quiet = (now - contact.last_event_at) / 1000
        if quiet < SILENT_SECONDS:
            again = Job(
                TIMERS, "silent", f"silent-{case_id}-{count + 1}", f"silent:{case_id}", (case_id, count + 1),
                SILENT_SECONDS - quiet,
            )  # fmt: skip
            parts.jobs.put(session, again)
            return "later"
        turn = Turn(parts, parts.tenants[case.tenant], session, InboxEvent(id=0), contact, None, now)
        converse(turn, talk.SilentFor(int(quiet // 60)))
    return "finished"


def _finish(parts: Parts, session: Session, case_id: int, now: int) -> str:
    found = ledger.case_and_ticket(session, _tenant_of(session, case_id), case_id, lock=True)
    if found:
        queue.finish(parts.tenants[found[0].tenant].office, session, *found, now)
    return "finished"


def _remind(parts: Parts, case_id: int, once: str) -> str:
    with parts.sessions.begin() as session:
        found = ledger.case_and_ticket(session, _tenant_of(session, case_id), case_id, lock=True)
        if found is None:
            return "gone"
        case, row = found
        if once.startswith(hold.ONCE):
            return hold.come_due(parts.tenants[case.tenant].office, session, case, row, once, now_ms())
        return queue.remind(parts.tenants[case.tenant].office, session, case, row, once, now_ms())


def _tenant_of(session: Session, case_id: int) -> str:
    case = session.get(Case, case_id)
    return case.tenant if case else ""
