"""What a change on screen changes, in words, before → after (前 → 後). Pure. For the staff who confirm it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from handoff import clock
from handoff.hours import WEEKDAYS_JA
from handoff.overlay_texts import NOTICE_JA
from handoff.pack import Desk, Number, OnCall, Pack, Partner
from intake.conversation.flow import SIGNS
from triage.assessment import Urgency
from triage.labels import DOMAIN_JA, THEME_JA, URGENCY_JA

T = TypeVar("T")
NONE_JA = "なし"
UNKNOWN_JA = "分かりません（「分かりません」と答えます）"
PROMISE_JA = "いま来た「{}」の相談に伝える期限"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that becomes otherwise. `felt`: residents notice it."""

    what: str
    before: str
    after: str
    felt: bool = True


def differences(before: Pack, after: Pack, now: datetime) -> tuple[Difference, ...]:
    """Everything that differs between two packs of a town, what residents feel first."""
    found = [*_desks(before, after), *_numbers(before, after), *_on_call(before, after), *_partners(before, after)]
    found += [*_texts(before, after), *_sla(before, after), *promises(before, after, now)]
    return tuple(sorted(found, key=lambda one: not one.felt))


def promises(before: Pack, after: Pack, now: datetime) -> Iterator[Difference]:
    """What would be promised to somebody who wrote now, where it changes."""
    for urgency in (Urgency.NORMAL, Urgency.HIGH, Urgency.EMERGENCY):
        was, becomes = (promise_words(pack, urgency, now) for pack in (before, after))
        if was != becomes:
            yield Difference(PROMISE_JA.format(URGENCY_JA[urgency]), was, becomes)


def promise_words(pack: Pack, urgency: Urgency, now: datetime) -> str:
    """What somebody who wrote now would be told."""
    return clock.due_ja(clock.due(urgency, now, pack.sla, pack.hours, on_call=pack.on_call.available), now)


def hours_words(desk: Desk) -> str:
    """The hours of a desk in words."""
    return desk.hours_ja or UNKNOWN_JA


_DESK_FIELDS: tuple[tuple[str, Callable[[Desk], str], bool], ...] = (
    ("名前", lambda desk: desk.name, True),
    ("分野", lambda desk: "・".join(DOMAIN_JA[one] for one in DOMAIN_JA if one in desk.domains), True),
    ("テーマ", lambda desk: "・".join(THEME_JA[one] for one in THEME_JA if one in desk.themes), True),
    ("することの種類", lambda desk: "・".join(sorted(one.label_ja for one in desk.projects)), False),
    ("地区", lambda desk: "・".join(desk.area), True),
    ("開いている時間", hours_words, True),
    ("いつもと違う日", lambda desk: exceptions_words(desk.hours), True),
    ("電話", lambda desk: desk.phone, True),
    ("FAX", lambda desk: desk.fax, True),
    ("メール", lambda desk: desk.email, True),
    ("場所", lambda desk: desk.address, True),
    ("連絡のしかた", lambda desk: "・".join(desk.channels), True),
    ("情報を保つ係", lambda desk: desk.owner, False),
    ("確かめた日", lambda desk: str(desk.verified_on or ""), False),
    ("説明", lambda desk: desk.does_ja, True),
    ("広さ", lambda desk: "県・広域" if desk.layer == "prefecture" else "市町村", False),
)


def exceptions_words(hours: clock.Hours | None) -> str:
    """「2027-01-16 9:00〜12:00（休日相談会）」 and so on; "" for none."""
    days = sorted(hours.exceptions, key=lambda one: one.day) if hours else []
    return "、".join(f"{one.day} {spans_words(one.spans)}{f'（{one.label}）' if one.label else ''}" for one in days)


def spans_words(spans: Iterable[clock.Span]) -> str:
    """「8:30〜12:00・13:00〜17:15」, 「休み」 for none."""
    said = [f"{_time(span.opens)}〜{_time(span.closes)}" for span in sorted(spans)]
    return "・".join(said) or "休み"


def day_words(day: date) -> str:
    """「11月24日（火）」."""
    return f"{day.month}月{day.day}日（{WEEKDAYS_JA[day.weekday()]}）"


def _desks(before: Pack, after: Pack) -> Iterator[Difference]:
    was, becomes = ({desk.id: desk for desk in pack.desks} for pack in (before, after))
    for desk_id, desk in becomes.items():
        if desk_id not in was:
            yield Difference("窓口がふえます", NONE_JA, desk.name)
    for desk_id, desk in was.items():
        new = becomes.get(desk_id)
        if new is None:
            yield Difference("窓口を閉じます", desk.name, NONE_JA)
            continue
        yield from _fields(desk.name, _DESK_FIELDS, desk, new)
    lost = _orphans(after) - _orphans(before)
    if lost:
        names = "・".join(DOMAIN_JA[one] for one in DOMAIN_JA if one in lost)
        yield Difference(f"{names}の窓口", "あり", f"なくなります。{after.office}が受けます")


def _orphans(pack: Pack) -> set[str]:
    return {str(domain) for domain in DOMAIN_JA if not any(domain in desk.domains for desk in pack.desks)}


def _fields(
    head: str, fields: Iterable[tuple[str, Callable[[T], str], bool]], was: T, becomes: T
) -> Iterator[Difference]:
    for name, read, felt in fields:
        if read(was) != read(becomes):
            yield Difference(f"{head}：{name}", read(was) or NONE_JA, read(becomes) or NONE_JA, felt)


