"""`toritsugi staff` and `toritsugi audit`: people of the desk, their one-time login links, the audit chain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from bots.settings import load

if TYPE_CHECKING:
    from bots.parts import Tenant

staff_app = typer.Typer(no_args_is_help=True, help="職員の登録と、コンソールへの入り口。")
_NAME_LENGTH: Final = 64
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
audit_app = typer.Typer(no_args_is_help=True, help="監査記録。")


@staff_app.command()
def add(
    name: Annotated[str, typer.Argument(help="画面に出る名前")],
    role: Annotated[str, typer.Option(help="intake 受付 / worker 担当 / manager 管理 / auditor 監査")] = "intake",
    desk: Annotated[str, typer.Option(help="窓口の id（担当の人）")] = "",
    slack: Annotated[str, typer.Option(help="Slack の利用者 id（U…）")] = "",
) -> None:
    """職員を登録し、最初の入り口（一度だけ使えるリンク）を出します。"""
    from bots.parts import build, console_tenant
    from handoff import login
    from intake.clock import now_ms

    parts = build(load())
    tenant = console_tenant(parts)
    if fault := _fault(tenant, name.strip(), role, desk, slack):
        _refuse(fault)
    with parts.sessions.begin() as session:
        staff_id = login.add_staff(session, tenant.name, name, role, desk, now_ms())
        if slack and tenant.settings.slack:
            try:
                login.link_identity(session, tenant.name, "slack", f"{tenant.settings.slack.team_id}:{slack}", staff_id)
            except ValueError:
                _refuse("その Slack の id は、ほかの職員に結びついています (--slack)。")
        token = login.make_link(session, tenant.name, staff_id, now_ms())
    typer.echo(f"{name} さんを登録しました（id {staff_id}）。15分のうちに、一度だけ使えます:")
    typer.echo(f"{parts.settings.base_url}/console/login/{token}")
    parts.close()


def _fault(tenant: Tenant, name: str, role: str, desk: str, slack: str) -> str:
    """What is wrong with the wish, as a sentence that names the option; "" when nothing is."""
    from handoff.login import ROLES

    desks = [known.id for known in tenant.pack.desks]
    if not 1 <= len(name) <= _NAME_LENGTH:
        return f"名前は 1〜{_NAME_LENGTH} 文字にしてください。"
    if role not in ROLES:
        return f"役割は {'・'.join(ROLES)} のどれかです (--role)。"
    if desk and desk not in desks:
        return f"その窓口はパックにありません。{'・'.join(desks)} のどれかです (--desk)。"
    if role == "worker" and not desk:
        return f"担当 (worker) には窓口が要ります。{'・'.join(desks)} のどれかです (--desk)。"
    if slack and tenant.settings.slack is None:
        return f"この自治体には Slack の設定がありません (TORITSUGI_TENANTS__{tenant.name.upper()}__SLACK)。"
    if slack and not _SLACK_ID.fullmatch(slack):
        return "Slack の利用者 id は U か W で始まる英数字です。表示名ではありません (--slack)。"
    return _guest_fault(tenant, slack) if slack else ""


def _guest_fault(tenant: Tenant, user: str) -> str:
    """Why this Slack account may not be linked. One about which Slack does not say anything now may."""
    from bots.slack import post
    from bots.slack.roster import kind_of

    slack = tenant.settings.slack
    if slack is None:
        return ""
    client = post.make_client(slack.bot_token.get_secret_value(), slack.api_base)
    kind = kind_of(client, slack.team_id, user)
    if kind == "guest":
        return "そのアカウントは Slack のゲストです。ゲストは相談を見られません (--slack)。"
    return "その id は人ではなく、アプリです (--slack)。" if kind == "bot" else ""


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"登録できません: {sentence}", err=True)
    raise typer.Exit(2)


@staff_app.command("login")
def new_link(staff_id: Annotated[int, typer.Argument(help="職員の id")]) -> None:
    """一度だけ使える入り口を、もう一つ出します。"""
    from bots.parts import build, console_tenant
    from handoff import login
    from intake.clock import now_ms

    parts = build(load())
    tenant = console_tenant(parts)
    with parts.sessions.begin() as session:
        try:
            token = login.make_link(session, tenant.name, staff_id, now_ms())
        except ValueError:
            typer.echo("その職員はいません。", err=True)
            raise typer.Exit(2) from None
    typer.echo(f"{parts.settings.base_url}/console/login/{token}")
    parts.close()


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
