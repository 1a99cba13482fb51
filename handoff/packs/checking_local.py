"""Look over what a pack says of its places, its form of the 事業, its plan and its cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handoff.basis import BASES
from handoff.packs.codes import code_holds, name_of_code
from handoff.packs.desk_values import Project
from handoff.packs.values import Form, Level, Pack, Problem

MOST_AREAS = 11
"""LINE shows 13 quick replies: the areas, 「ほかの市町村」 and 「答えたくない」."""
MOST_AREA_LETTERS = 12
STALE_RESOURCE_DAYS = 180


def check_local(pack: Pack, today: date) -> Iterator[Problem]:
    """What is wrong with areas, lead, form and meetings, dates of desks, resources and links."""
    yield from _areas(pack)
    yield from _form(pack)
    yield from _dates(pack, today)
    yield from _resources(pack, today)
    if not any(link.kind == "plan" for link in pack.links):
        yield _problem(
            Level.INFO, "no_plan_link", '計画（社会福祉法106条の5）のページ（link の kind = "plan"）がありません。'
        )
    for link in pack.links:
        if not link.url:
            yield _problem(Level.INFO, "link_without_url", f"{link.name}: ページの場所が、まだ分かりません。")
        elif link.verified_on is None or (today - link.verified_on).days > STALE_RESOURCE_DAYS:
            yield _problem(Level.WARNING, "stale", f"{link.name}: リンクを、しばらく確かめていません。")


def _areas(pack: Pack) -> Iterator[Problem]:
    ids = {desk.id for desk in pack.desks}
    names = [area.name for area in pack.areas]
    if len(names) > MOST_AREAS:
        yield _error(
            "too_many_areas", f"住んでいるところ（area）は {MOST_AREAS} こまでです。いまは {len(names)} こです。"
        )
    for double in sorted({name for name in names if names.count(name) > 1}):
        yield _error("double_area", f"住んでいるところ（area）に同じ名前が二つあります: {double}")
    for area in pack.areas:
        if not area.name.strip() or len(area.name) > MOST_AREA_LETTERS or set(area.name) & set(":,{}\n"):
            yield _error("wrong_area", f"住んでいるところの名前は 1〜{MOST_AREA_LETTERS} 字です: {area.name}")
        if area.code6 and not pack.fictional:
            known = name_of_code(area.code6)
            if not code_holds(area.code6):
                yield _error("wrong_code", f"{area.name}: 自治体コードの検査数字が合いません: {area.code6}")
            elif known and known.name != area.name:
                yield _error("wrong_code", f"{area.name}: このコードは{known.name}のものです: {area.code6}")
        if area.desk and area.desk not in ids:
            yield _error("unknown_desk", f"{area.name}: ない窓口をさしています: {area.desk}")
    served = {*names, *(area.group for area in pack.areas)}
    for desk in pack.desks if pack.areas else ():
        if unknown := sorted(set(desk.area) - served):
            yield _error("unknown_area", f"{desk.name}: 知らない場所を受けもっています: {'、'.join(unknown)}")


def _form(pack: Pack) -> Iterator[Problem]:
    if pack.form is not Form.RUNNING and "C1" in pack.room_codes:
        yield _error(
            "meeting_without_form",
            f"重層事業が「{pack.form.label_ja}」なので、支援会議（社会福祉法106条の6）は書けません。準支援会議（匿名）を使います。",
        )
    if pack.form is not Form.NONE and not pack.room_codes & {"C1", "C9"}:
        yield _problem(
            Level.WARNING, "no_room", "支援会議も準支援会議（匿名）もありません。同意なしに集まる場がありません。"
        )
    for meeting in pack.meetings:
        if not meeting.members and meeting.basis in BASES and BASES[meeting.basis].needs_room:
            yield _problem(
                Level.INFO, "no_members",
                f"{meeting.name}: 構成員の名簿（members）が、まだありません。連絡票にも、そう書かれます。",
            )  # fmt: skip
        elif any(not one.strip() for one in meeting.members) or len(set(meeting.members)) < len(meeting.members):
            yield _error(
                "wrong_members", f"{meeting.name}: 構成員の名簿（members）に、空の名前か、同じ名前があります。"
            )
    lead = next((desk for desk in pack.desks if desk.id == pack.lead), None)
    if pack.lead and lead is None:
        yield _error("unknown_desk", f"lead: ない窓口をさしています: {pack.lead}")
    elif lead is not None and Project.COORDINATION not in lead.projects:
        yield _error("wrong_lead", f"{lead.name}: 複合の相談をまとめる窓口（lead）は、多機関協働である必要があります。")


def _dates(pack: Pack, today: date) -> Iterator[Problem]:
    if pack.plan_until and pack.plan_until < today:
        yield _problem(
            Level.WARNING, "plan_over",
            f"計画の期間が {pack.plan_until} に終わっています。窓口を、もう一度すべて確かめてください。",
        )  # fmt: skip
    for desk in pack.desks:
        if desk.since and desk.until and desk.until < desk.since:
            yield _error("wrong_dates", f"{desk.name}: 終わる日（until）が、始まる日（since）より前です。")
        elif desk.until and desk.until < today:
            yield _problem(Level.WARNING, "desk_over", f"{desk.name}: {desk.until} で終わった窓口です。")
        if any(old.until > today for old in desk.formerly):
            yield _problem(Level.INFO, "change_ahead", f"{desk.name}: これから名前か係が変わります。")
    fallback = next((desk for desk in pack.desks if desk.id == pack.fallback), None)
    if fallback and not fallback.serving(today):
        yield _error("fallback_over", f"{fallback.name}: 受けとめる窓口（fallback）が、きょうは開いていません。")


def _resources(pack: Pack, today: date) -> Iterator[Problem]:
    ids = [one.id for one in pack.resources]
    for double in sorted({name for name in ids if ids.count(name) > 1}):
        yield _error("double_resource", f"同じ id の資源カードが二つあります: {double}")
    for one in pack.resources:
        if one.public and one.verified_on is None:
            yield _problem(Level.WARNING, "never_verified", f"{one.name}: 確かめた日がありません。")
        elif one.public and one.verified_on and (today - one.verified_on).days > STALE_RESOURCE_DAYS:
            yield _problem(Level.WARNING, "stale", f"{one.name}: 確かめてから、半年より長くたっています。")
        if one.form and one.kind == "talk":
            yield _problem(Level.INFO, "form_of_talk", f"{one.name}: 相談の場に、参加支援の型がついています。")


def _error(code: str, message: str) -> Problem:
    return _problem(Level.ERROR, code, message)


def _problem(level: Level, code: str, message: str) -> Problem:
    return Problem(level, code, message)
