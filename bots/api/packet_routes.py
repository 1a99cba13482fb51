"""The routes of packets (連絡票): heads of a case, and the content for the desk that it was handed to."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends

from bots.api.asking import NOT_FOUND, ApiFault, Asking, needs, on_record
from bots.api.routes import moment
from bots.api.shapes import DeskShape, PacketHead, RecipientShape
from handoff import outward, outward_packets
from handoff.number import parse_label
from handoff.office import NotFound, Refused
from handoff.outward_packets import Head
from intake.db import reading

Packets = Annotated[Asking, Depends(needs("packets:read"))]
_NUMBER: Final = re.compile(r"(?:P-)?([0-9]{1,12})")


def add_packets(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/cases/{number}/packets", of_case, methods=["GET"], summary="相談の連絡票の一覧（中身なし）")
    router.add_api_route("/packets/{number}", one_packet, methods=["GET"], summary="連絡票の中身（届いた窓口の鍵だけ）")


def of_case(asked: Packets, number: str) -> list[PacketHead]:
    """The packets of a case, without their content."""
    count = parse_label(number[:40])
    office = asked.tenant.office
    with reading(asked.api.parts.sessions) as session:
        case = outward.case(office, session, asked.token, count) if count else None
        if case is None:
            raise ApiFault(404, "not_found", NOT_FOUND)
        found = outward_packets.heads(office, session, asked.token, case.case_id)
    on_record(asked, "api_packets", case_id=case.case_id, detail=str(len(found)))
    return [_shape(head) for head in found]


def one_packet(asked: Packets, number: str) -> dict[str, Any]:
    """The content as docs/schema/packet-v1.json has it. The look is written down before the answer leaves."""
    count = _NUMBER.fullmatch(number)
    if count is None:
        raise ApiFault(404, "not_found", NOT_FOUND)
    try:
        with asked.api.parts.sessions.begin() as session:
            opened = outward_packets.open_packet(asked.tenant.office, session, asked.token, int(count[1]), asked.now)
    except NotFound:
        raise ApiFault(404, "not_found", NOT_FOUND) from None
    except Refused as refusal:
        status = 403 if refusal.code == "no_desk" else 410
        raise ApiFault(status, refusal.code, refusal.message_ja) from None
    return dict(opened.body)


def _shape(head: Head) -> PacketHead:
    return PacketHead.model_validate(
        {
            "number": head.number, "case": head.case, "kind": head.kind, "basis": head.basis, "variant": head.variant,
            "made_at": moment(head.made_at), "stopped": head.stopped,
            "recipients": [
                RecipientShape(
                    desk=DeskShape(id=one.desk, name=one.name), state=one.state, lead=one.lead,
                    due_at=moment(one.due_at),
                )
                for one in head.recipients
            ],
        }
    )  # fmt: skip
