"""Under which secrecy a meeting told us something (会議の守秘のきまり), as data. Pure.

A meeting that is a way of sharing brings its basis (`handoff.basis`). Others bind whoever sat in them and open nothing:
their codes stand in `CaseSource.secrecy` and beside values of the 聞きとりシート, and never where a basis is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handoff.basis import BASES

_WITH_CONSENT_JA: Final = (
    "本人が同意したとき（C0）は、会議で聞いたことを除いて、本人から聞いたことと会議の外で分かったことだけを渡せます。"
    "主担当は移りません。"
)


@dataclass(frozen=True, slots=True)
class Secrecy:
    """One rule. `law` is cited as far as it is known; `sends`: whether its code is a basis for sharing, too."""

    code: str
    name_ja: str
    law: str
    sends: bool = False

    @property
    def told_ja(self) -> str:
        """What staff read of a case that was told under it."""
        to = "同じ根拠でだけ渡せます" if self.sends else "この会議は、ほかに渡す根拠になりません"
        told = (
            f"「{self.name_ja}」（{self.law}）で聞いた情報です。{to}。通告・通報と、命や体を守るためのときは、"
            "この限りではありません。"
        )
        return told if self.code == "C0" else told + _WITH_CONSENT_JA


_NAME_JA: Final[Mapping[str, str]] = {"C0": "重層的支援会議（本人の同意）"}
_ONLY: Final = (
    Secrecy("R2-care", "地域ケア会議（地域ケア個別会議）", "介護保険法115条の48第5項"),
    Secrecy("R2-self", "自立支援協議会（障害）", "障害者総合支援法89条の3。項の番号は要確認"),
    Secrecy("R2-plan", "支援調整会議（生活困窮）", "法律に会議の守秘の定めはなく、設置要綱などによる。要確認"),
    Secrecy("R2-own", "要綱や申し合わせで守秘を決めている会議", "その会議の要綱・申し合わせ"),
)
SECRECIES: Final[Mapping[str, Secrecy]] = {
    one.code: one
    for one in (
        *(Secrecy(b.code, _NAME_JA.get(b.code, b.name_ja), b.law, sends=True) for b in BASES.values() if b.rooms),
        *_ONLY,
    )
}
"""Every rule under which something can be told in a meeting, by its code (at most 8 letters), in the form's order."""
