"""The sections of the settings (設定の目次), in the order in which a town looks at them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its address below `/console/settings`, its name, and what it is for."""

    path: str
    title: str
    about: str


DESKS = Section("desks", "窓口", "どの窓口が、どの分野を受けるか。電話や場所。窓口をふやす・閉じる。")
HOURS = Section("hours", "開いている時間", "窓口ごとの曜日と時間、休み。返事の期限はここから計算します。")
ON_CALL = Section("on-call", "当番・呼び出し", "命にかかわる相談が来たとき、だれを、どの順で呼ぶか。")
TEXTS = Section("texts", "町のことば", "窓口の名前、お知らせの文、画面をかくすときの文。")
NUMBERS = Section("numbers", "相談先の番号", "答えに出す電話やチャット。町の番号もたせます。")
PARTNERS = Section("partners", "協定の事業所", "見守りの協定がある事業所と、連絡票を送れる機関。")
SLA = Section("sla", "返事までの時間", "初めの返事までの時間。取り消せる秒数。")
SLACK = Section("slack", "Slack", "窓口ごとのチャンネル（見るだけ）。")
ROLES = Section("roles", "役割とできること", "受付・担当・管理・監査が、それぞれ見られるもの、できること。")
SECTIONS = (DESKS, HOURS, ON_CALL, TEXTS, NUMBERS, PARTNERS, SLA, SLACK, ROLES)
OF_KIND = {
    "desk": DESKS, "hours": HOURS, "on_call": ON_CALL, "text": TEXTS, "number": NUMBERS, "partner": PARTNERS,
    "sla": SLA,
}  # fmt: skip
"""Where a kind of change is made."""
