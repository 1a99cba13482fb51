"""What a person does to set the Slack app up, step by step (用意の手順). Pure."""

from __future__ import annotations

from bots.slack.manifest import Mode


def steps(tenant: str, mode: Mode) -> tuple[str, ...]:
    """The steps in their order, in Japanese; names of settings stand where the values go."""
    prefix = f"TORITSUGI_TENANTS__{tenant.upper()}__SLACK"
    socket = (
        f"Basic Information → App-Level Tokens で、connections:write の付いたトークン（xapp-…）を作り、"
        f"{prefix}__APP_TOKEN に入れます。{prefix}__MODE=socket も入れます。",
    )
    http = (
        "toritsugi up を動かし、Event Subscriptions と Interactivity の Request URL が Verified になるのを確かめます。",
    )
    return (
        "https://api.slack.com/apps で Create New App → From a manifest を選び、ワークスペースをえらんで、"
        "上のマニフェスト（JSON）を貼ります。",
        "Install to Workspace を押します（ワークスペースの管理者の許可が要ることがあります）。",
        f"OAuth & Permissions の Bot User OAuth Token（xoxb-…）を {prefix}__BOT_TOKEN に入れます。",
        f"Basic Information の Signing Secret を {prefix}__SIGNING_SECRET に入れます。",
        *(socket if mode == "socket" else http),
        f"ワークスペースの id（T…）を {prefix}__TEAM_ID に入れます（ブラウザーでひらいた Slack の住所にあります）。",
        "職員だけの非公開チャンネルを作り、/invite @toritsugi で呼びます。ゲストとほかの組織は入れません。",
        f"チャンネルの id（C…、チャンネル名 → いちばん下）を {prefix}__CHANNEL に入れます。"
        f"窓口や分野ごとに分けるときは {prefix}__CHANNELS に入れます。",
        "職員を登録します：toritsugi staff add 名前 --role intake --slack U…"
        "（U… は、その人のプロフィール → ⋮ → メンバー ID をコピー）。",
        "toritsugi slack doctor で点検します。",
    )
