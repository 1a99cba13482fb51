"""連絡票への返信 without a basis: that it was received and what becomes of it, and nothing of the person.

Who sent it is in the vault: the sealed packet says 「ご連絡をくださった方」, and the name is set in while printing
(`addressing`), by whoever opens the vault with a reason. Pure, but for the looks into the case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from handoff import reporters
from handoff.basis import REPLY
from handoff.office import Office, Refused
from handoff.packet.anonymise import known_of
from handoff.packet.as_json import SENDER_ID, Recipient
from handoff.packet.cut import Cut
from handoff.packet.fields import fields
from handoff.packet.from_meeting import repeats
from handoff.packet.names import names_in
from handoff.packet.values import Entry, Sheet, Source
from handoff.packet.visitor import OPENLY
from intake import cases
from intake.records import Case

KIND: Final = "reply"
SENDER: Final = Recipient("ご連絡をくださった方", SENDER_ID)
_SECTION: Final = "reply"
_OF_THE_PERSON: Final = frozenset(
    {"name", "kana", "address", "w_place", "phone_home", "phone_mobile", "email", "target", "birth_date"}
)


def answerable(office: Office, session: Session, case: Case) -> bool:
    """Whether somebody told us openly of the person and can be answered: a profession, or who called or wrote."""
    return case.route in OPENLY and reporters.holds(session, office.tenant, case.id)


def to(office: Office, session: Session, case: Case, kind: str, wanted: Iterable[str]) -> tuple[Recipient, ...]:
    """Who receives it: who sent the 連絡票, and nobody else.

    Raises `Refused`: `no_basis` for another kind of packet, `no_sender`, `only_sender`.
    """
    if kind != KIND:
        raise Refused("no_basis", f"「{REPLY.name_ja}」は、連絡票への返信だけに使えます。根拠を選んでください。")
    if not answerable(office, session, case):
        raise Refused("no_sender", "この相談には、返信する相手の記録がありません。")
    if [one for one in wanted if one.strip() and one.strip() != SENDER.id]:
        raise Refused("only_sender", "この返信は、連絡をくださった方だけに渡せます。ほかの渡す先を外してください。")
    return (SENDER,)


def only(office: Office, session: Session, case: Case, whole: Sheet, typed: Iterable[str]) -> Cut:
    """What goes: the lines of the reply. Raises `Refused("names_somebody")` where words tell who the person is."""
    kept = {name: one for name, one in whole.entries.items() if _of_the_reply(name, one)}
    said = (*typed, *(str(one.value) for one in kept.values()))
    told, _ = cases.person_text(session, office.sealer, case)
    found = _named(said, whole, office.pack.municipality)
    if found or any(repeats(one, told) for one in said):
        which = f"「{found}」" if found else "相談のことば"
        raise Refused(
            "names_somebody", f"この返信には、本人のことを書けません。{which}を消すか、根拠を選んでください。"
        )
    return Cut(Sheet(entries=kept), {}, frozenset())


def _of_the_reply(name: str, entry: Entry) -> bool:
    return fields()[name].section == _SECTION and entry.source not in (Source.MEETING, Source.TAX)


def _named(said: Iterable[str], whole: Sheet, municipality: str) -> str:
    """The first name, number or place of the person in `said`, as the sheet knows them; "" for none."""
    own = {name: one for name, one in whole.entries.items() if name in _OF_THE_PERSON}
    target = own.get("target")
    more = names_in(target.value) if target is not None and isinstance(target.value, str) else ()
    born = own.get("birth_date")
    more += (str(born.value),) if born is not None and born.known else ()
    known = known_of(replace(whole, entries=own), [one for one in more if one not in municipality])
    text = unicodedata.normalize("NFKC", "\n".join(said))
    plain = (unicodedata.normalize("NFKC", one) for one in (*known.names, *known.places))
    return next((one for one in plain if one in text), "")
