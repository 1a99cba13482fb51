"""What a person asks of their own data in the talk (開示・訂正・利用停止), carried out in the turn's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handoff import ledger, requests
from intake.conversation import values as talk

if TYPE_CHECKING:
    from bots.talk import Turn


def carry_out(turn: Turn, effect: talk.AskData | talk.CancelData) -> None:
    """A request becomes a row that a person decides on; taking back ends those of this talk. The card says so."""
    case, row, office = turn.case, turn.ticket, turn.tenant.office
    if case is None or row is None:
        return
    if isinstance(effect, talk.AskData):
        requests.from_chat(office, turn.session, case, effect.kind, turn.now)
        turn.remember("data_asked", effect.kind)
    elif requests.withdraw(turn.session, case, turn.now):
        turn.remember("data_withdrawn")
    ledger.changed(turn.session, turn.parts.outbox, row)
