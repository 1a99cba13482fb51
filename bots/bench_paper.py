"""What lies with one case of a town to measure on: a packet, a photo; and a resource card and lessons beside it."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import facts, ledger, lessons, resources
from handoff.office import Office, StaffRef
from handoff.packet import store
from handoff.records import Ticket
from intake import attachments
from intake.records import Message

_CARD: Final = {"name": "みんなの居場所", "kind": "place", "what": "お茶を飲みながら話せます。", "public": "1"}
_LESSONS: Final = 20


def lay(office: Office, session: Session, staff: dict[str, StaffRef], now: int) -> None:
    """Put them there, with the first received case of the first worker's desk. A town without one gets no packet."""
    resources.write(office, session, staff["intake"], _CARD, now)
    for _ in range(_LESSONS):
        text = "夜に送っていける人がいませんでした。"
        lessons.write(office, session, staff["intake"], "lack", facts.month_of(now), "isolation", text, now)
    own = select(Ticket.case_id).where(
        Ticket.tenant == office.tenant, Ticket.state == "received", Ticket.owner_desk == staff["worker"].desk
    )
    case_id = session.scalar(own.order_by(Ticket.case_id).limit(1))
    found = ledger.case_and_ticket(session, office.tenant, case_id) if case_id is not None else None
    if found is None:
        return
    case, row = found
    store.make(
        office, session, case, row, staff["intake"], kind="referral", basis="C3", recipients=("hokatsu",),
        ask="訪問をお願いします。", keep="電話を続けます。", now=now, decided_by=staff["intake"].id,
    )  # fmt: skip
    message = select(Message.id).where(Message.case_id == case.id, Message.author == "person").limit(1)
    photo = attachments.create(session, office.sealer, case, session.scalars(message).one(), "image", now=now)
    attachments.keep(office.sealer, case, photo, _photo(), "image/jpeg", 0, now)


def _photo() -> bytes:
    """A photo as the product keeps it: 1600 by 1200 pixels."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(out, "JPEG")
    return out.getvalue()
