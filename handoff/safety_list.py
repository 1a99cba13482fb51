"""Whom to ask first in a disaster whether they are safe (安否の確認リスト), out of what was said in open cases.

Only for people of staff, who write or call one by one: nothing goes out from here. Reading it is logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import disaster, ledger, plan_store, scope
from handoff.number import label_of
from handoff.office import Office, Refused, StaffRef
from handoff.records import Ticket
from handoff.ticket import OPEN
from handoff.view_lines import names_of
from intake import given
from intake.cases import person_text
from intake.records import Case
from intake.seal import KeyDestroyed
from triage.labels import THEME_JA

MOST: Final = 500
"""So many open cases are looked through, the newest first."""
_AROUND: Final = 12


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to ask. `made_by`: the words, or the theme, that made it."""

    id: str
    label: str
    made_by: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """One open case with its reasons. `owner`: who has it, "" for nobody."""

    case_id: int
    label: str
    urgency: str
    owner: str
    place: str = field(repr=False)
    needs: tuple[Need, ...] = ()


def needs_of(texts: Iterable[str], themes: Iterable[str]) -> tuple[Need, ...]:
    """The reasons in these words and themes, with what made each. Pure."""
    said, read, found = list(texts), set(themes), list[Need]()
    for need in disaster.tables()["need"]:
        made_by = next((_around(text, word) for word in need["words"] for text in said if word in text), "")
        if not made_by:
            made_by = next((f"見立て：{THEME_JA[theme]}" for theme in need["themes"] if theme in read), "")
        if made_by:
            found.append(Need(need["id"], need["label"], made_by))
    return tuple(found)


def listed(office: Office, session: Session, staff: StaffRef, now: int) -> tuple[AtRisk, ...]:
    """The open cases that this person may see and that give a reason, most reasons first. The look is logged.

    Raises `Refused("no_right")` for 管理 and 監査, who see no content.
    """
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では、相談の中身を見られません。")
    rows = session.execute(
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            Ticket.state.in_([str(state) for state in OPEN]), Ticket.kind == "consultation", Case.erased_at.is_(None)
        )
        .where(Ticket.practice.is_(False), *scope.seen(office.tenant, staff))
        .order_by(Case.id.desc())
        .limit(MOST)
    ).all()
    names = names_of(session, (row.owner_id for _, row in rows))
    found = [one for case, row in rows if (one := _at_risk(office, session, case, row, names)) is not None]
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="disaster_list", staff_id=staff.id,
        detail=f"{len(found)}",
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: -len(one.needs)))


def _at_risk(office: Office, session: Session, case: Case, row: Ticket, names: dict[int, str]) -> AtRisk | None:
    try:
        text, _ = person_text(session, office.sealer, case)
        answers = given.answers_of(office.sealer, case)
        read = plan_store.reading_of(office.sealer, row)
    except KeyDestroyed:  # erased between our two looks
        return None
    needs = needs_of([text, *answers.values()], read.themes if read else ())
    if not needs:
        return None
    place = answers.get("p_place") or answers.get("l_place") or row.area
    owner = names.get(row.owner_id or 0, "")
    return AtRisk(case.id, label_of(case.number, case.route), row.urgency, owner, place, needs)


def _around(text: str, word: str) -> str:
    at = text.index(word)
    first, last = max(at - _AROUND, 0), at + len(word) + _AROUND
    return f"「{'…' if first else ''}{' '.join(text[first:last].split())}{'…' if last < len(text) else ''}」"
