"""代行入力: what was heard on the telephone, at the counter, by FAX or on a visit, written down by staff.

Works in the caller's transaction and never commits. The words stand as the person's, marked with who took them down;
who calls about somebody else stands in the vault of reporters alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import areas, ledger, opening, queue, reporters, residence, sightings, sources
from handoff.acting import done, seen_by
from handoff.office import Office, Refused, StaffRef
from handoff.path_codes import path_of
from handoff.propose import alarm
from handoff.records import Ticket
from handoff.secrecy import SECRECIES
from intake import cases, given
from intake.conversation.script import CONSENT_VERSION
from intake.door_records import Consent
from intake.doubled import first_time, key_of
from intake.ids import new_id
from intake.records import Case, InboxEvent
from triage.assessment import Urgency

WAY_JA: Final = {"phone": "電話", "counter": "窓口", "fax": "FAX・手紙", "visit": "訪問"}
"""The ways by which people reach staff without a screen: values of `Case.route`."""
TAKEN_JA: Final = {**WAY_JA, "meeting": "会議で聞いた"}
"""The same with what staff were told in a meeting (R2), which nobody said to us as a person."""
WISH_JA: Final = {
    "agrees": "伝えてよい",
    "refuses": "いやだと言っている",
    "unaware": "知らない",
    "unasked": "聞いていない",
}
DANGER_JA: Final = {"yes": "ある", "no": "ない", "unsure": "わからない"}
SECRECY: Final = {code: rule.name_ja for code, rule in SECRECIES.items()}
"""The rules under which something can be told in a meeting (`handoff.secrecy`)."""
LONGEST: Final = 5_000
SHORT: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A meeting in which staff heard of somebody. `secrecy`: a code of `SECRECY`, "" where it has none."""

    name: str = field(repr=False)
    secrecy: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What staff heard. `about`: `self` or `other`; then `caller` and `caller_phone` are the caller's and go to the
    vault, while `name`, `phone` and `place` are those of the person in need. `wish` is a key of `WISH_JA` ("" for
    nobody asked), `danger` one of `DANGER_JA`. `heard`: when and by whom the consent to this record was heard, "" when
    it was not. `town` says where the person lives, as a button of the conversation would: a place of the pack, `other`
    with the name of the municipality in `elsewhere`, or "" (未確認).
    """

    way: str
    text: str = field(repr=False)
    about: str = "self"
    relation: str = field(default="", repr=False)
    caller: str = field(default="", repr=False)
    caller_phone: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    town: str = ""
    elsewhere: str = field(default="", repr=False)
    wish: str = ""
    danger: str = ""
    heard: str = field(default="", repr=False)
    meeting: Told | None = None
    """Where it was told, for the way `meeting` alone."""


def take_down(office: Office, session: Session, staff: StaffRef, taken: Taken, now: int, once: str) -> int:
    """Open a case of what was heard and return its id; the same `once` returns the case that it opened before.

    Danger calls whoever is on duty at once. Raises `Refused`: `no_right`, `bad_way`, `empty`, `too_long`,
    `danger_unasked` (whether somebody is in danger must be said), `meeting_unnamed`, `bad_secrecy`, `no_such_town`.
    """
    _check(office, staff, taken)
    what = f"proxy\x1f{once}"
    event = first_time(session, office.vault, office.tenant, "staff", what, now, note="proxy")
    if event is None:
        known = session.scalar(
            select(InboxEvent.case_id).where(InboxEvent.tenant == office.tenant, InboxEvent.event_key == key_of(what))
        )
        if known is None:
            raise Refused("doubled", "同じ内容を登録しているところです。一覧を見てください。")
        return known
    case, row = opening.open_case(office, session, channel=taken.way, route=taken.way, now=now)
    event.case_id = case.id
    source = f"in:{event.id}:0"
    written = cases.add_message(
        session, office.sealer, case, source=source, author="person", kind="text", text=taken.text.strip(), at=now,
        staff_id=staff.id,
    )  # fmt: skip
    for name, said in _answers(taken):
        given.keep_answer(office.sealer, case, name, said, None)
    areas.told(office, session, case, row, now)
    if taken.name:
        case.identity = "name"
    if taken.about == "other":
        about = reporters.About(
            organisation=taken.relation, name=taken.caller, phone=taken.caller_phone, channel=taken.way
        )
        reporters.keep(session, office.vault, case, about, now)
    if taken.heard.strip():
        _consent(session, case, staff, now)
    sightings.place_words(office, session, case, row, taken.place, now)
    told = taken.meeting
    sources.remember(
        office, session, case, path_of(taken.way), now, meeting=told.name if told else "",
        secrecy=told.secrecy if told else "",
    )  # fmt: skip
    queue.finish(office, session, case, row, now)
    done(office, session, case, row, staff, now, "taken_down", taken.way, taken.heard.strip())
    _ring(office, session, case, row, taken.text, now, said=taken.danger == "yes")
    office.outbox.read_later(session, case.id, written or 0)
    return case.id


def add_words(
    office: Office, session: Session, case_id: int, staff: StaffRef, way: str, text: str, now: int, once: str
) -> bool:
    """What the person of this case said on the telephone or at the counter since; False when `once` was written.

    They wait for us again, a closed case opens, triage reads it. Raises `NotFound`, and `Refused` as `take_down`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。新しい相談として入力してください。")
    _check_words(way, text)
    written = cases.add_message(
        session, office.sealer, case, source=f"{sources.ADDED}{once}", author="person", kind="text",
        text=text.strip(), at=now, staff_id=staff.id,
    )  # fmt: skip
    if written is None:
        return False
    queue.person_wrote(office, session, case, row, now)
    done(office, session, case, row, staff, now, "words_added", way)
    _ring(office, session, case, row, text, now, said=False)
    office.outbox.read_later(session, case.id, written)
    return True


