"""A case's card in one channel, and the rows for every other place that shows the case (カードを出す).

One row a change and channel, each in a lane of its own: a channel that must not be posted to holds up no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.settled import Settled
from bots.slack import home_rows, post
from bots.slack.card import Card, card, moved_card
from bots.slack.channels import DOMAIN, place_of, places
from bots.slack.outcome import Failure, Permanent
from bots.slack.post import SlackPoster
from bots.slack.settle import failed
from handoff import handing_brief, ledger, plan_store, sightings, view
from handoff.handover import UNSETTLED
from handoff.number import label_of
from handoff.office import Office
from handoff.records import HandOver, SlackCard, Ticket
from intake.clock import now_ms
from intake.db import reading
from intake.outbox import Draft
from intake.records import Case, Outgoing
from triage.assessment import Kind

MOVED: Final = 0
"""The version of a card that became one line: the case went to another desk."""
_GONE = Permanent("message_not_found")


@dataclass(frozen=True, slots=True)
class _Ask:
    """One card to be drawn: where, over which one, and whether as one line."""

    drawn: Card
    version: int
    shown_ts: str = ""
    moved: bool = False


def spread(parts: Parts, poster: SlackPoster, row: Outgoing) -> None:
    """Write the rows of the other channels that show less than the case says now, and of the homes that list it.

    Before the town's own channel is even asked. Repeating it is harmless.
    """
    office, now = parts.tenants[row.tenant].office, now_ms()
    with reading(parts.sessions) as session:
        found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
        if found is None:
            return
        case, ticket = found
        behind = _behind(office, poster, session, case, ticket)
        users = home_rows.concerned(office, session, ticket, now)
        case_id, version = case.id, ticket.version
    if not behind and not users:
        return
    with parts.sessions.begin() as session:
        for place in behind:
            once = f"card-{case_id}-{version}-{place}"
            draft = Draft(
                tenant=row.tenant, channel="slack", purpose="card", dedupe=once, case_id=case_id, place=place
            )  # fmt: skip
            parts.outbox.put(session, draft)
        home_rows.after_change(office, session, users, now)


def deliver_card(parts: Parts, poster: SlackPoster, row: Outgoing, *, interrupted: bool) -> Settled:
    """Post, update or fold away the card of this row's channel, as the case is now. The channel was just checked."""
    channel = place_of(row.lane) or poster.channel
    with reading(parts.sessions) as session:
        found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
        if found is None:
            return Settled("dropped", error="gone")
        case, ticket = found
        asked = _asked(parts, poster, session, case, ticket, channel)
        case_id = case.id
    if asked is None:
        return Settled("dropped", via="update", error="already_shown")
    result: str | Failure = _GONE
    if asked.shown_ts:
        result = post.update_card(
            poster.client, channel, asked.shown_ts, asked.drawn, case_id=case_id, version=asked.version
        )
        if asked.moved and result == _GONE:
            result = asked.shown_ts  # somebody deleted it by hand: nothing need be said there
    if result == _GONE:
        # Never posted, or deleted by hand: a case must not vanish from a channel that it belongs to.
        maybe = interrupted or row.error.startswith("maybe")
        result = post.post_card(poster.client, channel, asked.drawn, case_id, asked.version, maybe_posted=maybe)
    if not isinstance(result, str):
        return failed(result, row)
    version = MOVED if asked.moved else asked.version
    with parts.sessions.begin() as session:
        session.merge(SlackCard(case_id=case_id, channel=channel, tenant=row.tenant, ts=result, version=version))
    return Settled("sent", via="update" if asked.shown_ts else "post", remote_id=result)


def _asked(
    parts: Parts, poster: SlackPoster, session: Session, case: Case, ticket: Ticket, channel: str
) -> _Ask | None:
    """What this channel should show; None when it does already."""
    tenant = parts.tenants[ticket.tenant]
    shown = session.get(SlackCard, (case.id, channel))
    if shown is None and _never(ticket):
        return None
    here = _wanted(tenant.office, poster, session, case, ticket, shown)
    if channel != poster.channel and channel not in here:
        if shown is None or shown.version == MOVED:
            return None
        return _Ask(moved_card(label_of(case.number, case.route)), ticket.version, shown.ts, moved=True)
    if shown is not None and shown.version >= ticket.version:
        return None
    excerpt = tenant.pack.excerpt and here.get(channel, True)  # a domain's channel may be read by several desks
    drawn = card(
        view.item_of(tenant.office, session, case, ticket),
        plan_store.plan_of(parts.vault.sealer, ticket),
        now_ms(),
        excerpt=excerpt,
        near=sightings.suggested(session, case.id),
        overs=handing_brief.briefs(tenant.office, session, case.id),
    )
    return _Ask(drawn, ticket.version, shown.ts if shown else "")


def _behind(office: Office, poster: SlackPoster, session: Session, case: Case, ticket: Ticket) -> list[str]:
    """The other channels whose card must be posted, drawn anew or folded away."""
    cards = session.scalars(select(SlackCard).where(SlackCard.case_id == case.id)).all()
    standing = {found.channel: found for found in cards if found.channel != poster.channel}
    if not standing and (not poster.channels or _never(ticket)):
        return []
    here: dict[str, bool] = _wanted(office, poster, session, case, ticket, None)
    for found in standing.values():
        here |= _wanted(office, poster, session, case, ticket, found)
    due = [name for name in here if name not in standing or standing[name].version < ticket.version]
    gone = [name for name, found in standing.items() if name not in here and found.version != MOVED]
    return sorted({*due, *gone} - {poster.channel})


def _wanted(
    office: Office, poster: SlackPoster, session: Session, case: Case, ticket: Ticket, shown: SlackCard | None
) -> dict[str, bool]:
    """The other channels that this case belongs to now. A card that stands stays where nothing says otherwise."""
    asked = session.scalars(select(HandOver.to_desk).where(HandOver.case_id == case.id, HandOver.state.in_(UNSETTLED)))
    desks = [ticket.owner_desk, *(asked if ticket.state in ("handed", "claimed") else [])]
    read = plan_store.reading_of(office.sealer, ticket)
    domains = [] if read is None else [str(domain) for domain in read.domains]
    found = places(poster.channels, desks, domains)
    if shown is not None and shown.channel not in found and shown.version != MOVED:
        unread = read is None and shown.channel in _of_domains(poster)
        if ticket.state == "erased" or unread:  # not moved: what it was read with is gone, or to be read anew
            found[shown.channel] = False
    return found


def _of_domains(poster: SlackPoster) -> set[str]:
    return {channel for key, channel in poster.channels.items() if key.startswith(DOMAIN)}


def _never(ticket: Ticket) -> bool:
    """Whether such a case gets no first card."""
    return ticket.kind != Kind.CONSULTATION or ticket.state == "erased"
