"""How an installation stands against the government's LINE guideline (自己点検). Pure: facts in, rows out.

The guideline is named in `GUIDELINE`. Its sentences were read as vendors and prefectures quote them, so the page asks
the reader to check the official text. Nothing secret is in a row: no address of a person, no password, no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from handoff.pack import LineMode, Pack

TITLE = "LINE ガイドラインの自己点検"
GUIDELINE = (
    "政府機関・地方公共団体等における業務でのLINE利用状況調査を踏まえた今後のLINEサービス等の利用の際の考え方"
    "（ガイドライン）2021年4月30日 内閣官房・個人情報保護委員会・金融庁・総務省"
)
CAUTION = (
    "この表は、取次の設定から機械が作った点検の下書きです。ガイドラインの文は公式の本文で確かめ、"
    "「要確認」は人が確かめてください。これだけで、適合を保証するものではありません。"
)
_CONSULT = "ガイドライン（相談業務）：内容が LINE 社側に残らず、委託先等のデータベースに直接入る構成"
_TERMS = "ガイドライン：約款による外部サービスで、機密の情報を扱わない"
_APPROVE = "ガイドライン：団体が前もって確かめて承認し、委託先から定期に報告を受ける"
_PERSONAL = "ガイドライン：職員個人のアカウントで、機密の情報を扱わない"
_SAFE = "個人情報の保護に関する法律（安全管理措置）"
_PURPOSE = "個人情報の保護に関する法律（利用目的の明示）"
_MODE_JA = {
    LineMode.TALK: "トークで受ける（talk）",
    LineMode.DOOR: "入り口だけ（door）",
    LineMode.INFO: "案内だけ（info）",
}
_KIND_JA = {
    "consultation": "相談", "abuse": "虐待", "meeting": "会議", "audit": "監査記録", "statistics": "統計",
    "raw_event": "読みとれなかった知らせ", "media": "写真・音声",
}  # fmt: skip


class Mark(StrEnum):
    """What a row says: fine, with a reserve, against it, or for a person to check."""

    FINE = "◯"
    PARTLY = "△"
    AGAINST = "✕"
    CHECK = "要確認"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the check. `source`: the rule it stands against."""

    about: str
    mark: Mark
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Facts about how this product is installed, without any secret.

    `database` is `sqlite` or `postgresql`; the places are paths, or `host/name` without user and password.
    `keys_private`, `data_private`: no other user of the machine may read the folder; None when that cannot be seen.
    `keys_same_disk`: one lost disk would hold data and keys. `notify`: how many ways beside Slack call staff.
    """

    database: str
    data_place: str
    keys_place: str
    keys_same_disk: bool | None
    keys_private: bool | None
    data_private: bool | None
    public_url: str
    line: bool
    slack: bool
    notify: int
    debug: bool
    versions: tuple[tuple[str, str], ...]


def rows(pack: Pack, found: Installation | None) -> tuple[Row, ...]:
    """The whole check. Without `found`, what hangs on the installation is left for a person to check."""
    made = [*_content(pack), *_outward(pack, found)]
    made += [*_stores(found), *_web(found)] if found else [Row("置き場", Mark.CHECK, _UNSEEN, _SAFE)]
    return (*made, *_people(pack), *_by_hand())


_UNSEEN = "この画面からは、置き場・鍵・HTTPS の設定が見えません（toritsugi line guideline で出せます）。"


def _content(pack: Pack) -> Iterator[Row]:
    mode = pack.line_mode
    about = f"相談の内容が LINE に残るか（いまの使い方：{_MODE_JA[mode]}）"
    if mode is LineMode.TALK:
        says = (
            "トークで相談を受けるので、書かれた内容は LINE のサーバーにも残ります。"
            "残さないためには、パックの line_mode を door に変え、toritsugi line setup を動かします。"
        )
        yield Row(about, Mark.PARTLY, says, _CONSULT)
    elif mode is LineMode.DOOR:
        says = (
            "LINE はあいさつと入り口だけで、相談はこの町の画面で受けます。"
            "ただし、本人が LINE に書いた文は、読んで受けつけますが、LINE にも残ります。"
        )
        yield Row(about, Mark.FINE, says, _CONSULT)
    else:
        says = "LINE では案内だけをします。本人が LINE に書いてしまった文は、LINE にも残ります。"
        yield Row(about, Mark.FINE, says, _CONSULT)
    says = "受けた内容は、届いたときに封をして（AES-256-GCM、相談ごとの鍵）、この町のデータベースに直接入れます。"
    yield Row("内容を直接しまう先", Mark.FINE, says, _CONSULT)


def _outward(pack: Pack, found: Installation | None) -> Iterator[Row]:
    if pack.line_mode is LineMode.TALK:
        yield Row("LINE に出る返事", Mark.PARTLY, "職員の返事は、書いたまま LINE に出ます。", _CONSULT)
    else:
        says = "LINE に出るのは、あいさつ・電話番号・入り口・「お知らせがあります」だけで、相談の中身は出ません。"
        yield Row("LINE に出る返事", Mark.FINE, says, _CONSULT)
    if found is None:
        yield Row("Slack", Mark.CHECK, "この画面からは、Slack の設定が見えません。", _TERMS)
    elif not found.slack:
        yield Row("Slack", Mark.FINE, "Slack は使っていません。", _TERMS)
    elif pack.excerpt:
        says = "Slack のカードに、本文の短い抜き書きが出ます（excerpt = true）。false に変えると出ません。"
        yield Row("Slack", Mark.AGAINST, says, _TERMS)
    else:
        says = (
            "Slack のカードに本文・名前・連絡先は出ません。"
            "ただし、職員が Slack で本文を開くと、その内容は Slack を通ります。"
        )
        yield Row("Slack", Mark.PARTLY, says, _TERMS)
    if found and found.notify:
        says = f"メール・SMS など {found.notify} か所への呼び出しに、相談の中身は入りません。"
        yield Row("ほかの呼び出し先", Mark.FINE, says, _TERMS)


def _stores(found: Installation) -> Iterator[Row]:
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(found.database, found.database)
    yield Row(
        "データの置き場", Mark.CHECK, f"{kind}：{found.data_place}（国内か、契約の範囲か確かめてください）", _SAFE
    )
    if found.data_private is not None:
        good = "ほかの利用者は、データのフォルダを読めません。"
        bad = "ほかの利用者も、データのフォルダを読めます。chmod 700 にしてください。"
        mark = Mark.FINE if found.data_private else Mark.PARTLY
        yield Row("データの権限", mark, good if found.data_private else bad, _SAFE)
    place = f"鍵は、データと別の場所にあります：{found.keys_place}"
    if found.keys_same_disk:
        says = f"{place}。ただし同じディスクなので、ディスクをなくすと両方が失われます。"
        yield Row("鍵の置き場", Mark.PARTLY, says, _SAFE)
    else:
        mark = Mark.CHECK if found.keys_same_disk is None else Mark.FINE
        yield Row("鍵の置き場", mark, f"{place}。", _SAFE)
    if found.keys_private is None:
        yield Row("鍵の権限", Mark.CHECK, "この機械からは、鍵の権限が見えません。", _SAFE)
    elif found.keys_private:
        yield Row("鍵の権限", Mark.FINE, "鍵は、動かしている利用者だけが読めます。", _SAFE)
    else:
        yield Row("鍵の権限", Mark.AGAINST, "ほかの利用者も鍵を読めます。chmod 600 にしてください。", _SAFE)


def _web(found: Installation) -> Iterator[Row]:
    url = found.public_url
    if url.startswith("https://"):
        yield Row("通信", Mark.FINE, f"画面と Webhook は HTTPS です（{url}）。", _SAFE)
    else:
        says = f"画面が HTTPS ではありません（{url}）。TORITSUGI_PUBLIC_URL を https:// にしてください。"
        yield Row("通信", Mark.AGAINST, says, _SAFE)
    if found.debug:
        yield Row("練習の設定", Mark.AGAINST, "debug がオンです。本番ではオフにしてください。", _SAFE)
    versions = "、".join(f"{name} {version}" for name, version in found.versions)
    yield Row("使っている版", Mark.CHECK, f"{versions}（新しい版が出ていないか確かめてください）", _SAFE)


def _people(pack: Pack) -> Iterator[Row]:
    says = "本文を読めるのは、受付と、その窓口の担当だけです。管理・監査は読めません。見たことはすべて記録に残ります。"
    yield Row("だれが読めるか", Mark.FINE, says, _SAFE)
    says = "ログ・エラー・住所（URL）・数字に、書かれた言葉・名前・連絡先は出ません。"
    yield Row("ログ", Mark.FINE, says, _SAFE)
    kept = "、".join(f"{_KIND_JA.get(kind, kind)} {days}日" for kind, days in pack.retention_days.items())
    if kept:
        says = f"決まりはあります：{kept}。期限が来た相談を消すのは、人が決めます。"
        yield Row("保存の期間", Mark.PARTLY, says, _SAFE)
    else:
        yield Row("保存の期間", Mark.AGAINST, "パックに保存の期間（retention_days）がありません。", _SAFE)
    says = "最初の返事で、使う目的と「けす」で消せることを伝えます。名前は言わなくてかまいません。"
    yield Row("本人への説明", Mark.FINE, says, _PURPOSE)


def _by_hand() -> Iterator[Row]:
    says = "控え（バックアップ）は取次の外です。鍵の控えをデータと別に置き、戻す練習をしたか確かめてください。"
    yield Row("バックアップ", Mark.CHECK, says, _SAFE)
    says = "LINE Official Account Manager の権限がある人は、LINE の画面でもトークを読めます。人を確かめてください。"
    yield Row("LINE の管理画面", Mark.CHECK, says, _SAFE)
    says = "取次は市の公式アカウントだけを使います。職員が自分の LINE で相談を受けない決まりがあるか確かめてください。"
    yield Row("職員個人の LINE", Mark.CHECK, says, _PERSONAL)
    says = "使い方を団体が承認したか、運用を委託しているときは定期の報告を受けているか確かめてください。"
    yield Row("承認と報告", Mark.CHECK, says, _APPROVE)
