"""A word to staff about a つなぎ (職員への知らせ): to one of them, or to a desk. A desk's name, nobody's words.

Works in the caller's transaction. Where nobody reads Slack, the desk's own address is told, else the first ones of the
rota, once the office is open; on the pages it stands in any case (届いたつなぎ, 経過).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import calls, rota
from handoff.clock import next_open
from handoff.login_records import Identity
from handoff.office import Office
from handoff.pack import Pack
from handoff.reach import seconds_until
from intake.clock import to_datetime
from intake.outbox import Draft
from intake.records import Case

TO_ONE, TO_DESK = "hand_one", "hand_desk"
ADVISED: Final = "advised"
"""An answer to one's own 支援者の相談."""
DESK_ADDRESS: Final = "digest-"
"""Before a desk's id: the name of its address in the settings (`[tenants.*.notify]`)."""
PURPOSES: Final = frozenset({TO_ONE, TO_DESK})
WORDS_JA: Final[Mapping[str, str]] = {
    "arrived": "{desk}に、つなぎが届きました。受け取ったら「受け取る」を押してください。",
    "unanswered_desk": "{desk}に届いたつなぎに、返事がまだありません。「届いたつなぎ」で答えてください。",
    "unanswered": "{desk}から、つなぎの返事がまだありません。電話などで確かめてください。",
    "unknown_hours": "{desk}は受付の時間が分からないため、返事の期限を決めていません。まだ返事がありません。",
    "answered": "{desk}から、つなぎの返事がありました。",
    "stopped_desk": "本人が同意を取り消しました。{desk}に届いた連絡票は、これ以上使わないでください。",
    "stopped": "本人が同意を取り消しました。{desk}にはもう渡してあります。使わないよう伝えてください。",
    "stopped_room": "本人が、{desk}で話し合う同意を取り消しました。会議の一枚目は、これ以上使わないでください。",
    "back": "{desk}から、相談が戻ってきました。",
    "meeting_back": "会議から、この相談が{desk}に戻りました。",
    "woken": "中断していた相談に、本人から言葉が届きました。",
    "after_end": "終わった相談に、本人から言葉が届きました。",
    "review": "プランの見直しの日が近づいています。",
    "look": "「次に見る日」になりました。",
    ADVISED: "支援者の相談に、お返事がありました。受付の画面の「支援者の相談」で読めます。",
}
"""kind → what is said behind the case's number."""
TO_ASKED: Final = frozenset({"arrived", "unanswered_desk", "stopped_desk"})
"""Kinds that go to a desk which was asked and has not the case: they lead to 届いたつなぎ."""


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


def tell_one(
    office: Office, session: Session, case: Case, staff_id: int | None, kind: str, once: str, now: int, *,
    desk: str = "", at_desk: str = "",
) -> None:  # fmt: skip
    """Tell one member of staff; who reads no Slack is told by address, preferring that of `at_desk`.

    None is nobody to tell.
    """
    if staff_id is not None and not to_one(office, session, case, staff_id, kind, once, desk=desk):
        by_address(office, session, case, kind, once, now, at_desk=at_desk, desk=desk, staff_id=staff_id)


def tell_desk(
    office: Office, session: Session, case: Case, desk_id: str, kind: str, once: str, now: int, *, desk: str = ""
) -> None:
    """Tell a desk: in its channel, in a town without Slack by its address."""
    if not to_desk(office, session, case, desk_id, kind, once, desk=desk):
        by_address(office, session, case, kind, once, now, at_desk=desk_id, desk=desk)


def by_address(
    office: Office, session: Session, case: Case, kind: str, once: str, now: int, *, at_desk: str = "",
    desk: str = "", staff_id: int | None = None,
) -> None:  # fmt: skip
    """By notice, for a town or a person without Slack: to the desk's own address, else to the first of the rota.

    While the office is closed it waits for the opening. `staff_id`: who is meant; `desk`: whose name the words hold.
    """
    about: dict[str, int | str] = {"kind": kind, "to_desk": at_desk, "desk_name": desk, "staff": staff_id or 0}
    calls.notify(
        office, session, case, _names(office, at_desk), purpose="handing", once=f"{kind}-{case.id}-{once}",
        about=about, delay_seconds=_rest_seconds(office, now),
    )  # fmt: skip


def has_address(office: Office, desk_id: str) -> bool:
    """Whether the settings have an address of this desk's own."""
    ways = None if isinstance(office.packs, Pack) else office.packs.ways
    return ways is not None and f"{DESK_ADDRESS}{desk_id}" in ways.addresses


def _names(office: Office, desk_id: str) -> tuple[str, ...]:
    """Whose addresses: that which the desk's digest goes to, where the settings have one."""
    if desk_id and has_address(office, desk_id):
        return (f"{DESK_ADDRESS}{desk_id}",)
    return rota.names_of(office.pack.on_call, 0, opened=True)


def _rest_seconds(office: Office, now: int) -> float:
    """How long until somebody is at work: nobody is woken for a つなぎ. Unknown hours are taken for working days."""
    at = to_datetime(now)
    if calls.opened(office, now):
        return 0.0
    opens = next_open(office.pack.hours, at)
    if opens is not None:
        return (opens - at).total_seconds()
    return seconds_until("day", at, daytime=True) or 0.0


def _put(office: Office, session: Session, case: Case, purpose: str, once: str, body: Mapping[str, str]) -> bool:
    draft = Draft(
        tenant=office.tenant, channel="slack", purpose=purpose, dedupe=f"hand-{body['kind']}-{case.id}-{once}",
        case_id=case.id, key_id=case.key_id, body=json.dumps(body, ensure_ascii=False),
    )  # fmt: skip
    return office.outbox.put(session, draft) is not None
