"""Whether a packet may be made at all (渡してよいか): the basis, the consent for each recipient, a meeting's secrecy.

Reads in the caller's transaction; decides by `handoff.basis.may_share` and nothing softer.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import consents, desks, reporters, sources
from handoff.office import Office, Refused, StaffRef
from handoff.pack import Desk
from handoff.packet.as_json import Recipient
from handoff.packet.cut import WORDS_ONLY
from handoff.records import Ticket
from intake import cases
from intake.records import Case, Contact


def recipients_of(office: Office, wanted: Sequence[str]) -> tuple[Recipient, ...]:
    """Who `wanted` are: desks and meetings of the pack by id (or name), everybody else by the name given."""
    found: dict[str, Recipient] = {}
    for one in (name.strip() for name in wanted):
        desk = next((each for each in office.pack.desks if one in (each.id, each.name)), None)
        room = next((each for each in office.pack.meetings if one in (each.id, each.name)), None)
        if desk is not None:
            found[desk.id] = Recipient(desk.name, desk.id, desk.phone, desk.fax)
        elif room is not None:
            found[room.id] = Recipient(room.name, room.id, members=room.members)
        elif one:
            found[one] = Recipient(one)
    return tuple(found.values())


def scope_of(
    office: Office,
    session: Session,
    case: Case,
    basis: str,
    to: Sequence[Recipient],
    scope: str,
    decided_by: str,
) -> str:
    """The scope in which the packet may go: the one asked for, or "text" where somebody agreed to the words alone.

    Raises `Refused` with the sentence of the first thing that stands against it.
    """
    if scope not in ("", WORDS_ONLY):
        raise Refused("no_scope", "どこまで渡すかを選んでください。")
    secrecy = sources.restriction(session, case)
    if sources.goes_beyond(secrecy, basis):
        known = bases.BASES[secrecy]
        raise Refused("meeting_secrecy", f"「{known.name_ja}」で聞いた情報です。同じ根拠でだけ渡せます。")
    said = [_said(office, session, case, one) for one in to] if basis == "C0" else []
    verdict = bases.may_share(
        basis, consent=bool(said) and all(said), decided_by=decided_by, rooms=office.pack.room_codes, anonymous=True
    )
    if not verdict.allowed:
        raise Refused(verdict.code, verdict.message_ja)
    _its_own_room(office, basis, to)
    if basis == "C8":
        _bound(office, to)
    return WORDS_ONLY if "partial" in said else scope


def secrets_of(office: Office, session: Session, case: Case) -> tuple[str, ...]:
    """Names and numbers that must not be read in an anonymous packet: of the person and of whoever reported."""
    found = [cases.name_of(office.sealer, session.get(Contact, case.contact_id) if case.contact_id else None)]
    about = reporters.about_of(session, office.sealer, case)
    if about is not None:
        found += [about.name, about.phone, about.organisation]
    return tuple(one for one in found if one)


def desk_of(office: Office, staff: StaffRef, row: Ticket) -> Desk:
    """The desk in whose name the packet goes: the writer's, else the case's, else the one that takes everything."""
    for wanted in (staff.desk, row.owner_desk):
        if (found := desks.desk(office.pack, wanted)) is not None:
            return found
    return desks.fallback(office.pack)


def _said(office: Office, session: Session, case: Case, to: Recipient) -> str:
    """`given`, `partial`, or "" where the person agreed to no such recipient."""
    desk = to.id
    room = next((one for one in office.pack.meetings if one.id == to.id), None)
    if room is not None:
        desk = room.desk
    if desk and (consent := consents.for_desk(session, case, desk)) is not None:
        return consent.state if consent.state in consents.AGREED else ""
    if room is None and (desk or to.name not in bases.BASES["C0"].rooms):
        return ""  # whoever is only named here was never named to the person
    shared = [one.state for one in consents.standing(session, case) if one.what == "share"]
    return next((one for one in ("partial", "given") if one in shared), "")


def _bound(office: Office, to: Sequence[Recipient]) -> None:
    """Use within the office's own duties (C8) ends where nobody is bound to its secrecy, as `handoff.gate` has it."""
    for one in to:
        chosen = desks.desk(office.pack, one.id)
        if chosen is None or not chosen.bound:
            raise Refused(
                "not_bound",
                f"{one.name}は庁内・委託の窓口ではありません。本人の同意か、ほかの根拠を選んでください。",
            )


def _its_own_room(office: Office, basis: str, to: Sequence[Recipient]) -> None:
    """A packet for a meeting goes on that meeting's basis."""
    for room in office.pack.meetings:
        if room.basis != basis and any(one.id == room.id for one in to):
            wanted = bases.BASES[room.basis].name_ja if room.basis in bases.BASES else room.basis
            raise Refused("other_room", f"「{room.name}」には、「{wanted}」の根拠で渡します。")
