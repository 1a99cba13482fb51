"""What the page shows of a talk (画面の中身): what was said so far, the present bubbles, and ways to answer them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.converse import state_of
from bots.line.facts import facts_for, options_for
from bots.partners import members
from bots.parts import Parts, Tenant
from bots.talk import Turn
from bots.web.asked import Asked, asked_of, asks_consent, asks_to_attend
from bots.web.spoken import Spoken, spoken_since
from bots.web.texts import texts
from handoff import ledger
from handoff.packs.values import LineMode
from intake import cases
from intake.clock import to_datetime
from intake.conversation import values as talk
from intake.conversation.script import Script
from intake.conversation.script import load as load_script
from intake.conversation.step import step
from intake.conversation.take import reports
from intake.records import Case, Contact, InboxEvent, Outgoing
from intake.seal import Cell

_NUMBERS = re.compile(r"\n1[ \u00a0][^\n]*　2[ \u00a0][^\n]*$")
_ONLY_LINE = (":menu:clean:", ":name:display:")
"""Buttons that speak of LINE's own screen or name."""
_MOST_NOTICES = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """The page of one contact. `later` came after the bubbles; `newest` is the last message's id."""

    before: tuple[Spoken, ...]
    says: tuple[talk.Say, ...]
    later: tuple[Spoken, ...]
    newest: int
    language: str
    asked: tuple[Asked, ...] = ()
    """Consents, which stand until they are answered and taken back."""
    files: Literal["all", "voice", "with_rule"] = "all"
    """What may be sent beside words; `with_rule`: a worker's pictures, of some things only."""

    @property
    def choices(self) -> tuple[talk.Choice, ...]:
        """Every way to answer, once, in order."""
        return tuple(dict.fromkeys(choice for say in self.says for choice in say.choices))


def keep(parts: Parts, contact: Contact, says: Iterable[talk.Say], now: int) -> None:
    """Remember what the page shows now; unfilled, so that nothing of a case outlives its erasure here."""
    kept = json.dumps({"at": now, "says": [asdict(say) for say in says]}, ensure_ascii=False)
    contact.page_sealed = parts.vault.sealer.seal_text(contact.key_id, _cell(contact), kept)


def screen(parts: Parts, session: Session, tenant: Tenant, contact: Contact, now: int) -> Screen:
    """The whole page. Changes nothing."""
    turn = Turn(parts, tenant, session, InboxEvent(id=0), contact, None, now)
    found = ledger.case_and_ticket(session, tenant.name, contact.case_id) if contact.case_id else None
    if found and found[0].erased_at is None:
        turn.case, turn.ticket = found
    state = state_of(turn)
    script = load_script(state.language or "ja")
    shut = _behind_words(turn, state)
    at, says = (now, shut) if shut is not None else _present(turn, state)
    if shut is None:
        since = at if contact.page_sealed is not None else contact.last_event_at
        says = (*says, *(say for stamp, say in _notices(parts, session, tenant, contact) if stamp > since))
    says = tuple(say for say in says if not asks_to_attend(say))
    shown = [replace(say, choices=tuple(c for c in say.choices if _fits(c))) for say in says]
    facts = facts_for(turn, shown)
    filled = tuple(_own(talk.fill(_without_numbers(say), facts), script, contact) for say in shown)
    spoken = spoken_since(parts, session, contact) if shut is None else []
    return Screen(
        before=tuple(one for stamp, one in spoken if stamp <= at),
        says=filled,
        later=tuple(one for stamp, one in spoken if stamp > at),
        newest=max((one.id for _, one in spoken), default=0),
        language=state.language or "ja",
        asked=asked_of(turn, script) if shut is None else (),
        files=_files(turn, state),
    )


def _files(turn: Turn, state: talk.State) -> Literal["all", "voice", "with_rule"]:
    member = members.member_options(turn.parts, turn.session, turn.tenant, turn.contact, turn.now)
    options = replace(options_for(turn.tenant, turn.now), **member)
    if not reports(state, options):
        return "all"
    return "with_rule" if options.photos else "voice"


def shut(parts: Parts, session: Session, contact: Contact, now: int) -> bool:
    """Whether the passphrase must be said before anything of the talk may be shown."""
    turn = Turn(parts, parts.tenants[contact.tenant], session, InboxEvent(id=0), contact, None, now)
    turn.case = session.get(Case, contact.case_id) if contact.case_id else None
    return _behind_words(turn, state_of(turn)) is not None


