"""Which ways there are to call somebody in a town (呼ぶ手段): the settings held against the pack's rota."""

from __future__ import annotations

import re
from dataclasses import replace

import structlog

from bots.settings import BadSettings, TenantSettings
from handoff import rota
from handoff.pack import Pack
from handoff.packs.checking import NOTIFY_NAME

_log = structlog.get_logger()


def settled(tenant: str, settings: TenantSettings, pack: Pack) -> tuple[Pack, bool]:
    """The pack as it may be promised from, and whether anybody can be called at all.

    Raises `BadSettings` for an address with an unusable name or without a destination, and for a name of the rota that
    is missing among the town's addresses. A town that set up no address at all may still live with Slack alone; one
    that has neither is told so at every start.
    """
    _check(tenant, settings, pack)
    slack, names = settings.slack is not None, settings.notify.keys()
    can_call = rota.reachable(pack.on_call, slack=slack, addresses=names)
    if not can_call:
        _log.warning("nobody_can_be_called", tenant=tenant, mend=f"{_setting(tenant)} / on_call.rota")
    return replace(pack, on_call=rota.honest(pack.on_call, slack=slack, addresses=names)), can_call


def _check(tenant: str, settings: TenantSettings, pack: Pack) -> None:
    for name, urls in settings.notify.items():
        if not re.fullmatch(NOTIFY_NAME, name):
            raise BadSettings(f"呼び出し先の名前は英小文字・数字・「-」「_」の 32 文字までです ({_setting(tenant)})。")
        if not urls:
            raise BadSettings(f"呼び出し先「{name}」に宛先がありません ({_setting(tenant)})。")
    missing = [name for name in rota.every_name(pack.on_call) if name not in settings.notify]
    if settings.notify and missing:
        raise BadSettings(
            f"パック「{settings.pack}」の呼び出しの順番 (on_call.rota) にある「{'」「'.join(missing)}」に、"
            f"宛先がありません ({_setting(tenant)})。"
        )


def _setting(tenant: str) -> str:
    return f"TORITSUGI_TENANTS__{tenant.upper()}__NOTIFY"
