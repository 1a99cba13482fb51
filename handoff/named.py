"""Recipients that are no desk of the pack (名前で書いた相手): 民生委員, a landlord, a school, by the name given alone.

A consent for one bears a code of the name in the case, which tells nothing, and the name under the case's key. The same
name gives the same code in the same case, however it is spaced: by it a packet finds the consent.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from handoff import consent_rows
from handoff.office import Office, Refused
from handoff.residence import NAMED, TOWN, outside, town_named
from intake.door_records import Consent
from intake.records import Case
from intake.seal import Cell

LONGEST: Final = 80
_LETTERS: Final = 40


def code_of(office: Office, case: Case, name: str) -> str:
    """What stands for the name in this case: `name:` and 40 hex digits."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    found = office.vault.blind.of(case.tenant, "recipient", f"{case.id}\x1f{plain}")
    return NAMED + found.partition(":")[2][:_LETTERS]


def recipient_of(office: Office, case: Case, name: str) -> str:
    """Of whom a consent speaks that names `name`: another municipality by its code, else the code of the name.

    Raises `Refused`: `too_long`, `no_desk` for a desk or meeting of the pack, which is chosen in its list.
    """
    name = name.strip()
    if len(name) > LONGEST:
        raise Refused("too_long", f"相手の名前が長すぎます（{LONGEST}字まで）。")
    if name in {one.name for one in office.pack.desks} | {one.name for one in office.pack.meetings}:
        raise Refused("no_desk", "その窓口・会議は、一覧から選んでください。")
    town = town_named(office.pack, name)
    if town is not None and outside(office.pack, town[1]):
        return TOWN + town[0]
    return code_of(office, case, name)


def sealed(office: Office, case: Case, consent_id: int, name: str) -> bytes:
    """The name as the consent keeps it."""
    return office.sealer.seal_text(case.key_id, _cell(case.tenant, consent_id), name.strip())


def name_of(office: Office, consent: Consent) -> str:
    """The name of whom a consent speaks: the desk, the meeting, the municipality, or the name that was given."""
    if consent.to_sealed is None:
        return consent_rows.desk_name(office, consent.desk)
    return office.sealer.open_text(_cell(consent.tenant, consent.id), consent.to_sealed)


def _cell(tenant: str, consent_id: int) -> Cell:
    return Cell(tenant, "consents", "to_sealed", consent_id)
