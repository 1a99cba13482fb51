"""What needs eyes (目を通すこと), and the words of the audit log: states and codes out of the tables, never content."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.records import Heartbeat
from handoff.watching import labels_of
from handoff.wording import STEP_JA
from intake.records import InboxEvent, Outgoing

LIMIT = 200
SILENT_MS = 60_000
ACTION_JA = {
    **STEP_JA,
    "setting_changed": "設定を変えました",
    "agenda_seen": "会議の候補をひらきました", "agenda_read": "会議の議題を読みました",
    "agenda_chosen": "会議の議題にしました", "agenda_dropped": "会議の議題を見送りました",
    "agenda_back": "会議の候補に戻しました", "agenda_discussed": "会議で話し合いました",
    "agenda_urgent": "会議を待たずに急ぐことにしました",
    "offer_taken": "申し出が届きました", "offers_seen": "資源のたねをひらきました",
    "offer_settled": "申し出がどうなったかを書きました",
    "resource_written": "資源カードを書きました", "resource_ended": "資源カードをしまいました",
    "lesson_written": "惜しいケース・足りなかった資源を書きました", "lesson_removed": "その一つを消しました",
    "lessons_exported": "惜しいケース・足りなかった資源を CSV で出しました",
    "reply_undone": "返事を取り消しました", "reply_again": "返事をもう一度送りました",
    "reply_twice": "送信不明の返事をもう一度送りました",
    "given_back": "ボットに戻しました", "reopened": "もう一度開きました",
    "held": "保留にしました", "unheld": "保留をやめました", "folded": "ほかの相談にまとめました",
    "unfolded": "まとめた相談をほどきました", "fold_in": "ほかの相談をまとめました",
    "fold_out": "まとめた相談がはなれました",
    "signed_in": "入りました", "signed_out": "出ました", "viewed": "相談をひらきました", "claimed": "担当になりました",
    "released": "担当をやめました", "replied": "返事を書きました", "handed": "つなぎました", "closed": "閉じました",
    "returned": "つなぎを戻しました", "accepted": "つなぎを引き受けました",
    "met": "本人に会った・話したことを書きました", "not_met": "本人に会えなかったことを書きました",
    "letter_left": "手紙を残したことを書きました",
    "handover_seen": "届いたつなぎを読みました",
    "attachment_opened": "添付をひらきました",
    "raised": "緊急度を上げました", "lowered": "緊急度を下げました", "paged": "緊急として呼び出しました",
    "call_acked": "呼び出しに応じました", "break_glass": "LINE の利用者番号を開きました",
    "noted": "メモを書きました", "lifted": "相談として受けつけました", "reported": "相談を登録しました",
    "reporter_opened": "通報した人を見ました", "linked": "相談を結びつけました",
    "link_refused": "ちがう相談と決めました",
    "link_undone": "結びつきをほどきました", "link_again": "結びつきを考え直すことにしました",
    "corrected": "見立てを直しました", "corrections": "見立ての直しの一覧をひらきました",
    "correction_seen": "見立ての直しをひらきました", "correction_reviewed": "見立ての直しを確かめました",
    "correction_refused": "見立ての直しを使わないことにしました",
    "scan_added": "FAX・手紙の紙を添えました",
    "remark_left": "気になった一言を残しました", "remark_case": "一言を相談にしました",
    "remark_noted": "一言を「覚えておく」にしました", "remark_dropped": "一言を消しました",
    "feed_imported": "見守り・訪問の記録を取りこみました", "feed_case": "見守り・訪問の記録を相談にしました",
    "feed_dropped": "見守り・訪問の記録を「ちがう」としました", "feed_added": "記録のもとを加えました",
    "feed_ended": "記録のもとをやめました", "survey_made": "アンケートの QR を作りました",
    "disaster_on": "災害モードを入れました", "disaster_off": "災害モードを切りました",
    "disaster_list": "災害のときの確認リストをひらきました",
    "advice_asked": "多機関協働に相談しました",
    "packet_made": "連絡票を作りました", "packet_seen": "連絡票をひらきました",
    "sheet_saved": "聞きとりシートを書きました",
    "taken_down": "電話・窓口の受付を入力しました", "words_added": "聞いたことを書きたしました",
    "printed": "控えを印刷用にひらきました",
    "area": "住んでいるところを直しました",
    "shadow_same": "見立てが合っていたとしました", "shadow_different": "見立てがちがったとしました",
    "practice_made": "練習の相談を作りました", "practice_cleared": "練習の相談を消しました",
    "shredded": "保存期間が過ぎた記録を廃棄しました", "retention_held": "廃棄を止めました",
    "incident_added": "事故を書きとめました", "incident_stepped": "事故への対応を書きとめました",
    "incidents_seen": "事故の記録をひらきました",
    "retention_lifted": "廃棄を止めたのを解きました", "retention_listed": "廃棄の一覧を CSV で出しました",
    "api_token_added": "外部連携の鍵を作りました", "api_token_revoked": "外部連携の鍵を使えなくしました",
    "webhook_added": "知らせる宛先を加えました", "webhook_ended": "知らせる宛先をやめました",
    "webhook_again": "届かなかった通知をもう一度送りました",
    "api_cases": "外部のシステムが、相談の一覧を読みました",
    "api_case": "外部のシステムが、相談の番号と状態を読みました",
    "api_packets": "外部のシステムが、連絡票の一覧を読みました", "api_packet": "外部のシステムが、連絡票を読みました",
    "api_statistics": "外部のシステムが、公表した統計を読みました",
    "corrections_exported": "見立ての直しを書き出しました",
    "stats_exported": "統計を CSV で出しました", "audit_exported": "この記録を CSV で出しました",
    "request_entered": "本人の請求を書きとめました", "request_checked": "請求の本人確認をしました",
    "request_done": "本人の請求に応じました", "request_refused": "本人の請求に応じませんでした",
    "disclosed": "本人の記録を開示用に出しました", "erased": "本人の求めで記録を消しました",
    "person_corrected": "本人の求めで、直したいことを書き加えました",
    "sign_in_refused": "入れませんでした", "identity_linked": "アカウントを結びつけました",
    "identity_unlinked": "アカウントの結びつきをときました",
    "pass_opened": "緊急の閲覧で開きました", "pass_missed": "緊急の閲覧で、ない番号をたずねました",
    "pass_seen": "緊急の閲覧を確認しました",
    "staff_added": "職員を加えました", "staff_changed": "役割・窓口をかえました",
    "staff_invited": "招待のリンクを作りました", "staff_left": "職員が異動・退職しました",
    "passed_on": "担当を引きつぎました", "sign_in_ended": "端末を出しました", "slack_refused": "Slack で断りました",
}  # fmt: skip
PURPOSE_JA = {
    "answer": "自動の返事", "reply": "職員の返事", "notice": "お知らせ", "card": "Slack のカード",
    "page": "緊急の呼び出し", "taken": "呼び出しに応じた知らせ",
    "reminder": "期限の知らせ", "health": "調子の知らせ", "glass": "番号を開いた知らせ",
    "nudge": "担当への期限の知らせ", "digest": "朝のまとめ", "stranger": "登録のない人がいる知らせ",
    "pass": "緊急の閲覧の知らせ",
}  # fmt: skip
CHANNEL_JA = {"line": "LINE", "slack": "Slack", "web": "ウェブ", "practice": "練習", "notify": "メール・SMS など"}


@dataclass(frozen=True, slots=True)
class Unsent:
    """An outgoing message that did not surely arrive. `case` is a label or ""."""

    at: int
    channel: str
    purpose: str
    state: str
    error: str
    case: str
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Unhandled:
    """An inbox event that nobody could handle: quarantined after several tries, or of an unknown kind."""

    at: int
    channel: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Everything on the page. `silent` are processes without a sign of life for a minute, as (role, last sign)."""

    unsent: tuple[Unsent, ...]
    unhandled: tuple[Unhandled, ...]
    silent: tuple[tuple[str, int], ...]


