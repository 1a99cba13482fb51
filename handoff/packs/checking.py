"""Look a pack over before anybody relies on it: wrong digits, no fallback, desks nobody reaches, stale entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handoff.basis import BASES
from handoff.packs.checking_local import check_local
from handoff.packs.checking_texts import check_texts
from handoff.packs.codes import code_holds
from handoff.packs.templates import check_templates
from handoff.packs.values import Desk, Level, Number, Pack, Problem, Project
from intake.conversation.flow import SIGNS
from triage.assessment import Domain
from triage.labels import DOMAIN_JA

STALE_DAYS = 180
ALWAYS = ("police", "fire")
_SHORT = frozenset({"110", "118", "119", "171", "188", "189"})
_DIGITS_OF_PREFIX = {
    "0120": 10,
    "0570": 10,
    "0800": 11,
    "050": 11,
    "060": 11,
    "070": 11,
    "080": 11,
    "090": 11,
    "020": 11,
}


MOST_EVERY_MINUTES = 60
NOTIFY_NAME = r"[a-z0-9][a-z0-9_-]{0,31}"
"""How an address for calls may be named, in a pack's rota and in the settings (`[tenants.*.notify]`)."""


def check(pack: Pack, today: date) -> list[Problem]:
    """Everything that is wrong with a pack, errors first. An error must stop it from being used."""
    problems = [
        *_frame(pack),
        *_on_call(pack),
        *(problem for desk in pack.desks for problem in _desk(desk, pack, today)),
        *(problem for number in pack.numbers for problem in _number(number, today)),
        *_links(pack, today),
        *_sla(pack),
        *check_local(pack, today),
        *check_texts(pack),
        *check_templates(pack),
    ]
    return sorted(problems, key=lambda problem: list(Level).index(problem.level))


def right_digits(number: str) -> bool:
    """Whether this can be a Japanese number: the digits that its prefix asks for, `#` and four, or a short one."""
    if not re.fullmatch(r"#[0-9]{4}|[0-9]+(-[0-9]+)*", number):
        return False
    digits = number.replace("-", "")
    if number.startswith("#") or digits in _SHORT:
        return True
    if not digits.startswith("0") or digits.startswith("00"):
        return False
    prefix = digits[:4] if digits[:4] in _DIGITS_OF_PREFIX else digits[:3]
    return len(digits) == _DIGITS_OF_PREFIX.get(prefix, 10)


def fictional_digits(number: str) -> bool:
    """Whether this is a number that nobody can dial: 000 and the length of a mobile number."""
    return bool(re.fullmatch(r"000-[0-9]{4}-[0-9]{4}", number))


def _frame(pack: Pack) -> Iterator[Problem]:
    fallback = next((desk for desk in pack.desks if desk.id == pack.fallback), None)
    if fallback is None:
        yield _error("no_fallback", "どこにも当てはまらない相談を受ける窓口（fallback）がありません。")
    elif Project.COMPREHENSIVE not in fallback.projects:
        yield _error(
            "fallback_narrow", f"{fallback.name}: 受けとめる窓口（fallback）は包括的相談である必要があります。"
        )
    for domain in Domain:
        if not any(domain in desk.domains for desk in pack.desks):
            yield _warning("domain_without_desk", f"{DOMAIN_JA[domain]}の窓口がありません。{pack.office}が受けます。")
    for project in (Project.COORDINATION, Project.OUTREACH, Project.PARTICIPATION):
        if not any(project in desk.projects for desk in pack.desks):
            yield _warning("project_without_desk", f"{project.label_ja}の窓口がありません。{pack.office}が受けます。")
    if not re.fullmatch(r"[0-9]{6}", pack.code):
        yield _error("wrong_code", f"自治体コードは6けたの数字です: {pack.code}")
    elif not pack.fictional and not code_holds(pack.code):
        yield _error("wrong_code", f"自治体コードの検査数字が合いません: {pack.code}")
    if not pack.neutral:
        yield _error("no_neutral", "画面をかくすときの無難な文がありません。")
    for number_id in ALWAYS:
        if all(number.id != number_id for number in pack.numbers):
            yield _error("no_emergency_number", "110 と 119 は切れません。")


def _on_call(pack: Pack) -> Iterator[Problem]:
    on_call = pack.on_call
    if not on_call.available:
        yield _warning(
            "no_on_call", "夜と休みの日に呼べる人がいません。時間外の緊急には「いまは読めません」と答えます。"
        )
    elif not on_call.rota:
        yield _info("no_rota", "呼び出しの順番（on_call.rota）がありません。Slack がない町では、だれも呼べません。")
    if not 1 <= on_call.every_minutes <= MOST_EVERY_MINUTES:
        yield _error(
            "wrong_every_minutes",
            f"呼び出しの間隔（on_call.every_minutes）は 1〜{MOST_EVERY_MINUTES} 分です: {on_call.every_minutes}",
        )
    known = {*(area.name for area in pack.areas), *(area.group for area in pack.areas)} - {""}
    for area in sorted({one.area for one in on_call.areas} - known):
        yield _error("unknown_area", f"on_call.areas: 知らない場所の呼び出しの順番です: {area}")
    if on_call.available and on_call.areas and not on_call.rota:
        yield _warning(
            "no_rota_for_all",
            "場所ごとの順番だけがあります。住んでいる所が分からない相談では、Slack のほか呼べません。",
        )
    local = ((f"areas.{one.area}", one.rota) for one in on_call.areas)
    for key, rounds in (("rota", on_call.rota), ("office_rota", on_call.office_rota), *local):
        if not all(rounds) or (key.startswith("areas.") and not rounds):
            yield _error("empty_round", f"on_call.{key}: だれもいない回があります。")
        for name in sorted({name for each in rounds for name in each if not re.fullmatch(NOTIFY_NAME, name)}):
            yield _error(
                "wrong_rota_name", f"on_call.{key}: 名前は英小文字・数字・「-」「_」の 32 文字までです: {name}"
            )


