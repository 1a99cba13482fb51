"""What the two forms hold (通報・連絡票): read, checked, and as the words and answers of a case. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from handoff.packet import boxes
from intake.conversation.flow import ISSUES, QUESTIONS, SIGNS
from intake.conversation.script import load

ONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
SHORT, LONG = 200, 2_000
"""Characters that one line and one box take."""
WAYS = {"talk": "相談", "visit": "訪問", "meeting": "会議", "advice": "助言"}
"""希望する対応."""
ISSUE_JA = dict(
    zip(
        ISSUES,
        (
            "病気や健康、障害のこと", "住まいについて", "収入・生活費のこと", "家賃やローンの支払いのこと",
            "税金や公共料金等の支払いについて", "債務について", "仕事探し、就職について", "仕事上の不安やトラブル",
            "地域との関係について", "家族との関係について", "子育てのこと", "介護のこと", "ひきこもり・不登校",
            "DV・虐待", "食べるものがない", "その他",
        ),
        strict=True,
    )
)  # fmt: skip
"""ご相談の内容, as printed in the national 相談受付・申込票 (K01 … K99)."""
TELLS = {"wants": "知らせてほしい", "no": "いらない"}
"""対応したあとの知らせ: whether whoever reports wants to hear that something was done."""
WIDE_SIGNS = (*(key for key in SIGNS if key != "other"), *boxes.SIGN_CODES, "other")
"""Every sign that the form takes: those of the buttons, then the others of the 見守り報告."""
_GRAVE = frozenset({"child", "harm", "k14", "hurt", "cry", "night"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


Values: TypeAlias = Mapping[str, Sequence[str]]
"""A form as it came: field → what was sent under that name."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent. `values`: field → text; `marks`: field → ticked keys. Nothing is checked yet."""

    kind: str
    once: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """What stands in a field, "" when nothing."""
        return self.values.get(name, "")

    def ticked(self, name: str) -> tuple[str, ...]:
        """The boxes ticked."""
        return self.marks.get(name, ())

    @property
    def danger(self) -> bool:
        """Whether the reporter says that somebody is in danger now."""
        return self.get("danger") == "yes"

    @property
    def grave(self) -> bool:
        """Whether a mark is there behind which somebody may be hurt: a person looks within hours, as on LINE."""
        return not _GRAVE.isdisjoint((*self.ticked("sign"), *self.ticked("issue")))

    @property
    def typed(self) -> str:
        """Every word that was typed about the person, for the danger lexicon."""
        return "\n".join(self.get(name) for name in ("word", "story", "person", "ask", "urgent") if self.get(name))


TSUHO_CHOICES: Mapping[str, str] = {
    "danger": "l_danger", "meter": "l_meter", "bill": "l_bill", "when": "l_when", "spoke": "l_spoke",
    "consent": "l_consent",
}  # fmt: skip
TSUHO_LINES = ("code", "town", "elsewhere", "place", "customer", "when_words", "since", "name", "phone")
RENRAKU_CHOICES: Mapping[str, str] = {"danger": "p_danger", "consent": "p_consent"}
RENRAKU_LINES = ("code", "town", "elsewhere", "organisation", "name", "phone", "place", "reach", "others")
RENRAKU_BOXES = ("story", "guess", "person", "ask", "keep", "urgent")


def read_tsuho(form: Values) -> Sent:
    """The 通報 out of a request's form. Unknown choices count as not answered; texts are cut to what a field takes."""
    values = _choices(form, TSUHO_CHOICES) | lines(form, TSUHO_LINES) | {"word": box(form, "word")}
    tell = _text(form, "tell")
    values["tell"] = tell if tell in TELLS else ""
    return Sent("tsuho", once(form), values, {"sign": _ticked(form, "sign", WIDE_SIGNS)})


def read_renraku(form: Values) -> Sent:
    """The 連絡票 out of a request's form."""
    values = _choices(form, RENRAKU_CHOICES) | lines(form, RENRAKU_LINES)
    values |= {name: box(form, name) for name in RENRAKU_BOXES}
    most = _text(form, "most")
    values["most"] = most if most in ISSUES else ""
    issues = _ticked(form, "issue", ISSUES)
    if values["most"] and values["most"] not in issues:
        issues = tuple(key for key in ISSUES if key in issues or key == values["most"])
    return Sent("renraku", once(form), values, {"issue": issues, "way": _ticked(form, "way", WAYS)})


