"""What the person gave beside their story (申告): answers to questions, and from which message each came.

An answer typed as a message goes with it when the message is taken back (取消); so does a name, which itself stands
with the contact: here only an empty value remembers its message.
"""

from __future__ import annotations

import json

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from intake.cases import Vault, keep_name
from intake.records import Case, Contact, Outgoing
from intake.seal import Cell, Sealer

NAME = "name"


def answers_of(sealer: Sealer, case: Case) -> dict[str, str]:
    """The answers to the intake questions so far (question → choice key or typed words)."""
    return {field: value for field, (value, _) in _all(sealer, case).items() if value}


def keep_answer(sealer: Sealer, case: Case, field: str, value: str, lookup: str | None) -> None:
    """Store one answer, replacing an earlier one; `lookup` is the blind index of the message that gave it."""
    _keep(sealer, case, _all(sealer, case) | {field: (value, lookup)})


def searched(contact: Contact) -> Select[int]:
    """The ids of the cases in which `forget_given` looks."""
    answered = select(Outgoing.case_id).where(Outgoing.contact_id == contact.id, Outgoing.case_id.is_not(None))
    return select(Case.id).where(
        or_(Case.contact_id == contact.id, Case.id.in_(answered)),
        Case.answers_sealed.is_not(None),
        Case.erased_at.is_(None),
    )


def forget_given(session: Session, vault: Vault, contact: Contact, lookup: str) -> list[Case]:
    """Drop what this message gave, in every case of the contact; returns the cases that changed.

    A case that has gone on with another contact since (another telephone) is still searched: we answered here about it.
    """
    changed = []
    for case in session.scalars(select(Case).where(Case.id.in_(searched(contact))).order_by(Case.id)):
        given = _all(vault.sealer, case)
        kept = {field: pair for field, pair in given.items() if pair[1] != lookup}
        if len(kept) == len(given):
            continue
        _keep(vault.sealer, case, kept)
        if NAME in given.keys() - kept.keys():
            now_with = session.get(Contact, case.contact_id) if case.contact_id else None
            keep_name(vault, now_with or contact, None)
            case.identity = "anonymous"
        changed.append(case)
    return changed


def _all(sealer: Sealer, case: Case) -> dict[str, tuple[str, str | None]]:
    if case.answers_sealed is None:
        return {}
    text = sealer.open_text(_cell(case), case.answers_sealed)
    return {field: (value, lookup) for field, (value, lookup) in json.loads(text).items()}


def _keep(sealer: Sealer, case: Case, given: dict[str, tuple[str, str | None]]) -> None:
    case.answers_sealed = sealer.seal_text(case.key_id, _cell(case), json.dumps(given, ensure_ascii=False))


def _cell(case: Case) -> Cell:
    return Cell(case.tenant, "cases", "answers_sealed", case.id)
