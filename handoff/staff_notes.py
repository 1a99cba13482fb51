"""A word to staff about a つなぎ (職員への知らせ): to one of them, or to a desk. A desk's name, nobody's words.

Works in the caller's transaction. Where nobody reads Slack, the first addresses of the rota are told while the office
is open; on the pages it stands in any case (届いたつなぎ, 経過).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, rota
from handoff.login_records import Identity
from handoff.office import Office
from intake.outbox import Draft
from intake.records import Case

TO_ONE, TO_DESK = "hand_one", "hand_desk"
PURPOSES: Final = frozenset({TO_ONE, TO_DESK})
WORDS_JA: Final[Mapping[str, str]] = {
    "arrived": "{desk}に、つなぎが届きました。受け取ったら「受け取る」を押してください。",
    "unanswered_desk": "{desk}に届いたつなぎに、返事がまだありません。「届いたつなぎ」で答えてください。",
    "unanswered": "{desk}から、つなぎの返事がまだありません。電話などで確かめてください。",
    "unknown_hours": "{desk}は受付の時間が分からないため、返事の期限を決めていません。まだ返事がありません。",
    "answered": "{desk}から、つなぎの返事がありました。",
    "stopped_desk": "本人が同意を取り消しました。{desk}に届いた連絡票は、これ以上使わないでください。",
    "stopped": "本人が同意を取り消しました。{desk}にはもう渡してあります。使わないよう伝えてください。",
    "back": "{desk}から、相談が戻ってきました。",
    "meeting_back": "会議から、この相談が{desk}に戻りました。",
    "woken": "中断していた相談に、本人から言葉が届きました。",
    "after_end": "終わった相談に、本人から言葉が届きました。",
    "review": "プランの見直しの日が近づいています。",
}
"""kind → what is said behind the case's number."""


def to_one(
    office: Office, session: Session, case: Case, staff_id: int | None, kind: str, once: str, *, desk: str = ""
) -> bool:
    """Tell one member of staff; False where there is no way, or nobody to tell."""
    if staff_id is None:
        return False
    linked = session.scalar(
        select(Identity.subject).where(
            Identity.tenant == office.tenant, Identity.issuer == "slack", Identity.staff_id == staff_id
        )
    )
    body = {"kind": kind, "staff": str(staff_id), "desk": desk}
    return linked is not None and _put(office, session, case, TO_ONE, f"{once}-{staff_id}", body)


def to_desk(office: Office, session: Session, case: Case, desk_id: str, kind: str, once: str, *, desk: str) -> bool:
    """Tell a desk in its channel (the town's where it has none)."""
    return _put(office, session, case, TO_DESK, f"{once}-{desk_id}", {"kind": kind, "to": desk_id, "desk": desk})


def by_address(office: Office, session: Session, case: Case, kind: str, once: str, now: int) -> None:
    """The first addresses of the rota, while the office is open: for a town or a person without Slack."""
    if calls.opened(office, now):
        names = rota.names_of(office.pack.on_call, 0, opened=True)
        calls.notify(office, session, case, names, purpose="handing", once=f"{kind}-{once}")


def _put(office: Office, session: Session, case: Case, purpose: str, once: str, body: Mapping[str, str]) -> bool:
    draft = Draft(
        tenant=office.tenant, channel="slack", purpose=purpose, dedupe=f"hand-{body['kind']}-{case.id}-{once}",
        case_id=case.id, key_id=case.key_id, body=json.dumps(body, ensure_ascii=False),
    )  # fmt: skip
    return office.outbox.put(session, draft) is not None
