"""What is different between two packs (パックの違い), in plain Japanese, one line a difference. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from handoff.clock import hours_ja
from handoff.overlay_words import areas_words, rounds_words
from handoff.pack import Desk, Meeting, Number, Pack, Project
from handoff.packs.values import Link, Resource
from triage.labels import DOMAIN_JA, THEME_JA

T = TypeVar("T")
_NONE = "なし"


def differences(before: Pack, after: Pack) -> tuple[str, ...]:
    """The lines, in the order of a pack; empty when nothing that a reader meets is different."""
    return (
        *_fields("自治体", _FRAME, before, after),
        *_two("窓口", _by_id(before.desks), _by_id(after.desks), _DESK),
        *_two("会議", {m.id: m for m in before.meetings}, {m.id: m for m in after.meetings}, _MEETING),
        *_two("番号", {n.id: n for n in before.numbers}, {n.id: n for n in after.numbers}, _NUMBER),
        *_two("資源カード", {r.id: r for r in before.resources}, {r.id: r for r in after.resources}, _RESOURCE),
        *_lists("住んでいるところ", [a.name for a in before.areas], [a.name for a in after.areas]),
        *_lists("構成員", before.members, after.members),
        *_lists("情報提供元", before.referrers, after.referrers),
        *_lists("協定事業者", [p.name for p in before.partners], [p.name for p in after.partners]),
        *_two("リンク", {one.name: one for one in before.links}, {one.name: one for one in after.links}, _LINK),
    )


_FRAME: Mapping[str, Callable[[Pack], str]] = {
    "名前": lambda p: p.municipality,
    "コード": lambda p: p.code,
    "事業の形": lambda p: p.form.label_ja,
    "LINE の使い方": lambda p: str(p.line_mode),
    "受付の名前": lambda p: p.office,
    "受けとめる窓口": lambda p: _desk_name(p, p.fallback),
    "複合をまとめる窓口": lambda p: _desk_name(p, p.lead),
    "計画の終わり": lambda p: str(p.plan_until or _NONE),
    "夜間の当番": lambda p: p.on_call.label or ("あり" if p.on_call.available else _NONE),
    "呼ぶ順番": lambda p: rounds_words(p.on_call.rota) or _NONE,
    "場所ごとの呼ぶ順番": lambda p: areas_words(p.on_call).replace("\n", "・") or _NONE,
    "初めの返事まで": lambda p: (
        f"今すぐ {p.sla.emergency_minutes}分・高い {p.sla.high_minutes}分・ふつう {p.sla.normal_business_days}開庁日"
    ),
}
_DESK: Mapping[str, Callable[[Desk], str]] = {
    "名前": lambda d: d.name,
    "開いている時間": lambda d: d.hours_ja or hours_ja(d.hours) or "分かりません",
    "電話": lambda d: d.phone or "未確認",
    "FAX": lambda d: d.fax or _NONE,
    "メール": lambda d: d.email or _NONE,
    "住所": lambda d: d.address or _NONE,
    "すること": lambda d: "・".join(one.label_ja for one in Project if one in d.projects) or _NONE,
    "分野とテーマ": lambda d: (
        "・".join(
            [
                *(word for key, word in DOMAIN_JA.items() if key in d.domains),
                *(word for key, word in THEME_JA.items() if key in d.themes),
            ]
        )
        or _NONE
    ),
    "受けもつ場所": lambda d: "・".join(d.area) or "全域",
    "係": lambda d: d.owner or _NONE,
    "始まり": lambda d: str(d.since or _NONE),
    "終わり": lambda d: str(d.until or _NONE),
    "確かめた日": lambda d: str(d.verified_on or _NONE),
}
_MEETING: Mapping[str, Callable[[Meeting], str]] = {
    "名前": lambda m: m.name, "根拠": lambda m: m.basis, "いつ": lambda m: m.every_ja or _NONE,
    "窓口": lambda m: m.desk, "構成員": lambda m: "・".join(m.members) or _NONE,
}  # fmt: skip
_NUMBER: Mapping[str, Callable[[Number], str]] = {
    "名前": lambda n: n.label, "番号": lambda n: n.number or n.url or n.line_id,
    "時間": lambda n: n.hours_ja or "分かりません",
}  # fmt: skip
_RESOURCE: Mapping[str, Callable[[Resource], str]] = {
    "名前": lambda r: r.name, "場所": lambda r: r.where or _NONE, "曜日": lambda r: r.days or _NONE,
    "住民に見せる": lambda r: "はい" if r.public else "いいえ",
}  # fmt: skip

_LINK: Mapping[str, Callable[[Link], str]] = {
    "名前": lambda one: one.name, "場所": lambda one: one.url or _NONE,
    "見出し": lambda one: "計画" if one.kind == "plan" else "関係機関",
    "確かめた日": lambda one: str(one.verified_on or _NONE),
}  # fmt: skip


def _two(
    kind: str, before: Mapping[str, T], after: Mapping[str, T], fields: Mapping[str, Callable[[T], str]]
) -> Iterator[str]:
    name = fields["名前"]
    for key, gone in before.items():
        if key not in after:
            yield f"{kind}がなくなりました: {name(gone)}"
    for key, new in after.items():
        if key not in before:
            yield f"{kind}がふえました: {name(new)}"
        else:
            yield from _fields(f"{kind}「{name(before[key])}」", fields, before[key], new)


def _fields(where: str, fields: Mapping[str, Callable[[T], str]], before: T, after: T) -> Iterator[str]:
    for word, value in fields.items():
        if value(before) != value(after):
            yield f"{where}の{word}: {value(before)} → {value(after)}"


def _lists(kind: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    old, new = list(before), list(after)
    if gone := [one for one in old if one not in new]:
        yield f"{kind}からなくなりました: {'、'.join(gone)}"
    if added := [one for one in new if one not in old]:
        yield f"{kind}にふえました: {'、'.join(added)}"


def _by_id(desks: tuple[Desk, ...]) -> dict[str, Desk]:
    return {desk.id: desk for desk in desks}


def _desk_name(pack: Pack, desk_id: str) -> str:
    return next((desk.name for desk in pack.desks if desk.id == desk_id), desk_id or _NONE)
