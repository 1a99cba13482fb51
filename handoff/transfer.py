"""People of another municipality (ほかの市町村の方): received here, and transferred there with a receipt.

A transfer is a つなぎ whose recipient is a municipality outside the pack. Nobody there works here, so staff write down
who took it there, when and by what way; until then whoever has the case keeps it, and is reminded
(`handoff.handing_due`). Nobody is refused by where they live. Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from handoff import consents, gate, handing_answers, handing_due, handover, residence, ticket
from handoff import handing_rows as rows
from handoff.acting import alone, done, moved, owned
from handoff.basis import BASES
from handoff.office import Office, Refused, StaffRef
from handoff.packet import store
from handoff.records import HandOver
from intake.ids import new_id

WAYS: Final = {
    "phone": "電話",
    "fax": "FAX",
    "post": "郵送",
    "visit": "窓口・同行",
    "mail": "庁内メール・LGWAN",
    "other": "そのほか",
}
"""How the other municipality said that it has it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a transfer says. `town`: the other municipality's name. `desk`: its desk there, if known. `decided_by`:
    whose named decision the basis rests on. `heard`: when and by whom consent was heard; `by_whom`: whose it is."""

    town: str
    basis: str
    ask: str = field(repr=False)
    keep: str = field(repr=False)
    desk: str = ""
    decided_by: int | None = None
    heard: str = field(default="", repr=False)
    by_whom: str = ""


def send(office: Office, session: Session, case_id: int, staff: StaffRef, wish: Wish, now: int) -> int:
    """引きつぐ: a packet for the other municipality, which is asked to take it; returns its row's id. The owner stays.

    Raises `Conflict` for a case of somebody else's, and `Refused`: `no_such_town` for a name that is not in the list or
    is a place of this office, `incomplete`, `bad_basis` (a meeting of ours is no way there), `wrong_state`, and what
    `gate.ask` and `store.make` refuse for the basis.
    """
    case, row = owned(office, session, case_id, staff)
    alone(session, row)
    found = residence.town_named(office.pack, wish.town)
    if found is None or not residence.outside(office.pack, found[1]):
        raise Refused(
            "no_such_town", "引きつぐ市町村の名前を書いてください。「青森市」のように、市町村の名前だけを書きます。"
        )
    if not wish.ask.strip() or not wish.keep.strip():
        raise Refused("incomplete", "「お願いしたいこと」と「当方が続けること」を書いてください。")
    basis = BASES.get(wish.basis)
    if basis is not None and (basis.needs_room or basis.code == "C9"):
        raise Refused("bad_basis", "会議の根拠では、ほかの市町村に引きつげません。ほかの根拠を選んでください。")
    to = residence.TOWN + found[0]
    passed = gate.ask(
        office, session, case, (to,), wish.basis, decided_by=wish.decided_by, heard=bool(wish.heard.strip())
    )  # fmt: skip
    spoken = consents.spoken(passed, wish.by_whom, wish.heard)
    row.state, row.hold_until = moved(row, ticket.Action.HAND), None
    row.area = row.area or found[1]
    for heard in spoken:
        consents.write_heard(office, session, case, row, staff, heard, now)
    session.flush()  # the packet looks for the consents written just now
    packet = store.make(
        office, session, case, row, staff, kind="watch" if case.route == "lifeline" else "referral", basis=wish.basis,
        recipients=(to,), ask=wish.ask, keep=wish.keep, now=now, scope=passed[0].scope, decided_by=wish.decided_by,
    )  # fmt: skip
    over = HandOver(
        id=new_id(), tenant=case.tenant, case_id=case.id, from_desk=row.owner_desk, to_desk=to, basis=wish.basis,
        scope=passed[0].scope, by_staff=staff.id, at=now, state=str(handover.State.SENT),
        purpose=str(handover.Purpose.TRANSFER), lead=True, desk_name=f"{found[1]} {wish.desk}".strip()[:120],
        decided_by=wish.decided_by, packet_id=packet.id, ask_sealed=b"", keep_sealed=b"",
    )  # fmt: skip
    over.ask_sealed = rows.sealed(office, case, over.id, "ask_sealed", wish.ask)
    over.keep_sealed = rows.sealed(office, case, over.id, "keep_sealed", wish.keep)
    session.add(over)
    session.flush()
    done(office, session, case, row, staff, now, "handed", f"{to} {wish.basis} {passed[0].scope}".strip())
    handing_due.watch(office, session, over, now)
    return over.id


def received(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    over_id: int,
    who: str,
    when: str,
    way: str,
    now: int,
) -> None:
    """受け取りの記録: the other municipality has it. The owner stays until they close the case themselves.

    Raises `Refused("receipt_needed")` unless who, when and by what way are said; what `note_answer` raises otherwise.
    """
    if not who.strip() or not when.strip() or way not in WAYS:
        raise Refused("receipt_needed", "だれが・いつ・どの方法で受け取ったかを書いてください。")
    heard = f"{who.strip()}／{when.strip()}／{WAYS[way]}"
    handing_answers.note_answer(office, session, case_id, staff, over_id, "accept", heard, "", now)


def waiting(session: Session, case_id: int) -> HandOver | None:
    """The transfer of the case that has no receipt yet."""
    found = (one for one in rows.of_case(session, case_id) if one.to_desk.startswith(residence.TOWN))
    return next((one for one in found if rows.part_of(one).waits), None)
