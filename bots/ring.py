"""Ring every way of calling a town has, marked as practice (試しに鳴らす): no case stands behind it."""

from __future__ import annotations

from bots.notify import Notifier
from bots.settings import TenantSettings
from handoff.console.settings_setup import TownSetup

TITLE = "【練習】取次：呼び出しの練習です"
TEXT = "【練習】これは練習です。届いたことを、頼んだ人に知らせてください。相談は来ていません。"


def ring(settings: TenantSettings) -> dict[str, bool]:
    """Which ways took the practice call: each address of `notify` by its name, and `slack`. Waits for all of them."""
    took = Notifier.of(settings).send(settings.notify, TITLE, TEXT)
    if settings.slack is not None:
        took["slack"] = _slack(settings)
    return took


def town_setup(settings: TenantSettings) -> TownSetup:
    """What the console's settings show of the settings file, without secrets."""
    slack = settings.slack
    return TownSetup(
        slack=slack is not None,
        channel=slack.channel if slack else "",
        channels=dict(slack.channels) if slack else {},
        ring=lambda: ring(settings),
    )


def _slack(settings: TenantSettings) -> bool:
    from bots.slack import post

    slack = settings.slack
    if slack is None:
        return False
    client = post.make_client(slack.bot_token.get_secret_value(), slack.api_base)
    if not isinstance(post.check_channel(client, slack.channel), post.Channel):
        return False
    return isinstance(post.post_text(client, slack.channel, f"{TITLE}。{TEXT}"), str)