def trouble(session: Session, tenant: str, now: int) -> Trouble:
    """What needs eyes now, newest first."""
    rows = session.scalars(
        select(Outgoing)
        .where(Outgoing.tenant == tenant, Outgoing.state.in_(("failed", "unknown", "held")))
        .order_by(Outgoing.id.desc())
        .limit(LIMIT)
    ).all()
    labels = labels_of(session, tenant, (row.case_id for row in rows))
    events = session.scalars(
        select(InboxEvent)
        .where(InboxEvent.tenant == tenant, InboxEvent.state.in_(("quarantined", "unknown")))
        .order_by(InboxEvent.id.desc())
        .limit(LIMIT)
    )
    beats = session.execute(select(Heartbeat.role, Heartbeat.at)).all()
    last: dict[str, int] = {}
    for role, at in beats:
        last[role] = max(at, last.get(role, 0))
    return Trouble(
        unsent=tuple(
            Unsent(
                row.created_at, CHANNEL_JA.get(row.channel, row.channel), PURPOSE_JA.get(row.purpose, row.purpose),
                row.state, row.error, labels.get(row.case_id or 0, ""), row.case_id,
            )
            for row in rows
        ),
        unhandled=tuple(
            Unhandled(event.received_at, CHANNEL_JA.get(event.channel, event.channel), event.state, event.note)
            for event in events
        ),
        silent=tuple((role, at) for role, at in last.items() if now - at > SILENT_MS),
    )  # fmt: skip