def _sla(pack: Pack) -> Iterator[Problem]:
    for name, value, most in (
        ("emergency_minutes", pack.sla.emergency_minutes, 240),
        ("high_minutes", pack.sla.high_minutes, 1440),
        ("normal_business_days", pack.sla.normal_business_days, 10),
    ):
        if not 1 <= value <= most:
            yield _error("wrong_sla", f"初めの返事までの時間（sla.{name}）は 1〜{most} です: {value}")


def _desk(desk: Desk, pack: Pack, today: date) -> Iterator[Problem]:
    right = fictional_digits if pack.fictional else right_digits
    for number in (desk.phone, desk.fax):
        if number and not right(number):
            yield _error("wrong_digits", f"{desk.name}: 番号のけたが違います: {number}")
    if desk.phone or desk.fax or desk.email:
        if desk.unconfirmed:
            yield _warning("reach_unconfirmed", f"{desk.name}: 連絡先が、まだ確かめられていません。")
    elif desk.unconfirmed:
        yield _warning("reach_unknown", f"{desk.name}: 連絡先は未確認です。電話番号を確かめて書いてください。")
    else:
        yield _error("unreachable", f"{desk.name}: 電話も FAX もメールもありません。")
    if desk.layer not in {"city", "prefecture"}:
        yield _error("wrong_layer", f"{desk.name}: layer は city か prefecture です。")
    if not desk.owner:
        yield _warning("no_owner", f"{desk.name}: 情報を保つ係（owner）がありません。")
    if desk.hours is None:
        yield _info("hours_unknown", f"{desk.name}: 開いている時間が分かりません。「分かりません」と答えます。")
    elif not any(desk.hours.week):
        yield _error("never_open", f"{desk.name}: 開く日がありません。")
    yield from _stale(desk.name, desk.verified_on, today)


def _number(number: Number, today: date) -> Iterator[Problem]:
    if number.number and not right_digits(number.number):
        yield _error("wrong_digits", f"{number.label}: 番号のけたが違います: {number.number}")
    if not (number.number or number.url or number.line_id):
        yield _error("unreachable", f"{number.label}: 番号も宛先もありません。")
    if number.status == "verified2":
        yield _info("not_official", f"{number.label}: 公式のページでは、まだ確かめていません。")
    yield from _stale(number.label, number.verified_on, today)


def _links(pack: Pack, today: date) -> Iterator[Problem]:
    ids = [desk.id for desk in pack.desks]
    for double in sorted({name for name in ids if ids.count(name) > 1}):
        yield _error("double_desk", f"同じ id の窓口が二つあります: {double}")
    named = [(route.code, desk) for route in pack.routes for desk in route.desks]
    named += [(meeting.name, meeting.desk) for meeting in pack.meetings]
    named += [("on_call", pack.on_call.desk)] if pack.on_call.desk else []
    wanted = [(partner.name, partner.desk) for partner in pack.partners if partner.desk]
    for where, desk_id in named + wanted:
        if desk_id not in ids:
            yield _error("unknown_desk", f"{where}: ない窓口をさしています: {desk_id}")
    for meeting in pack.meetings:
        if meeting.basis not in BASES:
            yield _error("unknown_basis", f"{meeting.name}: ない根拠です: {meeting.basis}")
    led = {desk_id for _, desk_id in named} | {pack.fallback}
    for desk in pack.desks:
        led_to = desk.id in led or desk.projects or desk.domains or desk.themes
        if not led_to and not desk.referral:
            yield _error("no_way_to_desk", f"{desk.name}: どの相談からもつながりません。")
        elif led_to and desk.referral:
            yield _error(
                "referral_led_to", f"{desk.name}: 人がえらぶつなぎ先（referral）に、相談が自動でつながっています。"
            )
    yield from _partners(pack, today)


def _partners(pack: Pack, today: date) -> Iterator[Problem]:
    right = fictional_digits if pack.fictional else right_digits
    codes = [partner.code for partner in pack.partners]
    for double in sorted({code for code in codes if codes.count(code) > 1}):
        yield _error("double_partner", f"協定台帳に同じコードが二つあります: {double}")
    for partner in pack.partners:
        if unknown := sorted(set(partner.signs) - set(SIGNS)):
            yield _error("unknown_sign", f"{partner.name}: 知らない気づき（signs）です: {'、'.join(unknown)}")
        if partner.generation < 1:
            yield _error("wrong_generation", f"{partner.name}: generation は 1 からの数です。")
        if partner.phone and not right(partner.phone):
            yield _error("wrong_digits", f"{partner.name}: 番号のけたが違います: {partner.phone}")
        if partner.until and partner.until < today:
            yield _warning("agreement_over", f"{partner.name}: 協定の期限が過ぎています。")


def _stale(name: str, verified_on: date | None, today: date) -> Iterator[Problem]:
    if verified_on is None:
        yield _warning("never_verified", f"{name}: 確かめた日がありません。")
    elif verified_on > today:
        yield _warning("verified_in_future", f"{name}: 確かめた日が先の日付です: {verified_on}")
    elif (today - verified_on).days > STALE_DAYS:
        yield _warning("stale", f"{name}: 確かめてから {(today - verified_on).days} 日たっています。")


def _error(code: str, message: str) -> Problem:
    return Problem(Level.ERROR, code, message)


def _warning(code: str, message: str) -> Problem:
    return Problem(Level.WARNING, code, message)


def _info(code: str, message: str) -> Problem:
    return Problem(Level.INFO, code, message)
