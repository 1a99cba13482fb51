"""A call that its channel must not carry now (回り道): it rings at once by every other way, and says why.

While a stranger reads the channel, or the channel is shared, open or gone, nothing is posted there. A danger to life
does not wait for that: whoever of staff may see the case gets a message of their own, and every address of the rota is
called. The next rounds try the channel again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.settled import Settled
from bots.slack import blocks, names, post, roster
from bots.slack.post import Held, SlackPoster
from handoff import calls, ledger, practice, rota
from handoff.login import staff_by_identity
from handoff.number import label_of
from handoff.records import Call
from handoff.scope import may_see
from intake.db import reading
from intake.records import Case, Outgoing

VIA: Final = "direct"
_WHY: Final = {roster.STRANGER: "チャンネルに、登録のない人がいます。"}
_ELSE: Final = "いまチャンネルには出せません。"


def ring(parts: Parts, poster: SlackPoster, row: Outgoing, held: Held) -> Settled:
    """Call by the other ways; `sent` when one of them took it, `dropped` when nobody need be called any more, and
    `held` as before when there is no other way."""
    with reading(parts.sessions) as session:
        found = _standing(session, row)
        users = _staff(parts, session, row) if found is not None else ()
    if found is None:
        return Settled("dropped", error="taken")
    case, call = found
    if case.channel == practice.CHANNEL:
        return Settled("held", error=held.code)
    written = _call_addresses(parts, row, call)
    told = [user for user in users if _tell(poster, row, case, user, held)]
    return Settled("sent", via=VIA, error=held.code) if told or written else Settled("held", error=held.code)


def _standing(session: Session, row: Outgoing) -> tuple[Case, Call] | None:
    case, call = session.get(Case, row.case_id), calls.open_call(session, row.case_id or 0)
    return (case, call) if case is not None and call is not None and case.erased_at is None else None


def _staff(parts: Parts, session: Session, row: Outgoing) -> tuple[str, ...]:
    """The Slack accounts of whoever may see the case."""
    slack = parts.tenants[row.tenant].settings.slack
    found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
    if slack is None or found is None:
        return ()
    linked = sorted(roster.linked_users(session, row.tenant, slack.team_id))
    people = ((user, staff_by_identity(session, row.tenant, "slack", f"{slack.team_id}:{user}")) for user in linked)
    return tuple(user for user, staff in people if staff is not None and may_see(found[1], staff))


def _tell(poster: SlackPoster, row: Outgoing, case: Case, user: str, held: Held) -> bool:
    label = label_of(case.number, case.route)
    text = (
        f"▲ 今すぐ：{label} の確認をお願いします。{_WHY.get(held.code, _ELSE)}"
        "そのため、ひとりずつ知らせています。見る人が「わたしが見ます」を押してください。"
    )
    watch = blocks.button(names.WATCH, "わたしが見ます", blocks.reference(row.case_id or 0, 0), style="primary")
    drawn = [blocks.section(text), {"type": "actions", "elements": [watch]}]
    return isinstance(post.post_text(poster.client, user, text, blocks=drawn), str)


def _call_addresses(parts: Parts, row: Outgoing, call: Call) -> int:
    """Every address of the rota, whichever round it is; who is called by this round already is not called twice."""
    office = parts.tenants[row.tenant].office
    round_ = int(row.dedupe.rpartition("-")[2])
    with parts.sessions.begin() as session:
        found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
        if found is None:
            return 0
        everybody = rota.every_name(replace(rota.of_area(office.pack, found[1].area), areas=()))
        calls.notify(
            office, session, found[0], everybody, purpose="page", once=f"{call.id}-{round_}",
            about={"call": call.id, "round": round_},
        )  # fmt: skip
        rung = select(Outgoing.id).where(
            Outgoing.tenant == row.tenant, Outgoing.dedupe.startswith(f"notify-{call.id}-{round_}-")
        )
        return len(session.scalars(rung).all())
