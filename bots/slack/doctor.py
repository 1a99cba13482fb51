"""`toritsugi slack doctor`: what is wrong with the Slack app, each fault as one sentence with its remedy.

What Slack said is gathered by `bots.slack.examine`; here it is judged. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bots.line.setup import Step
from bots.settings import SlackSettings
from bots.slack import post
from bots.slack.examine import Place, Seen
from bots.slack.manifest import SCOPES, SCOPES_JA

HELD_JA = {
    "not_private": "公開チャンネルです。非公開にするか、別の非公開チャンネルを設定してください。",
    "ext_shared": "ほかの組織と共有されています。共有をやめるか、別のチャンネルを設定してください。",
    "pending_ext_shared": "ほかの組織との共有を待っています。共有の招待を取り消してください。",
    "org_shared": "ほかのワークスペースと共有されています。共有をやめるか、別のチャンネルを設定してください。",
    "shared": "ほかと共有されています。共有をやめるか、別のチャンネルを設定してください。",
    "archived": "アーカイブされています。もどすか、別のチャンネルを設定してください。",
}
_INVITE = "そのチャンネルで /invite @toritsugi を打ってください。id（C…）が合っているかも確かめてください。"
_SETUP = "toritsugi slack setup のマニフェストに直して、Reinstall to Workspace を押してください。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings ask for, and the linked Slack users of active staff."""

    slack: SlackSettings = field(repr=False)
    linked: frozenset[str] = frozenset()


def findings(seen: Seen, wanted: Wanted) -> Iterator[Step]:
    """Each thing looked at, well or not."""
    slack = wanted.slack
    if seen.error:
        yield _token(seen.error)
        return
    yield Step(True, f"Bot のトークンは使えます：{seen.team}")
    if seen.team_id != slack.team_id:
        remedy = f"このトークンのワークスペースなら、TORITSUGI_TENANTS__…__SLACK__TEAM_ID={seen.team_id} です。"
        yield Step(False, f"ワークスペースが違います（設定は {slack.team_id}）。だれのボタンも効きません", remedy)
    yield from _rights(seen)
    if slack.signing_secret.get_secret_value():
        yield Step(True, "Signing Secret が入っています")
    else:
        yield Step(
            False, "Signing Secret がありません", "TORITSUGI_TENANTS__…__SLACK__SIGNING_SECRET に入れてください。"
        )
    yield _way(seen, slack)
    for place in seen.places:
        yield from _of_place(place, wanted)
    if not wanted.linked:
        remedy = "toritsugi staff add 名前 --slack U… で結びつけてください。それまで、だれもボタンを使えません。"
        yield Step(False, "Slack と結びついた職員がいません", remedy)


def _token(code: str) -> Step:
    if code in ("network", "ratelimited", "rate_limited") or code.startswith("http_"):
        return Step(
            False,
            f"Slack につながりません（{code}）",
            "ネットワークを確かめて、時間をおいて、もう一度動かしてください。",
        )
    remedy = "OAuth & Permissions の xoxb-… を TORITSUGI_TENANTS__…__SLACK__BOT_TOKEN に入れなおしてください。"
    return Step(False, f"Bot のトークンが使えません（{code}）", remedy)


def _rights(seen: Seen) -> Iterator[Step]:
    if seen.scopes is None:
        yield Step(True, "許可（スコープ）は、Slack が答えませんでした", "アプリの画面で確かめてください。")
        return
    missing = [scope for scope in SCOPES if scope not in seen.scopes]
    for scope in missing:
        yield Step(False, f"許可が足りません：{scope}（{SCOPES_JA[scope]}）", _SETUP)
    more = sorted(seen.scopes - set(SCOPES))
    if more:
        yield Step(True, f"要らない許可があります：{'・'.join(more)}", "アプリの画面で外せます。")
    if not missing:
        yield Step(True, "許可（スコープ）は足りています")


def _way(seen: Seen, slack: SlackSettings) -> Step:
    if slack.mode == "socket":
        if not seen.way:
            return Step(True, "Socket Mode でつながります（外から届く住所は要りません）")
        remedy = "connections:write の付いた xapp-… を APP_TOKEN に入れ、アプリの Socket Mode をオンにしてください。"
        return Step(False, f"Socket Mode でつながりません（{seen.way}）", remedy)
    if not seen.way:
        return Step(True, "Slack からの知らせは、この住所で受けられます")
    remedy = "toritsugi up が動いていて、https で外から届くか確かめてください。届かない庁内では --mode socket です。"
    return Step(False, f"Slack からの知らせを受ける住所に、届きません（{seen.way}）", remedy)


def _of_place(place: Place, wanted: Wanted) -> Iterator[Step]:
    head = f"チャンネル {place.id}（{place.name}）"
    if isinstance(place.state, post.Held):
        remedy = HELD_JA.get(place.state.code, _INVITE)
        yield Step(False, f"{head} には出せません（{place.state.code}）", remedy)
        return
    if not isinstance(place.state, post.Channel):
        code = getattr(place.state, "code", "429")
        yield Step(False, f"{head} を確かめられません（{code}）", _SETUP if code == "missing_scope" else _INVITE)
        return
    yield Step(True, f"{head} は非公開で、共有されていません")
    if place.members is None:
        yield Step(False, f"{head} にいる人を確かめられません", _SETUP)
        return
    people = [(user, kind) for user, kind in place.members if kind != "bot"]
    for user, kind in people:
        if kind == "guest":
            yield Step(
                False, f"{head} にゲスト {user} がいます", "チャンネルから外してください。ゲストは操作もできません。"
            )
        elif user not in wanted.linked:
            remedy = f"職員なら toritsugi staff add 名前 --slack {user}、そうでなければチャンネルから外してください。"
            yield Step(False, f"{head} に、登録のない {user} がいます。カードを出すのを止めています", remedy)
    if all(kind != "guest" and user in wanted.linked for user, kind in people):
        yield Step(True, f"{head} の {len(people)} 人は、みな登録した職員です")
