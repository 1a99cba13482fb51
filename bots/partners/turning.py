"""What a step of the conversation means for partners (協定事業所): joining, the reporter's vault, places seen again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bots.partners import members
from handoff import areas, ledger, queue, reporters, sightings, stance
from intake import given
from intake.conversation import values as talk

if TYPE_CHECKING:
    from bots.talk import Turn

PLACES = frozenset({"l_place", "l_customer", "p_place", "place"})
"""The questions whose typed answers name a place."""
_POSTCODE = re.compile(r"^(?:日本[、,]?\s*)?(?:〒?\s*[0-9]{3}-?[0-9]{4})?\s*")


def after(turn: Turn, effect: talk.Effect) -> None:
    """Do the partners' part of an effect, after the turn itself carried it out."""
    match effect:
        case talk.Enrol():
            members.enrol(turn.parts, turn.session, turn.tenant, turn.contact, effect, turn.now)
            if turn.case is not None:
                _keep_reporter(turn)
        case talk.LeavePartner():
            members.leave(turn.session, turn.tenant, turn.contact, turn.now)
        case talk.OpenCase() | talk.NewCase():
            _keep_reporter(turn)
        case talk.Answer("p_contact", words) if words != "skip":
            _contact(turn, words)
        case talk.Answer(field, words) if field in PLACES:
            _words(turn, words)
        case talk.Answer("phone", _) if turn.case is not None and turn.ticket is not None:
            sightings.said(turn.tenant.office, turn.session, turn.case, turn.ticket, "", turn.now)
        case talk.Answer(field, _) if field in stance.QUESTIONS:
            _stance(turn)
        case talk.Answer(field, _) if field in areas.QUESTIONS:
            _lives(turn)
        case talk.AppendPlace(lat, lon, label):
            _point(turn, lat, lon, label)
        case _:
            pass


def _stance(turn: Turn) -> None:
    """What the person wants came after triage had read the report: the plan rests on it too."""
    if turn.case is not None and turn.ticket is not None:
        queue.plan_anew(turn.tenant.office, turn.session, turn.case, turn.ticket, turn.now)
        ledger.changed(turn.session, turn.tenant.office.outbox, turn.ticket)


def _lives(turn: Turn) -> None:
    """Where the person lives decides which desks are asked."""
    if turn.case is not None and turn.ticket is not None:
        areas.told(turn.tenant.office, turn.session, turn.case, turn.ticket, turn.now)


def shredded(turn: Turn) -> list[int]:
    """Empty the vault and the marks of the case that is being erased; returns the keys to destroy after the commit."""
    if turn.case is None:
        return []
    sightings.forget(turn.session, turn.case)
    return reporters.forget(turn.session, turn.case)


def _keep_reporter(turn: Turn) -> None:
    if turn.case is not None:
        members.keep_reporter(turn.parts, turn.session, turn.tenant, turn.contact, turn.case, turn.now)


def _contact(turn: Turn, words: str) -> None:
    """How to reach the reporter goes to the vault; among the answers only stands that there was one."""
    if turn.case is None:
        return
    lookup = turn.lookup(turn.message_id)
    given.keep_answer(turn.parts.vault.sealer, turn.case, "p_contact", "", lookup)
    reporters.add_phone(turn.session, turn.parts.vault, turn.case, words, lookup or "", turn.now)


def _words(turn: Turn, words: str) -> None:
    if turn.case is None or turn.ticket is None:
        return
    found = members.membership(turn.session, turn.tenant, turn.contact, turn.now)
    partner = found.partner.code if found else ""
    sightings.place_words(turn.tenant.office, turn.session, turn.case, turn.ticket, words, turn.now, partner=partner)


def _point(turn: Turn, lat: float, lon: float, label: str) -> None:
    """A point of the map, and the address that LINE writes beside it: near the home, not the very home."""
    if turn.case is None or turn.ticket is None:
        return
    sightings.place_point(turn.tenant.office, turn.session, turn.case, turn.ticket, lat, lon, turn.now)
    if address := _POSTCODE.sub("", label).strip():
        words = f"{address}付近"
        sightings.place_words(turn.tenant.office, turn.session, turn.case, turn.ticket, words, turn.now)
