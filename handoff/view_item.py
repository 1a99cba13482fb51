"""One card of the queue as a value (一覧の一枚), opened from its sealed parts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import plan_store, promise, reporters, residence, stance
from handoff.number import label_of
from handoff.office import Office
from handoff.packet import boxes
from handoff.plan import breadth
from handoff.plan_values import Consent
from handoff.reach import silence
from handoff.records import Ticket
from handoff.view_lines import names_of
from handoff.view_values import QueueItem
from intake import cases, given
from intake.conversation.speech import choice_labels_ja
from intake.records import Case

_TITLE = 40
_EXCERPT = 120


def item_of(office: Office, session: Session, case: Case, ticket: Ticket) -> QueueItem:
    """One card of the queue without an authorization check: for what the machine itself shows (Slack cards)."""
    return item_with(office, session, case, ticket, names_of(session, [ticket.owner_id]))


def _noticed(office: Office, case: Case) -> str:
    """What whoever reports ticked (気づき), before their words: often there are none."""
    if case.route not in reporters.ROUTES or case.answers_sealed is None:
        return ""
    heard = given.answers_of(office.sealer, case)
    more = heard.get(boxes.SIGNS, "").replace(boxes.BETWEEN, "・")
    said = "・".join(filter(None, [choice_labels_ja("l_sign", heard.get("l_sign", "")), more]))
    return f"{said}｜" if said else ""


def item_with(office: Office, session: Session, case: Case, ticket: Ticket, names: dict[int, str]) -> QueueItem:
    """The card, with the `names` of staff that were looked up for all cards at once. No authorization check."""
    text, _ = cases.person_text(session, office.sealer, case) if case.erased_at is None else ("", 0)
    reading = plan_store.reading_of(office.sealer, ticket)
    first = " ".join(f"{_noticed(office, case)}{text}".split())
    return QueueItem(
        case_id=case.id,
        label=label_of(case.number, case.route),
        state=ticket.state,
        kind=ticket.kind,
        urgency=ticket.urgency,
        route=case.route,
        identity=case.identity,
        title=first[:_TITLE] + ("…" if len(first) > _TITLE else ""),
        excerpt=first[:_EXCERPT] + ("…" if len(first) > _EXCERPT else ""),
        assessment=reading,
        text=text,
        breadth=breadth(reading) if reading else 0,
        waiting_since=ticket.waiting_since,
        due_at=ticket.due_at,
        owner_name=names.get(ticket.owner_id or 0, ""),
        owner_id=ticket.owner_id,
        owner_desk=ticket.owner_desk,
        version=ticket.version,
        judged=plan_store.standing_of(office.sealer, ticket),
        urgency_by=ticket.urgency_by,
        read_upto=ticket.read_upto,
        silence=silence(session, case),
        refused=case.erased_at is None and stance.consent_of(office.sealer, case) is Consent.REFUSED,
        hold_until=ticket.hold_until,
        folded_into=ticket.folded_into,
        folded_label=_label(session, ticket.folded_into),
        answered=promise.answered(ticket),
        speaker=ticket.speaker,
        practice=ticket.practice,
        lives=residence.where_ja(office.pack, ticket.area) if ticket.area else "",
        town=residence.town_ja(office.pack, ticket.area),
    )


def _label(session: Session, case_id: int | None) -> str:
    case = session.get(Case, case_id) if case_id is not None else None
    return label_of(case.number, case.route) if case is not None else ""
