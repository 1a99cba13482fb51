"""A packet as paper (PDF), set by typst: A4, black and white, with a receipt strip and an optional FAX cover.

What people wrote goes to typst as JSON data and is set as text, never as markup. The fonts come with the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

from handoff import residence
from handoff.basis import REPLY
from handoff.packet import told
from handoff.packet.as_json import (
    SENDER_ID,
    UNKNOWN_JA,
    WITHHELD_JA,
    Body,
    dropped_ja,
    field_of,
    only_words,
    printed,
)
from handoff.packet.fields import Block, FieldClass, Kind, fields, forms
from handoff.packet.visiting import NAMED

_TYPST: Final = Path(__file__).parent / "typst"
_FONTS: Final = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
_LOCK: Final = Lock()
_SHOWN_SOURCES: Final = frozenset({"office", "tax", "meeting"})
"""Sources that are said beside a value; that somebody told it is nothing to remark."""
_FOOT_JA: Final = "「未確認」は、聞いていないか、分からないことです。知らせた人のことは、この書面に載せません。"
_FOOT_NAMED_JA: Final = (
    "「未確認」は、聞いていないか、分からないことです。来談者のことは、よいと言われたことだけを載せています。"
)
_FOOT_REPLY_JA: Final = "受け取りと対応のお知らせです。相談した人・本人のことは、この書面に載せていません。"
_REPLY_JA: Final = "受け取りのお知らせ"
_FOOT_ANONYMOUS_JA: Final = (
    "名前・連絡先と、市町村より細かい住所は消し、年齢は年代、日付は月にしました。「未確認」は、聞いていないか、"
    "分からないことです。"
)
NO_MEMBERS_JA: Final = "名簿はまだありません"
_ASK_JA: Final[Mapping[str, str]] = {"meeting": "この会議で決めてほしいこと", "reply": "ご連絡"}


def pdf_of(body: Body, *, cover: bool = False) -> bytes:
    """The packet as PDF; with `cover` a FAX cover before it. Raises `typst.TypstError` only on a fault of ours."""
    return bytes(_compiled("both.typ" if cover else "packet.typ", paper(body), "pdf"))


def pngs_of(body: Body, ppi: float = 110.0, *, cover: bool = False) -> list[bytes]:
    """The sheets as pictures, for the documentation and for eyes."""
    found = _compiled("both.typ" if cover else "packet.typ", paper(body), "png", ppi=ppi)
    return [bytes(one) for one in found] if isinstance(found, list) else [bytes(found)]


def paper(body: Body) -> dict[str, Any]:
    """What the sheet says, ready to be set: every value as the words that are printed."""
    form = forms()[body["kind"]]
    anonymous, answers = body["variant"] == "anonymous", body["basis"]["code"] == REPLY.code
    made = body["made_by"]
    return {
        "title": body["title"],
        "number": body["number"] or "（下書き）",
        "edition": f"第{body['edition']}版",
        "variant": _REPLY_JA if answers else body["variant_name"],
        "case": body["case"],
        "municipality": body["municipality"]["name"],
        "desk": made["desk"],
        "secrecy": body["secrecy"],
        "remark": _remark(body),
        "to": "\n".join(_addressed(one) for one in body["recipients"]),
        "members": "\n".join(_members(one, body) for one in body["recipients"] if one["members"] is not None),
        "basis": f"{body['basis']['code']}　{body['basis']['name']}（{body['basis']['law']}）",
        "decided_by": body["decided_by"],
        "made": _moment(body["made_at"]),
        "by": f"{body['municipality']['name']} {made['desk']}\n{made['name']}",
        "reach": "　".join(one for one in (made["phone"], f"FAX {made['fax']}" if made["fax"] else "") if one)
        or UNKNOWN_JA,
        "ask_label": _ASK_JA.get(body["kind"], "この連絡でお願いしたいこと"),
        "ask": body["ask"],
        "keep": body["keep"],
        "dropped": dropped_ja(body),
        "compact": body["kind"] == "meeting",
        "foot": _FOOT_REPLY_JA if answers else _FOOT_ANONYMOUS_JA if anonymous else _foot(body),
        "blocks": [_block(one, body) for one in form.blocks if _stands(one, body)],
    }


def _stands(block: Block, body: Body) -> bool:
    """Whether the block has anything to say: with the words alone only they stand, without names no consent does."""
    if only_words(body):
        return block.layout == "ask" or "story" in block.fields
    return not (body["variant"] == "anonymous" and block.layout in ("consents", "sign"))


def _block(block: Block, body: Body) -> dict[str, Any]:
    title = "本人のことば" if only_words(body) and block.fields else block.title
    found: dict[str, Any] = {"layout": block.layout, "title": title}
    if block.layout in ("pairs", "consents", "sign"):
        found["rows"] = _rows(block, body)
    if block.layout == "consents":
        found["consents"] = [
            [one["what"], one["answer"], _moment(one["at"]), one["way"]] for one in body["consents"]
        ] or [[UNKNOWN_JA] * 4]  # fmt: skip
    if block.layout in ("issues", "ticks"):
        found |= _choices(block, body)
    if block.layout == "marks":
        found |= _marks(block, body)
    if block.layout == "house":
        found["house"] = [_member(one) for one in body["household"]] or [[*[UNKNOWN_JA] * 5, ""]]
    return found


def _member(one: Mapping[str, Any]) -> list[str]:
    parts = (one[part] or UNKNOWN_JA for part in ("age", "living", "work", "care"))
    return [one["relation"], *parts, "○" if one["key"] else ""]


def _rows(block: Block, body: Body) -> list[dict[str, Any]]:
    if all(fields()[name].cls is FieldClass.REPORTER for name in block.fields) and not _named(body, block.fields):
        return [{"label": "", "text": WITHHELD_JA, "state": "withheld", "wide": True, "source": ""}]
    rows = []
    for name in block.fields:
        one = field_of(body, name)
        if one is None or _left_blank(name, one, body):
            continue
        wide = fields()[name].kind in (Kind.LONG, Kind.CHOICES) or name in _WIDE
        rows.append(
            {
                "label": one["label"], "text": _shown(name, one), "state": one["state"], "wide": wide,
                "source": one["source_name"] if one["source"] in _SHOWN_SOURCES else "",
            }
        )  # fmt: skip
    return rows


def _foot(body: Body) -> str:
    return _FOOT_NAMED_JA if _named(body) else _FOOT_JA


def _named(body: Body, names: Iterable[str] = NAMED) -> bool:
    """Whether anything is said of who came for the person."""
    found = (field_of(body, name) for name in names)
    return any(one is not None and one["class"] == "reporter" and one["state"] == "known" for one in found)


def _shown(name: str, one: Mapping[str, Any]) -> str:
    day = fields()[name].kind is Kind.DATE and one["state"] == "known"
    return (told.day_ja(one["text"]) or one["text"]) if day else printed(one)


_WIDE: Final = frozenset({"address", "w_place", "screening", "danger_person", "no_consent_why", "living_with"})


def _left_blank(name: str, one: Mapping[str, Any], body: Body) -> bool:
    """What needs no line: who reported, beside other things; a nameless packet's names; of the person's words and a
    reporter's facts the one that is not there.
    """
    cls = fields()[name].cls
    if (cls is FieldClass.REPORTER and one["state"] != "known") or (
        one["state"] == "withheld" and body["variant"] == "anonymous"
    ):
        return True
    if name in ("story", "facts") and one["state"] == "unknown":
        other = field_of(body, "facts" if name == "story" else "story")
        return other is not None and (other["state"] == "known" or name == "facts")
    if name in (("no_consent_why",) if body["variant"] == "consent" else ("consent_by", "attend")):
        return True
    return only_words(body) and name != "story"


def _choices(block: Block, body: Body) -> dict[str, Any]:
    one = field_of(body, block.fields[0])
    assert one is not None
    most = field_of(body, "issue_most") if "issue_most" in block.fields else None
    chosen = list(one["value"] or ()) if one["state"] == "known" else []
    top = most["value"] if most is not None and most["state"] == "known" else ""
    known = fields()[one["id"]].choices
    tick = "○" if block.layout == "issues" else "✓"
    choices = [
        {"label": label, "mark": "◎" if code == top else tick if code in chosen else ""}
        for code, label in known.items()
    ]
    others = "・".join(code for code in chosen if code not in known)
    said = f"ほかに：{others}" if others else "" if one["state"] == "known" or top else printed(one)
    return {"choices": choices, "said": said}


def _marks(block: Block, body: Body) -> dict[str, Any]:
    found = [one for name in block.fields if (one := field_of(body, name)) is not None]
    marks = []
    for one in found:
        yes = one["state"] == "known" and one["value"] == "yes"
        no = one["state"] == "known" and one["value"] == "no"
        whose = one["text"] if yes else "なし" if no else "" if one["state"] == "unknown" else "載せません"
        marks.append({"label": one["label"], "mark": "✓" if yes else "", "whose": whose})
    marks += [{"label": "", "mark": "", "whose": ""}] * (-len(marks) % 3)
    return {"marks": marks, "said": "印も「なし」もない項目は、未確認です。"}


def _remark(body: Body) -> str:
    if only_words(body):
        return "書いたことだけ：本人は、自分のことばだけを伝えることに同意しました。ほかの項目は載せません。"
    if body["checked"]:
        return f"再識別の確認：{body['checked']}"
    return "" if body["own_words"] else "本人ではない人から聞いたことです。事実を確かめてください。"


def _addressed(one: Mapping[str, Any]) -> str:
    person = one["id"] in ("", SENDER_ID) or one["id"].startswith(residence.NAMED)
    return f"{one['name']}　{'様' if person else '御中'}" + (f"（FAX {one['fax']}）" if one["fax"] else "")


def _members(one: Mapping[str, Any], body: Body) -> str:
    """Who sits in the meeting that receives it, with its name where the packet goes to several."""
    before = f"{one['name']}：" if len(body["recipients"]) > 1 else ""
    return before + ("、".join(one["members"]) or NO_MEMBERS_JA)


def _moment(iso: str) -> str:
    day, hour = iso[:10].split("-"), iso[11:16]
    return f"{day[0]}年{int(day[1])}月{int(day[2])}日 {hour}"


def _compiled(name: str, data: Mapping[str, Any], form: Literal["pdf", "png"], ppi: float | None = None) -> Any:
    with _LOCK:  # one compiler, one sheet at a time: tens of milliseconds
        return _compiler().compile(
            input=str(_TYPST / name), format=form, ppi=ppi, root=str(_TYPST),
            sys_inputs={"packet": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


@cache
def _compiler() -> Any:
    import typst  # eighty megabytes of library: not before the first sheet

    paths = [str(Path(str(resources.files(name)))) for name in _FONTS]
    return typst.Compiler(font_paths=paths, ignore_system_fonts=True, root=str(_TYPST))
