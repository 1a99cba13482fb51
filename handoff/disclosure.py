"""What a person may have of their own record (開示): paragraphs that somebody looks through before they leave.

Nothing is decided here: what the law may let be held back is proposed as blacked out, with the reason, and staff decide
each paragraph. Who reported is in no paragraph at all (児童虐待防止法7条).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consents, named, plan_store
from handoff.answers import OF_REQUEST
from handoff.clock import moment_ja
from handoff.consent_rows import ATTEND_JA, whose_ja
from handoff.number import label_of
from handoff.office import Office
from handoff.records import HandOver, History, Ticket
from handoff.view_lines import lines_of
from handoff.view_values import Line
from handoff.wording import STEP_JA
from handoff.writer import Writer, writer_of
from intake import cases, given
from intake.clock import to_datetime
from intake.conversation.speech import answers_ja
from intake.records import Case, Contact, Outgoing
from intake.seal import Cell
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, THEME_JA, URGENCY_JA

BLACK: Final = "■■■■■■"
INTERNAL: Final = "職員どうしの検討の記録"
REPORTED: Final = "通報した人が分かるおそれ"
GROUPS: Final = ("記録のあらまし", "やりとり", "聞きとったこと", "見立て", "つなぎと同意", "経過", "職員のメモ")
_AUTHOR_JA: Final = {"person": "本人", "machine": "自動の返事", "staff": "職員"}
_HIDDEN_STEPS: Final = frozenset(
    {"reporter_opened", "linked", "link_refused", "link_undone", "link_again", "fold_in", "fold_out", "folded",
     "unfolded", "break_glass", "pass_opened"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `why`: the reason for which blacking it out is proposed, "" for none."""

    id: str
    group: str
    head: str
    text: str = field(repr=False)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that could be disclosed. `mark` changes whenever a paragraph does."""

    label: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def mark(self) -> str:
        """A fingerprint of what somebody looked through."""
        whole = "\x1e".join(f"{one.id}\x1f{one.text}" for one in self.paragraphs)
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:32]


def record_of(office: Office, session: Session, case: Case, row: Ticket, now: int) -> Record:
    """The record of a case. Empty once it was erased. No authorization check."""
    label = label_of(case.number, case.route)
    if case.erased_at is not None:
        return Record(label, ())
    found = (
        *_outline(office, session, case, now), *_lines(office, session, case, now), *_answers(office, session, case),
        *_reading(office, row), *_handed(office, session, case, now), *_steps(office, session, case, now),
    )  # fmt: skip
    return Record(label, tuple(found))


def blacked(record: Record, hidden: Set[str]) -> tuple[Paragraph, ...]:
    """The paragraphs as they leave: those in `hidden` black."""
    return tuple(replace(one, text=BLACK) if one.id in hidden else one for one in record.paragraphs)


def as_json(record: Record, hidden: Set[str], made: str) -> dict[str, object]:
    """The same for a program. `made`: when, in words."""
    return {
        "number": record.label,
        "made": made,
        "paragraphs": [
            {"group": one.group, "head": one.head, "text": one.text, "withheld": one.id in hidden}
            for one in blacked(record, hidden)
        ],
    }


def _outline(office: Office, session: Session, case: Case, now: int) -> Iterator[Paragraph]:
    group = GROUPS[0]
    reported = _reported(office, session, case)
    yield Paragraph("receipt", group, "番号", label_of(case.number, case.route))
    yield Paragraph("since", group, "はじめた日", _moment(case.opened_at, now))
    contact = session.get(Contact, case.contact_id) if case.contact_id and not reported else None
    if contact is not None and case.identity != "anonymous":
        yield Paragraph("name", group, "名前・よびかた", cases.name_of(office.sealer, contact))


def _lines(office: Office, session: Session, case: Case, now: int) -> Iterator[Paragraph]:
    reported = _reported(office, session, case)
    of_request = f"reply-{OF_REQUEST}"
    told = set(
        session.scalars(
            select(Outgoing.id).where(
                Outgoing.case_id == case.id, Outgoing.dedupe.startswith(of_request, autoescape=True)
            )
        )
    )
    for line in lines_of(office, session, case):
        if line.outgoing_id in told:  # our word that this file is ready: it must not make another file of it
            continue
        head = f"{_moment(line.at, now)}　{_AUTHOR_JA.get(line.author, line.author)}"
        if reported and line.author == "person":
            head = f"{_moment(line.at, now)}　通報"
        for number, text in enumerate(_parts(line)):
            yield Paragraph(f"m{line.id}-{number}", GROUPS[1], head, text, REPORTED if reported else "")


def _reported(office: Office, session: Session, case: Case) -> bool:
    """Whether the words are somebody else's, as far as people said: whoever told of the person, and in whatever way."""
    return writer_of(office, session, case) is Writer.OTHER


