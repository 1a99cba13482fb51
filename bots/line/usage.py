"""What went over LINE in a month (月次の利用報告): counts alone, for the body that approved its use.

The government's LINE guideline asks for regular reports from whoever runs it. Nothing here names or describes anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff.facts import month_start, next_month
from intake.records import Case, Message, Outgoing

_MEDIA = ("image", "audio", "video", "file")


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the report."""

    name: str
    number: int


def usage(session: Session, tenant: str, month: str) -> tuple[Count, ...]:
    """The counts of `month` (`2026-10`, in Tokyo). Changes nothing."""
    return tuple(Count(name, session.scalar(wanted) or 0) for name, wanted in _wanted(tenant, month))


def _wanted(tenant: str, month: str) -> Iterator[tuple[str, Select[int]]]:
    def within(column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        return (column >= month_start(month)) & (column < month_start(next_month(month)))

    cases = select(func.count(Case.id)).where(Case.tenant == tenant, Case.channel == "line")
    said = (
        select(func.count(Message.id))
        .join(Case, Case.id == Message.case_id)
        .where(Message.tenant == tenant, Case.channel == "line", Message.author == "person")
        .where(Message.staff_id.is_(None))  # what staff wrote down of a call came by no LINE
    )
    left = select(func.count(Outgoing.id)).where(
        Outgoing.tenant == tenant, Outgoing.channel == "line", within(Outgoing.created_at)
    )
    yield "LINE から始まった相談・通報", cases.where(within(Case.opened_at))
    yield "LINE から届いたことば・写真など", said.where(within(Message.at))
    yield "　うち写真・声・動画・ファイル", said.where(within(Message.at), Message.kind.in_(_MEDIA))
    yield "LINE へ送ったもの", left.where(Outgoing.state == "sent")
    yield "　うち料金のかかる送り方（push）", left.where(Outgoing.state == "sent", Outgoing.via == "push")
    yield "LINE へ送れなかったもの", left.where(Outgoing.state == "failed")
    yield "本人が LINE で取り消したもの", said.where(within(Message.unsent_at))
    yield "消した相談（「けす」・保存期間）", cases.where(within(Case.erased_at))
