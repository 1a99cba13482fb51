"""What the forms say of consent (同意): the rows of the record, whose word it was, whether they want to be there.

A packet says what was agreed of its own recipients: with whom else the person deals is not for them to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from handoff import consent_rows
from handoff.clock import TOKYO
from handoff.office import Office
from handoff.packet.sealed import consents_for
from handoff.packet.values import Agreed, Entry, Source
from intake.clock import to_datetime
from intake.door_records import Consent
from intake.records import Case

_WHAT_JA: Final = {"record": "受付の記録", "handoff": "引継ぎ", "share": "関係機関との共有"}
_ANSWER_JA: Final = {
    "asked": "聞いています", "given": "同意", "partial": "書いたことだけ同意", "refused": "同意しない",
    "withdrawn": "取り消し",
}  # fmt: skip
_WAY_JA: Final = {"button": "画面のボタン", "words": "文字", "web": "相談の画面", "staff": "口頭"}


def record(office: Office, session: Session, case: Case) -> tuple[Agreed, ...]:
    """Every consent of the case in words, in the order asked."""
    return _record(office, session, case, consent_rows.of_case(session, case.id))


def record_for(
    office: Office, session: Session, case: Case, kind: str, recipients: Iterable[str]
) -> tuple[Agreed, ...]:  # fmt: skip
    """Those of a packet of this kind to these recipients: the consent to the record itself (受付の記録), those of which
    one must stand for them, and on a sheet for a meeting what was said of meetings.
    """
    wanted = {one for to in recipients for one in consents_for(office, kind, to)}
    return _record(
        office, session, case,
        (
            row
            for row in consent_rows.of_case(session, case.id)
            if row.what == "record"
            or (row.what, row.desk) in wanted
            or (row.what == consent_rows.SHARE and kind == "meeting")
        ),
    )  # fmt: skip


def _record(office: Office, session: Session, case: Case, rows: Iterable[Consent]) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(
            what="：".join(one for one in (_WHAT_JA.get(row.what, row.what), _to(office, row.desk)) if one),
            answer=_answer(row, consent_rows.whose_ja(office, session, case, row)),
            at=to_datetime(row.withdrawn_at or row.answered_at or row.asked_at).astimezone(TOKYO).strftime(
                "%Y-%m-%d %H:%M"
            ),
            way=_WAY_JA.get(row.way, ""),
            version=row.version,
        )
        for row in rows
    )  # fmt: skip


def entries(office: Office, session: Session, case: Case) -> dict[str, Entry]:
    """だれの同意か of the newest consent that stands, and 本人が会議に出たいか; nothing that another pressed."""
    return _entries(
        one
        for one in consent_rows.standing(session, case)
        if one.what != "record" and not consent_rows.pressed_by_another(office, session, case, one)
    )


def entries_for(
    office: Office, session: Session, case: Case, kind: str, recipients: Iterable[str]
) -> dict[str, Entry]:  # fmt: skip
    """The same of the consents on which a packet of this kind goes to these recipients, and of no other."""
    wanted = {one for to in recipients for one in consents_for(office, kind, to)}
    return _entries(one for one in consent_rows.standing(session, case) if (one.what, one.desk) in wanted)


def _entries(rows: Iterable[Consent]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for row in rows:
        source = Source.STAFF if row.way == "staff" else Source.PERSON
        if row.state in consent_rows.AGREED and row.by_whom:
            found["consent_by"] = Entry(row.by_whom, source, asked=True)
        if row.state in consent_rows.AGREED and row.attend:
            found["attend"] = Entry("" if row.attend == "skip" else row.attend, source, asked=True)
    return found


def _answer(row: Consent, whose: str) -> str:
    return _ANSWER_JA.get(row.state, row.state) + (f"（{whose}）" if whose else "")


def _to(office: Office, desk: str) -> str:
    return consent_rows.desk_name(office, desk) if desk else ""
