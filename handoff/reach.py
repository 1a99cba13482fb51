"""Whether words can reach a person now (届くか), and when they may: blocked, hidden, erased, their own hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import practice
from handoff.clock import TOKYO
from handoff.desk_records import AdviceAsker
from handoff.office import Office
from handoff.packs.values import LineMode
from handoff.records import Staff
from intake import cases
from intake.conversation import values as talk
from intake.door_records import DoorVisit
from intake.records import Case, Contact

WINDOWS = {"": (0, 24), "day": (9, 17), "evening": (17, 20)}
"""Hours of the day in Japan within which a person wants notices; with `never` they want none."""
SILENCE_JA = {
    "blocked": "この方は LINE をブロックしています。",
    "hidden": "この方は画面をかくしています。返事は、本人が『相談』と送るまで届きません。",
    "report": "通報（返事の宛先なし）",
    "spoken": "電話・窓口などで受けた相談です。この画面から返事は送れません。電話や窓口で伝えてください。",
    "gone": "相談した職員は、もういません。返事は届きません。",
}
"""Why no answer goes, for staff."""
SILENCE_SHORT_JA = {
    "blocked": "届かない可能性：LINE をブロックしています",
    "hidden": "届かない可能性：画面をかくしています",
    "report": SILENCE_JA["report"],
    "spoken": "電話や窓口で返事をします",
    "gone": SILENCE_JA["gone"],
}
"""The same for a card."""
SPOKEN = frozenset({"phone", "counter", "fax", "visit"})
"""Routes of cases that staff took down: nobody waits at a screen."""
ADVICE = "advice"
"""The route of 支援者の相談, and the channel of its answers, which go to the member of staff who asked."""
DAYTIME = (8, 20)
"""When an ordinary notice may ring at all."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where an answer stands for the person (返事のとどく所), and when they last looked at our own page, if ever."""

    label: str
    promise: str
    """What happens to an answer, for staff before they send it."""
    looked_at: int | None = None


LINE_WAY = Way("LINE", "この文が、そのまま本人の LINE に届きます。")
WEB_WAY = Way(
    "ウェブ", "この文は、本人のウェブの画面に出ます。本人が次にひらいたときに読めます。知らせる音は鳴りません。"
)
DOOR_WAY = Way(
    "LINE（入口のみ）", "この文は、本人のウェブの画面に出ます。LINE には中身のない知らせとボタンだけが届きます。"
)
PRACTICE_WAY = Way("練習の相手", "練習です。この文は、だれにも届きません。少しすると、練習の相手が答えます。")

ASKER_WAY = Way(
    "相談した職員",
    "この文は、相談した職員に届きます。受付の画面の「支援者の相談」で読めます。中身のない知らせも届きます。",
)


def way_of(office: Office, session: Session, case: Case) -> Way:
    """How this person reads us."""
    if case.route == ADVICE:
        return ASKER_WAY
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None:
        return LINE_WAY
    if contact.channel == practice.CHANNEL:
        return PRACTICE_WAY
    looked = session.scalar(select(func.max(DoorVisit.seen_at)).where(DoorVisit.contact_id == contact.id))
    door = office.pack.line_mode is LineMode.DOOR
    return replace(WEB_WAY if contact.channel == "web" else DOOR_WAY if door else LINE_WAY, looked_at=looked)


def reachable(session: Session, case: Case) -> Contact | None:
    """The contact to whom an answer can go now, None when there is none.

    On our own page an answer waits until the person looks: nothing rings, so hiding and blocking do not matter.
    """
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None or case.erased_at:
        return None
    if contact.channel in ("web", practice.CHANNEL):
        return contact
    return contact if contact.channel == "line" and not (contact.blocked or contact.hidden) else None


def asker_of(session: Session, case: Case) -> Staff | None:
    """Who of staff asked in a 支援者の相談, None when that is not known or they left."""
    row = session.get(AdviceAsker, case.id) if case.route == ADVICE and case.erased_at is None else None
    staff = session.get(Staff, row.staff_id) if row is not None else None
    return staff if staff is not None and staff.active else None


def answerable(session: Session, case: Case) -> bool:
    """Whether an answer can go now: to a contact, or to the member of staff who asked."""
    return reachable(session, case) is not None or asker_of(session, case) is not None


def silence(session: Session, case: Case) -> str:
    """Why no answer reaches this person now: a key of `SILENCE_JA`; "" when one can go, or all was erased."""
    if case.erased_at is not None or answerable(session, case):
        return ""
    if case.route == ADVICE:
        return "gone"
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None or contact.channel != "line":
        return "spoken" if case.route in SPOKEN else "report"
    return "blocked" if contact.blocked else "hidden"


def state_of(office: Office, contact: Contact) -> talk.State:
    """The contact's conversation as stored."""
    stored = cases.talk_of(office.vault, contact)
    return talk.State.from_json(stored) if stored else talk.State()


def language_of(office: Office, session: Session, case: Case) -> str:
    """The language that the person chose, "" when they chose none, wrote us through nobody, or erased it."""
    contact = session.get(Contact, case.contact_id) if case.contact_id and case.erased_at is None else None
    state = state_of(office, contact) if contact is not None else talk.State()
    return "" if state.guessed else state.language or ""


def options_of(office: Office) -> talk.Options:
    """What a wording outside a step needs of the pack."""
    pack = office.pack
    return talk.Options(office=pack.office, mode=pack.line_mode.value, neutral=pack.neutral)


def seconds_until(window: str, now: datetime, *, daytime: bool) -> float | None:
    """How long until a notice may go: 0 for now, None for never. `daytime`: within `DAYTIME` besides."""
    if window not in WINDOWS:
        return None
    first, last = WINDOWS[window]
    if daytime:
        first, last = max(first, DAYTIME[0]), min(last, DAYTIME[1])
    local = now.astimezone(TOKYO)
    if first <= local.hour < last:
        return 0.0
    begin = local.replace(hour=first, minute=0, second=0, microsecond=0)
    return (begin + timedelta(days=0 if local < begin else 1) - local).total_seconds()