def _behind_words(turn: Turn, state: talk.State) -> tuple[talk.Say, ...] | None:
    """What stands on the page of a guarded talk (合い言葉) instead of the talk; None when it may be shown."""
    if turn.case is None or turn.case.pass_hash is None:
        return None
    outcome = _resumed(turn, state, guarded=True)
    return outcome.says if outcome.state.locked else None


def _resumed(turn: Turn, state: talk.State, *, guarded: bool = False) -> talk.Outcome:
    """What 「相談」 would be answered with now. Changes nothing."""
    options = replace(options_for(turn.tenant, turn.now), mode="talk", guarded=guarded)
    asked = talk.Press(f"t1:menu:resume:{state.serial}")
    return step(state, asked, frozenset(), to_datetime(turn.now), options)


def language_of(parts: Parts, contact: Contact) -> str:
    """The language the person chose, Japanese before they did."""
    stored = cases.talk_of(parts.vault, contact)
    return (talk.State.from_json(stored).language if stored else None) or "ja"


def _present(turn: Turn, state: talk.State) -> tuple[int, tuple[talk.Say, ...]]:
    """The bubbles kept last; where there are none, what 「相談」 would be answered with."""
    contact = turn.contact
    if contact.page_sealed is not None:
        kept = json.loads(turn.parts.vault.sealer.open_text(_cell(contact), contact.page_sealed))
        return int(kept["at"]), tuple(_say(raw) for raw in kept["says"])
    return turn.now, _resumed(turn, state).says


def _notices(parts: Parts, session: Session, tenant: Tenant, contact: Contact) -> list[tuple[int, talk.Say]]:
    """Bubbles that came without being asked for, and that LINE does not show to this person."""
    if contact.case_id is None or (contact.channel != "web" and tenant.pack.line_mode is not LineMode.DOOR):
        return []
    rows = session.scalars(
        select(Outgoing)
        .where(
            Outgoing.contact_id == contact.id,
            Outgoing.case_id == contact.case_id,
            Outgoing.purpose == "notice",
            Outgoing.body_sealed.is_not(None),
        )
        .order_by(Outgoing.id.desc())
        .limit(_MOST_NOTICES)
    ).all()
    found = []
    for row in reversed(rows):
        assert row.body_sealed is not None
        cell = Cell(row.tenant, "outgoing", "body_sealed", row.id)
        body = json.loads(parts.vault.sealer.open_text(cell, row.body_sealed))
        found += [(row.created_at, _say(raw)) for raw in body.get("says", ())]
    return [(at, say) for at, say in found if not asks_consent(say)]


def _say(raw: dict[str, object]) -> talk.Say:
    choices = raw.pop("choices")
    assert isinstance(choices, list)
    return talk.Say(**raw, choices=tuple(talk.Choice(**choice) for choice in choices))  # type: ignore[arg-type]


def _fits(choice: talk.Choice) -> bool:
    """Whether a way to answer makes sense here: speaking is the phone's own keyboard, and we are at the link's end."""
    if choice.kind in ("voice", "camera") or choice.value == "{link}":
        return False
    return not any(mark in choice.value for mark in _ONLY_LINE)


def _without_numbers(say: talk.Say) -> talk.Say:
    """Buttons are always there, so what 1, 2 and 3 mean need not be said."""
    return replace(say, text=_NUMBERS.sub("", say.text))


def _own(say: talk.Say, script: Script, contact: Contact) -> talk.Say:
    """Sentences about LINE do not concern somebody who never used it; the rest stays as it is."""
    here = texts(script.language)["contact_here"]
    there = script.ask["contact"].choices["line"][0]
    head = f"{script.summary['contact']}："
    text = say.text.replace(f"{head}{there}", f"{head}{here}")
    if contact.channel == "web" and say.tone != "summary":
        text = "\n".join(line for line in text.split("\n") if "LINE" not in line) or text
    choices = tuple(replace(c, label=here) if ":contact:line:" in c.value else c for c in say.choices)
    return replace(say, text=text, choices=choices)


def _cell(contact: Contact) -> Cell:
    return Cell(contact.tenant, "contacts", "page_sealed", contact.id)
