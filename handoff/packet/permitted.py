"""Whether a packet may be made at all (渡してよいか): the basis, the consent for each recipient, a meeting's secrecy.

Reads in the caller's transaction; decides by `handoff.basis.may_share` and nothing softer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import consent_rows, desks, named, reporters, residence, sources
from handoff.office import Office, Refused, StaffRef
from handoff.pack import Desk, Meeting
from handoff.packet import from_meeting
from handoff.packet.as_json import Recipient
from handoff.packet.cut import WORDS_ONLY
from handoff.packet.sealed import consents_for
from handoff.records import Ticket
from handoff.secrecy import SECRECIES
from intake import cases
from intake.records import Case, Contact


def recipients_of(office: Office, case: Case, wanted: Sequence[str]) -> tuple[Recipient, ...]:
    """Who `wanted` are: desks and meetings of the pack by id (or name), other municipalities, others by their name."""
    found: dict[str, Recipient] = {}
    for one in (name.strip() for name in wanted):
        desk = next((each for each in office.pack.desks if one in (each.id, each.name)), None)
        room = next((each for each in office.pack.meetings if one in (each.id, each.name)), _by_kind(office, one))
        if desk is not None:
            found[desk.id] = Recipient(desk.name, desk.id, desk.phone, desk.fax)
        elif room is not None:
            found[room.id] = Recipient(room.name, room.id, members=room.members)
        elif (town := _town(office, one)) is not None:
            found[town.id] = town
        elif one:
            code = named.code_of(office, case, one)
            found[code] = Recipient(one, code)
    return tuple(found.values())


def scope_of(
    office: Office,
    session: Session,
    case: Case,
    basis: str,
    to: Sequence[Recipient],
    scope: str,
    decided_by: str,
    kind: str,
) -> str:
    """The scope in which the packet may go: the one asked for, or "text" where somebody agreed to the words alone.

    Raises `Refused` with the sentence of the first thing that stands against it.
    """
    if scope not in ("", WORDS_ONLY):
        raise Refused("no_scope", "どこまで渡すかを選んでください。")
    secrecy = sources.restriction(session, case)
    if sources.goes_beyond(secrecy, basis):
        where = SECRECIES[secrecy].name_ja
        raise Refused(
            "meeting_secrecy",
            f"「{where}」で聞いた情報です。同じ根拠か、本人の同意（会議で聞いたことを除く）で渡せます。",
        )
    said = [_said(office, session, case, kind, one) for one in to] if basis == "C0" else []
    verdict = bases.may_share(
        basis, consent=bool(said) and all(said), decided_by=decided_by, rooms=office.pack.room_codes, anonymous=True
    )
    if not verdict.allowed:
        raise Refused(verdict.code, verdict.message_ja)
    _its_own_room(office, basis, to)
    if basis == "C8":
        _bound(office, to)
    return WORDS_ONLY if "partial" in said else scope


def of_no_meeting(office: Office, session: Session, case: Case, basis: str, typed: Sequence[str]) -> None:
    """Raise `Refused("meeting_words")` where staff repeat what a meeting told, and it may not go on `basis`."""
    if not sources.stays_behind(sources.restriction(session, case), basis):
        return
    there, _ = sources.words_of(office, session, case)
    if any(from_meeting.repeats(one, there) for one in typed):
        raise Refused(
            "meeting_words",
            "「お願いしたいこと」か「当方が続けること」に、会議で聞いたことばが入っています。本人から聞いたことで書いてください。",
        )


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


def _town(office: Office, one: str) -> Recipient | None:
    """Another municipality, by `town:<code>` (as a transfer names it) or by its plain name."""
    to = one
    if not one.startswith(residence.TOWN):
        found = residence.town_named(office.pack, one)
        to = residence.TOWN + found[0] if found is not None and residence.outside(office.pack, found[1]) else ""
    name = residence.recipient_name(to)
    return Recipient(name, to) if name != to else None


def _by_kind(office: Office, name: str) -> Meeting | None:
    """The meeting that 「重層的支援会議」 means where the pack's own has another name, and there is only one."""
    rooms = consent_rows.rooms(office)
    return rooms[0] if len(rooms) == 1 and name in bases.BASES["C0"].rooms else None


def _in_the_room(office: Office, basis: str, to: Sequence[Recipient]) -> None:
    """On the basis of a meeting that only the law opens, who is no desk of ours must sit in it (構成員の名簿)."""
    if not bases.BASES[basis].needs_room:
        return
    held = [room for room in office.pack.meetings if room.basis == basis]
    members = {_plain(one) for room in held for one in room.members or office.pack.members}
    for one in to:
        if one.id.startswith((residence.NAMED, residence.TOWN)) and _plain(one.name) not in members:
            raise Refused(
                "not_member",
                f"「{bases.BASES[basis].name_ja}」の根拠では、構成員の名簿にない相手に渡せません。"
                "本人の同意か、ほかの根拠を選んでください。",
            )


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _said(office: Office, session: Session, case: Case, kind: str, to: Recipient) -> str:
    """`given`, `partial`, or "" where the person agreed to no such recipient: who is only named was never asked about.

    A desk's consent carries nothing into its meeting, and the meeting's nothing to the desk.
    """
    said = [consent_rows.agreed(office, session, case, *one) for one in consents_for(office, kind, to.id)]
    return next((one for one in ("partial", "given") if one in said), "")


def _bound(office: Office, to: Sequence[Recipient]) -> None:
    """Use within the office's own duties (C8) ends where nobody is bound to its secrecy, as `handoff.gate` has it."""
    for one in to:
        if not desks.bound(office.pack, one.id):
            raise Refused(
                "not_bound",
                f"{one.name}は庁内・委託の窓口ではありません。本人の同意か、ほかの根拠を選んでください。",
            )


def _its_own_room(office: Office, basis: str, to: Sequence[Recipient]) -> None:
    """A packet for a meeting goes on that meeting's basis, and on such a basis to nobody beyond the meeting."""
    _in_the_room(office, basis, to)
    for room in office.pack.meetings:
        if room.basis != basis and any(one.id == room.id for one in to):
            wanted = bases.BASES[room.basis].name_ja if room.basis in bases.BASES else room.basis
            raise Refused("other_room", f"「{room.name}」には、「{wanted}」の根拠で渡します。")
