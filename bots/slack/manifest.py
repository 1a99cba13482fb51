"""The manifest of the Slack app (アプリの設計書), made from the names that we listen to. Pure."""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import urlsplit

from bots.slack import names

Mode = Literal["http", "socket"]
SCOPES: Final = ("chat:write", "commands", "groups:history", "groups:read", "users:read")
"""`groups:*`: private channels only; `users:read`: guests are told apart. No scope reads or writes public channels."""
SCOPES_JA: Final = {
    "chat:write": "カードと知らせを出す",
    "commands": "/toritsugi とショートカット",
    "groups:history": "出したカードをさがして、二重に出さない",
    "groups:read": "チャンネルが非公開か、だれがいるかを確かめる",
    "users:read": "ゲストと機械を見分ける",
}
EVENTS: Final = (
    "app_home_opened", "app_uninstalled", "channel_shared", "channel_unshared", "message.groups", "tokens_revoked",
)  # fmt: skip
"""`message.groups`: who writes under a card is told that the person does not read it; no word of it is kept."""
_SHORTCUTS: Final = (
    (names.REPORT_SHORTCUT, "global", "気づきを通報する", "気になる世帯のことを、受付に知らせます。"),
    (names.REMARK_SHORTCUT, "global", "気になった一言", "日ごろの会話で気になったことを、30秒で残します。"),
    (names.ADVICE_SHORTCUT, "global", "支援者の相談", "多機関協働の担当に、助言をたのみます。"),
    (names.FIND_SHORTCUT, "global", "番号で相談をひらく", "T-0412 などの番号で、相談をひらきます。"),
    (names.MESSAGE_SHORTCUT, "message", "気づきとして通報", "このメッセージの文を入れて、通報の画面をひらきます。"),
)
PLACEHOLDER: Final = "https://example.invalid"


def manifest(tenant: str, public_url: str, mode: Mode) -> dict[str, Any]:
    """The manifest as Slack takes it. In `socket` mode no address of ours stands in it.

    Raises `ValueError` in `http` mode for an address that Slack cannot reach (no https).
    """
    url = "" if mode == "socket" else request_url(tenant, public_url)
    return {
        "display_information": {
            "name": "Toritsugi",
            "description": "まるごと相談の受付を、担当する人に取り次ぎます。",
            "background_color": "#0017c1",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "toritsugi", "always_online": True},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": told}
                for callback, kind, name, told in _SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": names.COMMAND,
                    "description": "通報・一言・番号でさがす・支援者の相談",
                    "usage_hint": "通報 … ／ 一言 … ／ T-0412 ／ 相談 … ／ 使い方",
                    "should_escape": True,
                }
                | ({"url": url} if url else {})
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | ({"request_url": url} if url else {}),
            "interactivity": {"is_enabled": True} | ({"request_url": url} if url else {}),
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def request_url(tenant: str, public_url: str) -> str:
    """Where Slack sends what happens. Raises `ValueError` for an address that is not https."""
    if urlsplit(public_url).scheme != "https":
        raise ValueError("public_url")
    return f"{public_url.rstrip('/')}/slack/{tenant}"
