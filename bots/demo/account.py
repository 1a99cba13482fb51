"""The practice town's LINE account, set up as a town does once with `toritsugi line setup`."""

from __future__ import annotations

from contextlib import closing

from bots.line.account import Account
from bots.line.menus import menus_for
from bots.line.setup import Plan, set_up, webhook_url
from bots.settings import Settings
from handoff.pack import load


class DidNotStart(RuntimeError):
    """A part of the practice town did not start in time, or not as it should. The message names which."""


def set_up_line(settings: Settings, name: str) -> None:
    """Menus, their pictures and the webhook. Raises `DidNotStart`."""
    tenant = settings.tenants[name]
    if tenant.line is None:
        return
    plan = Plan(
        menus_for(load(tenant.pack).line_mode.value), webhook_url(settings.base_url, name, tenant.line.api_base)
    )
    with closing(Account(tenant.line)) as account:
        failed = [step.text for step in set_up(account, plan) if not step.ok]
    if failed:
        raise DidNotStart(f"LINE setup: {failed[0]}")
