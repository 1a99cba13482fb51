"""Words that every screen of staff shares (画面の言葉): what became of a message, what happened to a case."""

from __future__ import annotations

TONGUE_JA = {
    "ja": "日本語", "ja-easy": "やさしい日本語", "en": "英語 English", "zh": "中国語 中文", "ko": "韓国語 한국어",
    "vi": "ベトナム語 Tiếng Việt", "pt": "ポルトガル語 Português", "ne": "ネパール語 नेपाली",
    "fil": "フィリピン語 Filipino", "id": "インドネシア語 Bahasa Indonesia",
}  # fmt: skip
"""The languages of the conversation, for staff and as their speakers write them."""
DELIVERY_JA = {
    "waiting": "送る順番を待っています", "sending": "送っています", "sent": "送りました", "unknown": "送信不明",
    "failed": "送れませんでした", "held": "止めています", "dropped": "送りません",
}  # fmt: skip
STEP_JA = {
    "opened": "相談がはじまりました", "finished": "受付済になりました", "reopened": "もう一度開きました",
    "read": "見立てができました", "raised": "緊急度を上げました", "lowered": "緊急度を下げました",
    "reminded": "待っていることを知らせました", "claimed": "担当になりました", "released": "担当をやめました",
    "replied": "返事を書きました", "handed": "つなぎました",
    "returned": "つなぎが返されました", "accepted": "つなぎを引き受けました", "closed": "閉じました",
    "received": "つなぎを受け取りました", "taken_back": "つなぎを取り戻しました",
    "area": "住んでいるところを直しました",
    "hand_shared": "主担当をお願いした窓口は返し、ほかの窓口が引き受けました。主担当は、つないだ人のままです",
    "hand_reminded": "つなぎの返事がまだないことを知らせました",
    "consent_stopped": "▲ 同意が取り消されたので、渡した連絡票を止めました",
    "plan_made": "重層的支援会議：プランができました（策定）",
    "plan_changed": "重層的支援会議：プランが変わりました（変更）",
    "plan_ended": "重層的支援会議：プランが終わりました（終結）",
    "plan_suspended": "重層的支援会議：中断になりました（本人が書けば、また開きます）",
    "plan_returned": "重層的支援会議：はじめの窓口に戻りました", "plan_reviewed": "プランの見直しの日を知らせました",
    "main_told": "主担当だった人に知らせました",
    "met": "本人に伝えました・会えました", "not_met": "本人と話せませんでした",
    "letter_left": "本人あてに手紙を残しました", "look_reminded": "「次に見る日」が来たことを知らせました",
    "paged": "緊急として呼び出しました", "called": "呼び出しました", "call_acked": "呼び出しに気づいた人がいます",
    "break_glass": "LINE の利用者番号を開きました", "noted": "メモを書きました", "lifted": "相談として受けつけました",
    "corrected": "見立てを直しました", "erased": "本人が消しました", "unsent": "本人が送信を取り消しました",
    "alarm": "危険の言葉がありました", "wants_human": "人と話したいと言いました",
    "data_asked": "本人が、自分の情報について求めました", "data_withdrawn": "本人が、求めたことを取り下げました",
    "erasure_asked": "本人が、消してほしいと言いました", "smalltalk": "あいさつ・問い合わせとして返事をしました",
    "advice_asked": "多機関協働に相談しました（支援者の相談）",
    "shadow_same": "見立てが合っていたとしました（下見）", "shadow_different": "見立てがちがったとしました（下見）",
    "reporter_opened": "通報した人を見ました", "linked": "ほかの相談と結びつけました",
    "link_refused": "ほかの相談とはちがうと決めました", "link_undone": "結びつきをほどきました",
    "link_again": "結びつきをもう一度考えることにしました",
    "guarded": "本人が合い言葉をつけました", "unguarded": "本人が合い言葉をなくしました",
    "came_back": "別の端末から続きを書いています", "moved_on": "終わったあとの言葉を、別の相談に移しました",
    "feedback": "終わったあとの声がありました", "told_waiting": "お待たせしていると本人に知らせました",
    "consent_asked": "同意を本人に聞きました", "consent_given": "本人が同意しました",
    "consent_partial": "本人が、書いたことだけを伝えることに同意しました",
    "consent_refused": "本人が「伝えないで」と答えました",
    "consent_attend": "本人が、会議に出たいかを答えました",
    "consent_heard": "口頭の答えを記録しました", "consent_withdrawn": "本人が同意を取り消しました",
    "consent_withdrawn_handed": "▲ 本人が同意を取り消しました。もう渡した先があります。連絡してください",
    "packet_made": "連絡票を作りました", "sheet_saved": "聞きとりシートを書きました",
    "agenda_chosen": "会議の議題にしました", "agenda_dropped": "会議の議題にするのを見送りました",
    "agenda_back": "会議の候補に戻しました", "agenda_discussed": "会議で話し合いました",
    "agenda_urgent": "◆ 会議を待たずに急ぐことにしました", "offer_noted": "申し出を、資源のたねに写しました",
    "taken_down": "聞いたことを書いて受けつけました", "words_added": "聞いたことを書きたしました",
    "scan_added": "FAX・手紙の紙を添えました",
    "remark_case": "気になった一言を、相談にしました", "feed_case": "見守り・訪問の記録を、相談にしました",
    "printed": "控えを印刷用にひらきました",
    "desk_closed": "窓口が閉じたので、引きつぐ窓口に移りました",
    "pass_opened": "◆ ほかの窓口の人が、理由を書いて開きました", "passed_on": "担当を引きつぎました（異動・退職）",
    "reply_undone": "返事を、送る前に取り消しました",
    "reply_held": "▲ 担当がかわったので、返事を送らずに止めました",
    "reply_again": "返事をもう一度送りました",
    "reply_twice": "送信不明の返事を、もう一度送りました（二度届くかもしれません）", "given_back": "ボットに戻しました",
    "held": "保留にしました", "unheld": "保留をやめました", "hold_over": "保留が終わりました",
    "folded": "ほかの相談にまとめました", "unfolded": "まとめた相談をほどきました",
    "fold_in": "ほかの相談を、ここにまとめました", "fold_out": "まとめた相談が、ここからはなれました",
    "person_corrected": "本人の求めで、直したいことを書き加えました",
    "shredded": "保存期間が過ぎたので、記録を廃棄しました", "retention_held": "廃棄を止めました",
    "retention_lifted": "廃棄を止めたのを解きました",
    "blocked": "本人がブロックしました（届きません）", "unblocked": "ブロックがとかれました",
}  # fmt: skip

_SPEAKER_JA = {
    **dict.fromkeys(("lifeline", "professional", "slack", "remark", "meeting", "feed"), "知らせた人"),
    "advice": "相談した職員",
}  # fmt: skip


def speaker_ja(route: str, *, of_another: bool = False) -> str:
    """Whose words a case of this route holds: 「本人」, 「知らせた人」 of a report, 「相談した職員」 of 支援者の相談.

    `of_another`: somebody called, came or wrote about another person (代行入力), whom the vault holds.
    """
    return _SPEAKER_JA.get(route, "話した人" if of_another else "本人")


def tongue_ja(language: str) -> str:
    """「ことば：ベトナム語 Tiếng Việt（本人がえらびました）」; "" when the person chose none."""
    return f"ことば：{TONGUE_JA.get(language, language)}（本人がえらびました）" if language else ""