def _parts(line: Line) -> Iterable[str]:
    if line.unsent:
        return ("（取り消されました）",)
    if line.attachment is not None:
        return (f"（{line.attachment.title}）",)
    return [part for part in line.text.split("\n") if part.strip()]


def _answers(office: Office, session: Session, case: Case) -> Iterator[Paragraph]:
    why = REPORTED if _reported(office, session, case) else ""
    for number, (question, answer) in enumerate(answers_ja(given.answers_of(office.sealer, case))):
        if answer:
            yield Paragraph(f"a{number}", GROUPS[2], question, answer, why)


def _reading(office: Office, row: Ticket) -> Iterator[Paragraph]:
    read = plan_store.reading_of(office.sealer, row)
    if read is None:
        return
    domains = "、".join(DOMAIN_JA[one] for one in DOMAIN_JA if one in read.domains)
    themes = "、".join(THEME_JA[one] for one in THEME_JA if one in read.themes)
    found = (
        ("分野", domains), ("テーマ", themes),
        ("複合", COMPLEXITY_JA[read.complexity]), ("緊急度", URGENCY_JA[read.urgency]),
    )  # fmt: skip
    for number, (head, text) in enumerate(found):
        if text:
            yield Paragraph(f"r{number}", GROUPS[3], head, text)


def _handed(office: Office, session: Session, case: Case, now: int) -> Iterator[Paragraph]:
    overs = session.scalars(select(HandOver).where(HandOver.case_id == case.id).order_by(HandOver.id))
    for over in overs:
        desk = consents.desk_name(office, over.to_desk)
        yield Paragraph(f"h{over.id}", GROUPS[4], f"{_moment(over.at, now)}　つないだ窓口", desk)
        for column, head, sealed in (
            ("ask_sealed", "お願いしたこと", over.ask_sealed), ("keep_sealed", "当方が続けること", over.keep_sealed),
        ):  # fmt: skip
            text = office.sealer.open_text(Cell(over.tenant, "handovers", column, over.id), sealed)
            yield Paragraph(f"h{over.id}-{column[:3]}", GROUPS[4], f"{desk}に{head}", text, INTERNAL)
    for consent in consents.standing(session, case):
        if consent.desk:
            said = {"given": "伝えてよい", "partial": "書いたことだけ", "refused": "伝えない", "withdrawn": "取り消し"}
            text = said.get(consent.state, "聞いています")
            whose, attend = whose_ja(office, session, case, consent), ATTEND_JA.get(consent.attend, "")
            text += f"（{whose}）" if whose else ""
            text += f"　会議に出るか：{attend}" if attend else ""
            yield Paragraph(f"c{consent.id}", GROUPS[4], f"同意：{named.name_of(office, consent)}", text)


def _steps(office: Office, session: Session, case: Case, now: int) -> Iterator[Paragraph]:
    rows = session.scalars(select(History).where(History.case_id == case.id).order_by(History.at, History.id)).all()
    for row in rows:
        if row.what not in _HIDDEN_STEPS and row.what in STEP_JA:
            yield Paragraph(f"s{row.id}", GROUPS[5], _moment(row.at, now), STEP_JA[row.what])
    for row in rows:
        if row.note_sealed is not None and row.what not in _HIDDEN_STEPS:
            text = office.sealer.open_text(Cell(row.tenant, "history", "note_sealed", row.id), row.note_sealed)
            why = "" if row.what == "person_corrected" else INTERNAL
            yield Paragraph(
                f"n{row.id}", GROUPS[6], f"{_moment(row.at, now)}　{STEP_JA.get(row.what, 'メモ')}", text, why
            )


def _moment(at: int, now: int) -> str:
    return moment_ja(to_datetime(at), to_datetime(now))
