"""Legal bases for sharing (共有の根拠, codes C0–C9) as data, and the smallest question: may this go? Pure.

Sources are the statutes named in each row, as gathered in the domain sheet (§3.1, §3.3); a municipality's own office
must confirm them. No basis, no send. 通告・通報 (C2) needs no consent and must not wait for one. Who reported is cut
from every packet, whatever the basis.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

REPORTER = "reporter"
TAX = "tax"
IDENTITY = frozenset({"name", "kana", "birth_date", "address", "phone", "email", "channel_id"})


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal basis.

    `named_decision`: a person decides by name. `waits_for_consent`: only with the person's consent. `notification`:
    通告・通報, to be made at once. `rooms` are the meetings it opens; `needs_room`: only where the pack says that
    such a meeting exists. `cuts` are the fields that never go. `note_ja` is shown beside the choice.
    """

    code: str
    name_ja: str
    law: str
    named_decision: bool = False
    waits_for_consent: bool = False
    notification: bool = False
    rooms: tuple[str, ...] = ()
    needs_room: bool = False
    cuts: frozenset[str] = frozenset({REPORTER})
    note_ja: str = ""


BASES: dict[str, Basis] = {
    basis.code: basis
    for basis in (
        Basis(
            "C0", "本人の同意", "個人情報の保護に関する法律69条2項1号ほか", waits_for_consent=True,
            rooms=("重層的支援会議",), note_ja="同意した範囲と相手だけに渡します。",
        ),
        Basis(
            "C1", "支援会議", "社会福祉法106条の6", named_decision=True, rooms=("支援会議",), needs_room=True,
            cuts=frozenset({REPORTER, TAX}),
            note_ja="構成員には守秘義務があります。税務の情報は載せません（地方税法22条）。",
        ),
        Basis(
            "C2a", "児童虐待の通告", "児童虐待の防止等に関する法律6条、児童福祉法25条", notification=True,
            note_ja="疑いの段階で、すぐに。同意は要りません。通告した人が分かることは伝えません。",
        ),
        Basis(
            "C2b", "高齢者虐待の通報",
            "高齢者虐待の防止、高齢者の養護者に対する支援等に関する法律7条", notification=True,
            note_ja="重大な危険があるときは義務です。同意は要りません。",
        ),
        Basis(
            "C2c", "障害者虐待の通報",
            "障害者虐待の防止、障害者の養護者に対する支援等に関する法律7条・16条・22条", notification=True,
            note_ja="すぐに市町村へ。同意は要りません。",
        ),
        Basis(
            "C2d", "DVの通報", "配偶者からの暴力の防止及び被害者の保護等に関する法律6条", notification=True,
            note_ja="身体への暴力について。被害を受けた人の意思を先に確かめ、尊重します。",
        ),
        Basis(
            "C3", "生命・身体等の保護", "個人情報の保護に関する法律27条1項2号・69条2項4号", named_decision=True,
            note_ja="命や体を守るために必要で、同意を得ることが難しいときに限ります。",
        ),
        Basis(
            "C4", "支援会議（生活困窮）", "生活困窮者自立支援法9条", rooms=("生活困窮の支援会議",), needs_room=True,
        ),
        Basis(
            "C5", "要保護児童対策地域協議会", "児童福祉法25条の2", rooms=("要対協",), needs_room=True,
        ),
        Basis(
            "C6", "調整会議（生活保護）", "生活保護法27条の3", rooms=("調整会議",), needs_room=True,
        ),
        Basis(
            "C7", "孤独・孤立対策地域協議会", "孤独・孤立対策推進法", rooms=("孤独・孤立対策地域協議会",),
            needs_room=True,
        ),
        Basis(
            "C8", "庁内・所掌事務での利用と提供", "個人情報の保護に関する法律69条2項2号・3号", named_decision=True,
            note_ja="所掌事務に必要で、相当の理由があるときに限ります。",
        ),
        Basis(
            "C9", "匿名（準支援会議）", "個人が分からない形での共有", rooms=("準支援会議",),
            cuts=frozenset({REPORTER, TAX}) | IDENTITY, note_ja="名前・住所・連絡先を消し、年代と月だけにします。",
        ),
    )
}  # fmt: skip

REPLY = Basis("RE", "連絡票への返信", "本人のことは載せません", note_ja="受け取りと対応の知らせだけです。")
"""No basis for sharing and not among `BASES`: an answer to who sent a 連絡票, with nothing of the person in it."""


def basis_of(code: str) -> Basis:
    """The basis that a packet may bear. Raises `KeyError` for no such code."""
    return REPLY if code == REPLY.code else BASES[code]


NOTIFICATION_OF_THEME: dict[str, str] = {
    "abuse_child": "C2a",
    "abuse_elder": "C2b",
    "abuse_disability": "C2c",
    "dv": "C2d",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be shared: `code` for programs, `message_ja` for the screen, `cuts` the fields to omit."""

    allowed: bool
    code: str
    message_ja: str
    cuts: frozenset[str] = frozenset()


def may_share(
    code: str | None,
    *,
    consent: bool = False,
    decided_by: str = "",
    rooms: AbstractSet[str] = frozenset(),
    anonymous: bool = False,
) -> Verdict:
    """Whether a packet may go on the basis `code`. Never raises; anything unknown is refused.

    `consent`: the person agreed to this scope. `decided_by`: the name of the member of staff who decided. `rooms`:
    the basis codes of the meetings that the municipality has (`Pack.room_codes`). `anonymous`: the packet was made so.
    """
    basis = BASES.get(code or "")
    if basis is None:
        return Verdict(False, "no_basis", "根拠を選んでください。根拠がないものは送れません。")
    if basis.waits_for_consent and not consent:
        return Verdict(False, "no_consent", "本人の同意がまだありません。同意に向けて続けます。")
    if basis.named_decision and not decided_by.strip():
        return Verdict(False, "no_decision", "この根拠で渡すことを決めた人の名前が要ります。")
    if basis.needs_room and basis.code not in rooms:
        return Verdict(False, "no_room", "この会議は登録されていません。匿名の連絡票（準支援会議）が使えます。")
    if basis.code == "C9" and not anonymous:
        return Verdict(False, "not_anonymous", "匿名の連絡票にしてから送ってください。")
    return Verdict(True, "allowed", basis.name_ja, basis.cuts)