_NUMBER_FIELDS: tuple[tuple[str, Callable[[Number], str], bool], ...] = (
    ("名前", lambda line: line.label, True),
    ("番号", lambda line: line.number or line.url or line.line_id, True),
    ("時間", lambda line: line.hours_ja, True),
    ("答える心配ごと", lambda line: "・".join(line.kinds), True),
    ("確かめた日", lambda line: str(line.verified_on or ""), False),
)


def _numbers(before: Pack, after: Pack) -> Iterator[Difference]:
    was, becomes = ({line.id: line for line in pack.numbers} for pack in (before, after))
    for line_id in dict.fromkeys([*was, *becomes]):
        old, new = was.get(line_id), becomes.get(line_id)
        if old and new:
            yield from _fields(old.label, _NUMBER_FIELDS, old, new)
        elif line := old or new:
            yield Difference(
                f"番号：{line.label}", *(("出していた", "出しません") if old else ("出していない", "出します"))
            )


def _on_call(before: Pack, after: Pack) -> Iterator[Difference]:
    desks = {desk.id: desk.name for pack in (before, after) for desk in pack.desks}
    fields: tuple[tuple[str, Callable[[OnCall], str], bool], ...] = (
        ("夜と休みの日に呼べる人", lambda one: "います" if one.available else "いません", True),
        ("呼び名", lambda one: one.label, True),
        ("窓口", lambda one: desks.get(one.desk, ""), False),
        ("呼ぶ順番", lambda one: rounds_words(one.rota), False),
        ("開いている間の順番", lambda one: rounds_words(one.office_rota), False),
        ("くり返す間", lambda one: f"{one.every_minutes} 分", False),
        ("場所ごとの順番", areas_words, False),
    )
    yield from _fields("当番", fields, before.on_call, after.on_call)


def rounds_words(rounds: Iterable[Iterable[str]]) -> str:
    """「1 回め first、2 回めから first・second」."""
    said = [f"{number} 回め {'・'.join(names)}" for number, names in enumerate(rounds, 1)]
    return "、".join(said)


def areas_words(on_call: OnCall) -> str:
    """「平内町：1 回め hiranai」, place by place."""
    return "\n".join(f"{one.area}：{rounds_words(one.rota)}" for one in on_call.areas)


_PARTNER_FIELDS: tuple[tuple[str, Callable[[Partner], str], bool], ...] = (
    ("名前", lambda one: one.name, True),
    ("仕事", lambda one: one.kind, False),
    ("期限", lambda one: str(one.until or ""), True),
    ("先に聞く気づき", lambda one: f"{len(one.signs)} つ" if one.signs else f"すべて（{len(SIGNS)} つ）", True),
    ("様式", lambda one: "連絡票" if one.professional else "通報", True),
    ("登録のコード", lambda one: f"{one.generation} 代目", True),
    ("電話", lambda one: one.phone, False),
    ("たずねられる時間", lambda one: one.hours_ja, False),
    ("通報のあとの知らせ", lambda one: one.tell_ja, True),
)


def _partners(before: Pack, after: Pack) -> Iterator[Difference]:
    desks = {desk.id: desk.name for pack in (before, after) for desk in pack.desks}
    was, becomes = ({one.code: one for one in pack.partners} for pack in (before, after))
    for code in dict.fromkeys([*was, *becomes]):
        old, new = was.get(code), becomes.get(code)
        if old and new:
            yield from _fields(old.name, _PARTNER_FIELDS, old, new)
            if old.desk != new.desk:
                was_desk, is_desk = desks.get(old.desk) or before.office, desks.get(new.desk) or after.office
                yield Difference(f"{new.name}：初めにとどく窓口", was_desk, is_desk, felt=False)
            if old.signs != new.signs and len(old.signs) == len(new.signs):
                yield Difference(f"{old.name}：先に聞く気づき", "、".join(old.signs), "、".join(new.signs))
        elif one := old or new:
            yield Difference("協定の事業所", *((one.name, NONE_JA) if old else (NONE_JA, one.name)))


def _texts(before: Pack, after: Pack) -> Iterator[Difference]:
    if before.office != after.office:
        yield Difference("窓口の名前", before.office, after.office)
    if before.exit_url != after.exit_url:
        yield Difference("〔この画面をとじる〕の行き先", before.exit_url, after.exit_url)
    if before.neutral != after.neutral:
        yield Difference("画面をかくすときの文", "\n".join(before.neutral), "\n".join(after.neutral))
    for kind, name in NOTICE_JA.items():
        old, new = before.notices.get(kind, ""), after.notices.get(kind, "")
        if old != new:
            yield Difference(f"お知らせ：{name}", old or "はじめの文", new or "はじめの文")
    was, becomes = ({one.id: one for one in pack.templates} for pack in (before, after))
    for name in dict.fromkeys([*was, *becomes]):
        old_one, new_one = was.get(name), becomes.get(name)
        if old_one != new_one and (one := new_one or old_one):
            said = [f"{each.title}\n{each.text}" if each else NONE_JA for each in (old_one, new_one)]
            yield Difference(f"返事のひな型：{one.title}", said[0], said[1], felt=False)


def _sla(before: Pack, after: Pack) -> Iterator[Difference]:
    for name, was, becomes in (
        ("今すぐの相談", f"{before.sla.emergency_minutes} 分", f"{after.sla.emergency_minutes} 分"),
        ("高い相談（開いてから）", f"{before.sla.high_minutes} 分", f"{after.sla.high_minutes} 分"),
        ("ふつうの相談", f"{before.sla.normal_business_days} 営業日", f"{after.sla.normal_business_days} 営業日"),
    ):
        if was != becomes:
            yield Difference(f"初めの返事まで：{name}", was, becomes)


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