def _check(office: Office, staff: StaffRef, taken: Taken) -> None:
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では相談を登録できません。")
    _check_words(taken.way, taken.text, TAKEN_JA)
    _check_meeting(taken)
    if not residence.answerable(office.pack, taken.town, taken.elsewhere):
        raise Refused("no_such_town", residence.NO_SUCH_TOWN_JA)
    if taken.about not in ("self", "other"):
        raise Refused("bad_about", "だれのことかを選んでください。")
    if taken.danger not in DANGER_JA:
        raise Refused("danger_unasked", "「いま危ないか」を選んでください。聞けなかったときは「わからない」です。")


def _check_meeting(taken: Taken) -> None:
    told = taken.meeting
    if (taken.way == "meeting") is not (told is not None) or (told is not None and taken.about != "other"):
        raise Refused("bad_way", "どこで受けたかを選んでください。")
    if told is not None and not told.name.strip():
        raise Refused("meeting_unnamed", "どの会議で聞いたかを書いてください。")
    if told is not None and told.secrecy and told.secrecy not in SECRECY:
        raise Refused("bad_secrecy", "その会議の守秘のきまりを選んでください。")


def _check_words(way: str, text: str, ways: Mapping[str, str] = WAY_JA) -> None:
    if way not in ways:
        raise Refused("bad_way", "どこで受けたかを選んでください。")
    if not text.strip():
        raise Refused("empty", "聞いたことを書いてください。")
    if len(text) > LONGEST:
        raise Refused("too_long", f"文が長すぎます（{LONGEST:,}字まで）。分けて書いてください。")


def _answers(taken: Taken) -> Iterator[tuple[str, str]]:
    """What was asked beside the words, as the conversation keeps it. Nothing of a caller who speaks of another."""
    yield "p_danger", taken.danger
    if taken.name:
        yield "なまえ", taken.name
    if taken.phone:
        yield "phone", taken.phone
    if taken.place:
        yield "p_place", taken.place
    if taken.town:
        yield "town", taken.town
    if taken.town == "other" and taken.elsewhere:
        yield "elsewhere", taken.elsewhere
    if taken.wish in WISH_JA:
        yield "p_consent", taken.wish


def _consent(session: Session, case: Case, staff: StaffRef, now: int) -> None:
    """The person agreed by voice that this is written down (受付の記録)."""
    session.add(
        Consent(
            id=new_id(), tenant=case.tenant, case_id=case.id, what="record", desk="", state="given",
            version=CONSENT_VERSION, language="ja", way="staff", by_whom="self", staff_id=staff.id, asked_at=now,
            answered_at=now,
        )
    )  # fmt: skip


def _ring(office: Office, session: Session, case: Case, row: Ticket, text: str, now: int, *, said: bool) -> None:
    """Danger, said or heard in the words: raise it and call whoever is on duty, as for every report."""
    if not said and not alarm().scan(text).kinds:
        return
    queue.raise_urgency(office, session, case, row, Urgency.EMERGENCY, now)
    ledger.remember(session, office.sealer, case, at=now, actor="person", what="alarm")
    queue.page(office, session, row, now)
    ledger.changed(session, office.outbox, row)