def faults(sent: Sent, *, known: bool) -> dict[str, str]:
    """What must be mended before it can go: field → sentence. `known`: the code named a partner. Danger mends nothing:
    who is in need of help at once is not sent back to a form."""
    if sent.danger:
        return {}
    found = {}
    if sent.kind == "tsuho":
        if not sent.ticked("sign") and not sent.get("word"):
            found["sign"] = "気づいたことを一つ選ぶか、ひとことを書いてください。"
        if not sent.get("place") and not sent.get("customer"):
            found["place"] = "場所かお客さま番号を書いてください。分からないときは「分からない」と書いてください。"
    else:
        if not sent.get("organisation") and not known:
            found["organisation"] = "情報を提供する機関の名前を書いてください。"
        if not sent.get("story") and not sent.ticked("issue"):
            found["story"] = "見たこと・聞いたことを書くか、困りごとを選んでください。"
    if sent.get("code") and not known:
        found["code"] = "コードが合いません。分からないときは、空けたままで送れます。"
    return found


def words_of(sent: Sent) -> str:
    """The text of the case: what was typed about the person, and the fields that a profession marked. Nothing of who
    reported, "" when a worker only ticked.

    Everything else stands among the answers, as on LINE: our own labels (「室内が寒い・暗い」, 「いまの危険：」) are
    nobody's words, and a model that reads them calls out the night.
    """
    marked = "、".join(_issue(sent, key) for key in sent.ticked("issue"))
    return "\n".join(filter(None, [sent.typed, f"困りごと：{marked}" if marked else ""]))


def answers_of(sent: Sent) -> tuple[tuple[str, str], ...]:
    """(question, answer) for staff, as LINE's questions keep them; what LINE does not ask, by its own name."""
    get = sent.get
    if sent.kind == "tsuho":
        spoke, signs = get("spoke"), sent.ticked("sign")
        more = boxes.signs_ja()
        rows = [
            ("l_danger", get("danger")), ("l_sign", ",".join(one for one in signs if one in SIGNS)),
            (boxes.SIGNS, boxes.BETWEEN.join(more[one] for one in signs if one in more)), ("l_meter", get("meter")),
            ("l_bill", get("bill")), *_town(sent), ("l_place", get("place")), ("l_customer", get("customer")),
            ("l_when", get("when_words") or get("when")), (boxes.SINCE, get("since")), ("l_spoke", spoke),
            ("l_consent", get("consent") if spoke == "spoke" else ""), (boxes.TELL, TELLS.get(get("tell"), "")),
        ]  # fmt: skip
    else:
        rows = [
            ("p_danger", get("danger")), (boxes.URGENT_WHY, get("urgent")), ("p_issue", ",".join(sent.ticked("issue"))),
            (boxes.MOST, ISSUE_JA.get(get("most"), "")), (boxes.GUESS, get("guess")),
            ("p_person", get("person")), *_town(sent), ("p_place", get("place")), ("p_consent", get("consent")),
            (boxes.WANTED, boxes.BETWEEN.join(WAYS[way] for way in sent.ticked("way"))), ("p_ask", get("ask")),
            ("p_keep", get("keep")), (boxes.AGENCIES, get("others")), (boxes.REACH, get("reach")),
        ]  # fmt: skip
    return tuple((name, said) for name, said in rows if said)


def _town(sent: Sent) -> tuple[tuple[str, str], ...]:
    """Where the person lives; a name typed beside a place that was chosen is not looked at."""
    other = sent.get("town") in ("", "other") and bool(sent.get("elsewhere"))
    town = "other" if other else sent.get("town")
    return (("town", town), ("elsewhere", sent.get("elsewhere") if other else ""))


def signs_ja() -> dict[str, str]:
    """Every sign that the form takes, by its key, in the words beside the box."""
    said = labels("l_sign") | boxes.signs_ja()
    return {key: said[key] for key in WIDE_SIGNS}


def labels(question: str) -> dict[str, str]:
    """choice key → label of a question of the conversation, so that both ways of reporting say the same."""
    return {key: said[0] for key, said in load("ja").ask[question].choices.items() if key != "enough"}


def _issue(sent: Sent, key: str) -> str:
    return f"{'◎' if key == sent.get('most') else '○'}{ISSUE_JA[key]}"


def _choices(form: Values, questions: Mapping[str, str]) -> dict[str, str]:
    found = {name: _text(form, name) for name in questions}
    return {name: said if said in QUESTIONS[questions[name]].choices else "" for name, said in found.items()}


def lines(form: Values, names: Iterable[str]) -> dict[str, str]:
    """The one-line fields of these names."""
    return {name: " ".join(_text(form, name).split())[:SHORT] for name in names}


def box(form: Values, name: str) -> str:
    """A field of several lines."""
    return _text(form, name).replace("\r\n", "\n").replace("\r", "\n").strip()[:LONG]


def _ticked(form: Values, name: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in known if key in form.get(name, ()))


def once(form: Values) -> str:
    """The mark that makes a doubled form harmless, "" when it is none of ours."""
    found = _text(form, "once")
    return found if ONCE.fullmatch(found) else ""


def _text(form: Values, name: str) -> str:
    return _CONTROL.sub("", next(iter(form.get(name, ())), ""))
