"""What the script may say about this office and this case: options for the step, facts for its placeholders."""

from __future__ import annotations

from collections.abc import Iterable

from bots.line.door_notice import link_of
from bots.my_record import record_words
from bots.parts import Tenant
from bots.talk import Turn
from bots.web import links
from handoff import clock, clock_words, disaster, disaster_words, number, numbers, ticket
from handoff.packs.values import LineMode
from handoff.reach import state_of
from intake import cases, given
from intake.clock import to_datetime
from intake.conversation import values as talk
from intake.conversation.script import shipped
from intake.conversation.speech import summarise
from triage.assessment import Urgency

_NO_DANGER = frozenset({"help", "suicide"})
"""What the list of telephones shows when nothing dangerous was said."""


def options_for(tenant: Tenant, now: int, alarm: frozenset[str] = frozenset()) -> talk.Options:
    """The pack and the clock at this moment."""
    pack, at = tenant.pack, to_datetime(now)
    opened = clock.is_open(pack.hours, at)
    return talk.Options(
        office=pack.office,
        mode=pack.line_mode.value,
        neutral=pack.neutral,
        lines=_lines(tenant, now, alarm),
        in_hours=opened is not False,
        someone_can_read_now=bool(opened) or pack.on_call.available,
        languages=shipped(),
    )


def facts_for(turn: Turn, says: Iterable[talk.Say]) -> dict[str, str]:
    """The facts that these bubbles ask for, and no more."""
    wanted = talk.wanted(says)
    pack = turn.tenant.pack
    makers = {
        "office": lambda: pack.office,
        "hours": lambda: clock_words.hours_words(pack.hours, _language(turn)),
        "receipt": lambda: _receipt(turn),
        "due": lambda: due_words(turn),
        "summary": lambda: _summary(turn),
        "status": lambda: _status(turn),
        "record": lambda: record_words(turn),
        "link": lambda: _link(turn),
        "form": lambda: f"{turn.parts.settings.base_url}/renraku",
    }
    return {name: makers[name]() for name in wanted}


def _link(turn: Turn) -> str:
    """Our own page: by a fresh one-time link where LINE is only the door to it."""
    if turn.tenant.pack.line_mode is not LineMode.DOOR:
        return f"{turn.parts.settings.base_url}/soudan"
    return link_of(turn.parts, links.make_link(turn.session, turn.contact, turn.now))


def due_words(turn: Turn) -> str:
    """The promise to this person, from the real calendar; honest where nothing can be promised."""
    pack = turn.tenant.pack
    urgency = Urgency(turn.ticket.urgency) if turn.ticket else Urgency.NORMAL
    since = to_datetime(turn.ticket.waiting_since if turn.ticket else turn.now)
    promise = clock.due(urgency, since, pack.sla, pack.hours, on_call=pack.on_call.available)
    said = clock_words.due_words(promise, to_datetime(turn.now), _language(turn))
    on = disaster.current(turn.session, turn.tenant.name)
    return said if on is None else f"{said}{disaster_words.late_words(_language(turn))}"


def _language(turn: Turn) -> str:
    return state_of(turn.tenant.office, turn.contact).language or "ja"


def _receipt(turn: Turn) -> str:
    if turn.case is None:
        return clock_words.no_receipt_words(_language(turn))
    if turn.case.route in number.REPORTED:
        return number.label_of(turn.case.number, turn.case.route)
    return cases.receipt_of(turn.parts.vault.sealer, turn.case)


def _summary(turn: Turn) -> str:
    if turn.case is None:
        return ""
    sealer = turn.parts.vault.sealer
    text, _ = cases.person_text(turn.session, sealer, turn.case)
    stored = cases.talk_of(turn.parts.vault, turn.contact)
    state = talk.State.from_json(stored) if stored else talk.State()
    typed = given.answers_of(sealer, turn.case)
    return summarise(state, options_for(turn.tenant, turn.now), text, typed)


def _status(turn: Turn) -> str:
    """Only steps that happened, in their order. 「読みました」 is said when a person of staff had the words open."""
    row, said = turn.ticket, clock_words.step_words(_language(turn))
    if row is None:
        return said[0]
    happened = (
        True,
        row.opened_at is not None and row.opened_at >= row.waiting_since,
        row.owner_id is not None,
        row.replied_at is not None,
        row.state == ticket.State.HANDED,
        row.state == ticket.State.CLOSED,
    )
    return " → ".join(words for words, did in zip(said, happened, strict=True) if did)


def _lines(tenant: Tenant, now: int, alarm: frozenset[str]) -> tuple[talk.Line, ...]:
    found = numbers.lines_for(alarm or _NO_DANGER, tenant.pack, to_datetime(now), open_only=True)
    return tuple(talk.Line(line.kind, line.label, line.number, line.tel_uri) for line in found if line.tel_uri)
