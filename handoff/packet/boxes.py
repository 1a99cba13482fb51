"""Boxes of the partners' web forms that the conversation does not ask (連絡票・見守り報告の欄). Pure.

Under these names the answers of such a form are kept, in the words that were printed beside the box, for staff to read
as they stand; here they become fields of the packets again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handoff.packet.fields import Kind, fields
from handoff.packet.values import Words

URGENT_WHY: Final = "急ぐ理由"
MOST: Final = "いちばんの困りごと（◎）"
GUESS: Final = "推測・意見"
WANTED: Final = "希望する対応"
AGENCIES: Final = "ほかの機関の関わり"
REACH: Final = "本人への連絡のしかた"
SIGNS: Final = "ほかの気づき"
SINCE: Final = "いつから"
TELL: Final = "対応したあとの知らせ"
FIELD_OF: Final[Mapping[str, str]] = {
    URGENT_WHY: "urgency_why", MOST: "issue_most", GUESS: "guess", WANTED: "wanted", AGENCIES: "agencies",
    REACH: "contact_ways", SIGNS: "w_signs", SINCE: "w_since", TELL: "w_tell",
}  # fmt: skip
"""The field of the packets that each box fills."""
BETWEEN: Final = "／"
"""Between several ticks: many a label has 「・」 of its own."""
SIGN_CODES: Final[Mapping[str, str]] = {
    "laundry": "laundry", "light": "light", "curtain": "curtain", "smell": "smell",
    "unseen": "unseen", "hurt": "hurt", "cry": "cry", "night": "child", "lost": "lost", "food": "food",
}  # fmt: skip
"""The signs of the 見守り報告 that the buttons do not offer: the key of the form → the code of the field `w_signs`."""


def signs_ja() -> dict[str, str]:
    """Those signs as they are printed, by the key of the form."""
    choices = fields()["w_signs"].choices
    return {key: choices[code] for key, code in SIGN_CODES.items()}


def value_of(name: str, said: str) -> Words:
    """What a box gives to its field: codes for what was ticked, else the words. What is no choice is left out."""
    field = fields()[FIELD_OF[name]]
    codes = {label: code for code, label in field.choices.items()}
    if field.kind is Kind.CHOICES:
        return tuple(codes[one] for one in said.split(BETWEEN) if one in codes)
    return codes.get(said, "") if field.kind is Kind.CHOICE else said
