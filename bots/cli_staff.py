"""`toritsugi staff` and `toritsugi audit`: people of the desk, how they come in, their leaving, the audit chain."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bots.settings import load

if TYPE_CHECKING:
    from bots.parts import Parts, Tenant

staff_app = typer.Typer(no_args_is_help=True, help="職員の登録・招待・異動と、コンソールへの入り口。")
audit_app = typer.Typer(no_args_is_help=True, help="監査記録。")
_NOT_ADDED = "登録できません"
StaffId = Annotated[int, typer.Argument(help="職員の id（staff list で出ます）")]


@staff_app.command()
def add(
    name: Annotated[str, typer.Argument(help="画面に出る名前")],
    role: Annotated[str, typer.Option(help="intake 受付 / worker 担当 / manager 管理 / auditor 監査")] = "intake",
    desk: Annotated[str, typer.Option(help="窓口の id（担当の人）")] = "",
    slack: Annotated[str, typer.Option(help="Slack の利用者 id（U…）")] = "",
) -> None:
    """職員を登録し、最初の入り口（一度だけ使えるリンク）を出します。"""
    from handoff import login, people
    from handoff.office import Refused
    from intake.clock import now_ms

    with _office() as (parts, tenant):
        if fault := _fault(tenant, role, desk, slack):
            _refuse(fault, _NOT_ADDED)
        try:
            with parts.sessions.begin() as session:
                now = now_ms()
                staff_id = people.add(tenant.office, session, None, name, role, desk, now)
                if slack and tenant.settings.slack:
                    team = tenant.settings.slack.team_id
                    people.link_slack(tenant.office, session, None, staff_id, team, slack, now)
                token = login.make_link(session, tenant.name, staff_id, now)
        except Refused as refusal:
            option = " (--slack)" if refusal.code in ("bad_slack", "taken") else ""
            _refuse(f"{refusal.message_ja}{option}", _NOT_ADDED)
        typer.echo(f"{name} さんを登録しました（id {staff_id}）。15分のうちに、一度だけ使えます:")
        typer.echo(f"{parts.settings.base_url}/console/login/{token}")


def _fault(tenant: Tenant, role: str, desk: str, slack: str) -> str:
    """What is wrong with the options, as a sentence that names them; "" when nothing is."""
    from handoff.login import ROLES

    desks = "・".join(known.id for known in tenant.office.pack.desks)
    if role not in ROLES:
        return f"役割は {'・'.join(ROLES)} のどれかです (--role)。"
    if desk and desk not in desks.split("・"):
        return f"その窓口はパックにありません。{desks} のどれかです (--desk)。"
    if role == "worker" and not desk:
        return f"担当 (worker) には窓口が要ります。{desks} のどれかです (--desk)。"
    if slack and tenant.settings.slack is None:
        return f"この自治体には Slack の設定がありません (TORITSUGI_TENANTS__{tenant.name.upper()}__SLACK)。"
    return ""


@staff_app.command("list")
def list_staff() -> None:
    """職員の一覧を出します。"""
    from handoff import people
    from intake.clock import now_ms
    from intake.db import reading

    with _office() as (parts, tenant), reading(parts.sessions) as session:
        for one in people.people(session, tenant.name, now_ms()):
            ways = "・".join(("Slack" if way == "slack" else "アカウント") for way in one.ways) or "リンクだけ"
            here = "います" if one.active else "異動・退職"
            typer.echo(f"{one.id}  {one.name}  {one.role} {one.desk or '-'}  {ways}  担当 {one.holding} 件  {here}")


@staff_app.command("login")
def new_link(staff_id: StaffId) -> None:
    """一度だけ使える入り口を、もう一つ出します（15分）。"""
    from handoff import login
    from intake.clock import now_ms

    with _office() as (parts, tenant), parts.sessions.begin() as session:
        try:
            token = login.make_link(session, tenant.name, staff_id, now_ms())
        except ValueError:
            _refuse("その職員はいません。")
        typer.echo(f"{parts.settings.base_url}/console/login/{token}")


@staff_app.command()
def invite(staff_id: StaffId) -> None:
    """招待のリンクを出します（72時間、一度だけ）。職場のアカウントがあれば、それに結びつきます。"""
    from handoff import people
    from intake.clock import now_ms

    with _office() as (parts, tenant), parts.sessions.begin() as session:
        token = people.invite(tenant.office, session, None, staff_id, now_ms())
        typer.echo(f"{parts.settings.base_url}/console/invite/{token}")


@staff_app.command()
def leave(
    staff_id: StaffId,
    to_staff: Annotated[int, typer.Option(help="すべての相談を引きつぐ職員の id。なければ窓口の列に戻します")] = 0,
    to_desk: Annotated[str, typer.Option(help="戻す窓口の id。なければ、今の窓口")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに行う")] = False,
) -> None:
    """異動・退職: 担当の相談をすべて渡してから、出します。渡せない相談があれば、何もしません。"""
    from handoff import leaving, people
    from intake.clock import now_ms
    from intake.db import reading

    choice = f"staff:{to_staff}" if to_staff else f"desk:{to_desk}" if to_desk else "desk"
    with _office() as (parts, tenant):
        with reading(parts.sessions) as session:
            one = people.person(session, tenant.name, staff_id, now_ms())
            held = leaving.held_by(session, tenant.name, staff_id)
        for case in held:
            typer.echo(f"{case.label}  {case.urgency}{'  つなぎ中' if case.handed else ''}")
        if not yes and (not sys.stdin.isatty() or not typer.confirm(f"{one.name} さんの {len(held)} 件を渡しますか")):
            _refuse("何もしていません。行うときは --yes を付けてください。")
        with parts.sessions.begin() as session:
            choices = {case.case_id: choice for case in held}
            count = leaving.hand_over(tenant.office, session, None, staff_id, choices, now_ms())
        typer.echo(f"{count} 件を渡しました。{one.name} さんは、もう入れません。")


@staff_app.command()
def sessions(
    staff_id: Annotated[int, typer.Argument(help="職員の id。なければ全員")] = 0,
    end: Annotated[bool, typer.Option("--end", help="その職員をすべての端末から出す")] = False,
) -> None:
    """入っている端末を出します。--end で、すべて出します。"""
    from handoff import people, sign_ins
    from intake.clock import now_ms

    with _office() as (parts, tenant), parts.sessions.begin() as session:
        if end:
            if not staff_id:
                _refuse("だれを出すかを、id で書いてください。")
            ended = sign_ins.put_out(session, tenant.name, staff_id, now_ms())
            people.book(tenant.office, session, None, "sign_in_ended", staff_id, now_ms(), str(ended))
            typer.echo(f"{ended} 台を出しました。")
            return
        for one in sign_ins.sign_ins(session, tenant.name, now_ms(), staff_id=staff_id or None):
            typer.echo(f"{one.staff_id}  {one.staff_name}  {one.browser or '-'}  {one.via}  {_ago(one.seen, now_ms())}")


@contextmanager
def _office() -> Iterator[tuple[Parts, Tenant]]:
    """The parts and the town of the console; a refusal ends with its sentence and code 2."""
    from bots.parts import build, console_tenant
    from handoff.office import Refused

    parts = build(load())
    try:
        yield parts, console_tenant(parts)
    except Refused as refusal:
        _refuse(refusal.message_ja)
    finally:
        parts.close()


def _ago(at: int, now: int) -> str:
    return f"{max(now - at, 0) // 60_000} 分前"


def _refuse(sentence: str, head: str = "できません") -> NoReturn:
    typer.echo(f"{head}: {sentence}", err=True)
    raise typer.Exit(2)


@audit_app.command()
def verify() -> None:
    """監査記録の鎖を確かめます。切れていたら、その番号を出して 1 で終わります。"""
    from bots.parts import build
    from handoff import ledger
    from intake.db import reading

    settings = load()
    parts = build(settings)
    broken = False
    for tenant in parts.tenants.values():
        with reading(parts.sessions) as session:
            where = ledger.verify_audit(session, tenant.office.audit_key, tenant.name)
        broken = broken or where is not None
        typer.echo(f"{tenant.name}: " + ("鎖はつながっています" if where is None else f"{where} 番から合いません"))
    parts.close()
    raise typer.Exit(1 if broken else 0)
