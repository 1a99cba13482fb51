"""The App Home in Slack (ホーム): one's own cases and the desk's queue, drawn without a word of a person. Pure."""

from __future__ import annotations

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.home_read import Home, Row
from bots.slack.state_words import SHAPES
from handoff.clock import Due, DueKind, left_ja, moment_ja
from handoff.ticket import State
from intake.clock import to_datetime
from triage.assessment import Urgency
from triage.labels import URGENCY_JA

_FOOT = "この画面は、相談が動くと描きなおされます。氏名・連絡先・本文は出しません。"
_STATE_JA = {"draft": "記入中", "received": "担当を待っています", "claimed": "担当中", "handed": "つなぎ中"}


def home_view(home: Home, now: int, console_url: str = "") -> Block:
    """The home at `now` (ms UTC). `console_url` without a trailing slash, "" for no link."""
    drawn = [blocks.header(f"{home.name} さんの相談"), *_menu(console_url)]
    if not home.sees_cases:
        drawn.append(blocks.section("相談の中身は、受付と担当だけが見られます。数や設定は、受付の画面で見られます。"))
        return _home(drawn)
    drawn.append(blocks.section(_counts(home)))
    drawn += [blocks.header(_head("わたしの担当", home.mine, home.mine_count)), *_mine(home.mine, now)]
    drawn += [blocks.header(_head("担当を待っている相談", home.queue, home.queue_count)), *_queue(home.queue, now)]
    moment = moment_ja(to_datetime(now), to_datetime(now)).rpartition("）")[2]
    return _home([*drawn, blocks.context(f"{moment} の時点。{_FOOT}")])


def stranger_view(user_id: str) -> Block:
    """The home of somebody who is not linked to a member of staff."""
    return _home(
        [
            blocks.header("まだ使えません"),
            blocks.section("この Slack の利用者は、職員の名簿と結びついていません。"),
            blocks.section(
                f"管理の人に、つぎの番号を伝えてください：{user_id}\n"
                "管理の人は、職員の設定でこの番号を入れます。そのあと、このホームを開きなおしてください。"
            ),
        ]
    )


def _home(drawn: list[Block]) -> Block:
    return {"type": "home", "callback_id": names.HOME_VIEW, "blocks": drawn}


def _menu(console_url: str) -> list[Block]:
    value = "home"
    row = blocks.actions(
        blocks.button(names.MENU_REPORT, "気づきを通報する", value),
        blocks.button(names.MENU_REMARK, "気になった一言", value),
        blocks.button(names.MENU_FIND, "番号でさがす", value),
        blocks.button(names.MENU_ADVICE, "支援者の相談", value),
    )
    return [
        row,
        *([blocks.linked("くわしくは ", "受付の画面をひらく", f"{console_url}/console/")] if console_url else []),
    ]


def _counts(home: Home) -> str:
    late = f"　▲ 期限をこえました {home.overdue}件" if home.overdue else ""
    return f"わたしの担当 {home.mine_count}件　担当を待っている相談 {home.queue_count}件{late}"


def _head(title: str, rows: tuple[Row, ...], count: int) -> str:
    return f"{title}（急ぐ順に {len(rows)}件・ぜんぶで {count}件）" if count > len(rows) else title


def _mine(rows: tuple[Row, ...], now: int) -> list[Block]:
    if not rows:
        return [blocks.section("いま担当している相談はありません。")]
    drawn = []
    for row in rows:
        value = blocks.reference(row.case_id, row.version)
        drawn += [
            blocks.section(_said(row, now)),
            blocks.actions(blocks.button(names.OPEN, "内容を見る", value), blocks.button(names.REPLY, "返信", value)),
        ]
    return drawn


def _queue(rows: tuple[Row, ...], now: int) -> list[Block]:
    if not rows:
        return [blocks.section("担当を待っている相談はありません。")]
    return [
        blocks.section(
            _said(row, now),
            blocks.button(names.CLAIM, "担当する", blocks.reference(row.case_id, row.version), style="primary"),
        )
        for row in rows
    ]


def _said(row: Row, now: int) -> str:
    urgency = Urgency(row.urgency)
    practice = "練習｜" if row.practice else ""
    held = row.hold_until is not None and row.hold_until > now
    state = f"保留（{_moment(row.hold_until or 0, now)} まで）" if held else _STATE_JA.get(row.state, _label(row.state))
    return f"{practice}{SHAPES[urgency]} {row.label}　緊急度 {URGENCY_JA[urgency]}　{state}\n{_due(row, now)}"


def _due(row: Row, now: int) -> str:
    if row.due_at is None:
        return "期限：なし（返事を待っています）"
    late = "▲ " if row.due_at < now else ""
    left = left_ja(Due(to_datetime(row.due_at), DueKind.BY), to_datetime(now))
    return f"{late}期限：{_moment(row.due_at, now)}（{left}）"


def _moment(at: int, now: int) -> str:
    return moment_ja(to_datetime(at), to_datetime(now))


def _label(state: str) -> str:
    return State(state).label_ja
