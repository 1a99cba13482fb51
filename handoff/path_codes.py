"""The paths by which a case may come (情報の経路 R1–R6 of the domain sheet §1.3) as data. Pure.

R5 (情報提供の取り決め) is no path of a case but the agreement behind R3b: it stands in the register of partners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Path:
    """One path: its code, its name, and a sentence that says to staff what it means."""

    code: str
    name_ja: str
    about_ja: str


PATHS: Final[Mapping[str, Path]] = {
    one.code: one
    for one in (
        Path("R1", "地域の気づき", "通いの場や日ごろの会話で、だれかが気づいた一言から始まりました。"),
        Path("R2", "会議の情報", "会議で聞いた情報です。その会議の守秘のきまりをこえて渡すことはできません。"),
        Path("R3a", "関係機関・専門職", "専門職、民生委員、事業所、医療機関などからの連絡です。"),
        Path("R3b", "協定事業者・地域の事業者", "検針、配達など、福祉のほかの仕事をする人からの知らせです。"),
        Path("R4a", "全戸訪問", "全戸訪問の記録から、人が確かめて相談にしました。"),
        Path("R4b", "見守り・安否確認のしくみ", "見守りや安否確認の機械・しくみからの知らせです。"),
        Path("R4c", "アンケート", "アンケートの紙の QR から、本人が書きました。"),
        Path("R4d", "SNS・ウェブ", "LINE か相談の画面から、本人や家族が書きました。"),
        Path("R6", "電話・窓口・FAX・訪問", "電話、窓口、FAX、訪問で受けて、職員が書きとりました。"),
    )
}
"""Every path by its code, in the sheet's order."""
OF_ROUTE: Final[Mapping[str, str]] = {
    "resident": "R4d",
    "professional": "R3a",
    "slack": "R3a",
    "advice": "R3a",
    "lifeline": "R3b",
    "remark": "R1",
    "meeting": "R2",
    "feed": "R4b",
    "phone": "R6",
    "counter": "R6",
    "fax": "R6",
    "visit": "R6",
}
"""The path of `Case.route` where nothing more is known. Staff who report what they saw do so as professionals."""


def path_of(route: str) -> str:
    """The path of a case by its route alone; "" for a route of a newer release."""
    return OF_ROUTE.get(route, "")
