"""A holiday evening: what is promised, who can read, and that no number on any screen is unknown to the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_kit import own_pack, until
from journey_stage import Stage, a_stage

from handoff.packs.reading import resource

EVENING = datetime.fromisoformat("2026-11-23T19:00+09:00")
DANGER = "夫に殴られました。いまも家にいます。助けてください"
NUMBER = re.compile(r"(?<![0-9-])(?:0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,5}|0[0-9]{9,10}|#[0-9]{4}|1[0-9]{2})(?![0-9:])")
"""What reads as a telephone number: 0120-279-338, 0120279338, #8008, 110."""

pytestmark = needs_browser


@pytest.fixture(scope="module", params=["当番あり", "当番なし"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pack = "mihon"
    if request.param == "当番なし":
        pack = own_pack(tmp_path_factory.mktemp("pack"), available="false")
    with a_stage(hour=EVENING, pack=pack) as made:
        yield made


def test_nobody_is_promised_what_cannot_be_kept(stage):
    on_call = stage.town.settings.tenants["mihon"].pack == "mihon"
    calm = stage.phone("debt").take()
    calm.says("借金が300万あります。何から手をつければよいのか分かりません。")
    calm.sees("いまは受付の時間外です", "返事のめやす：11月24日（火）17:15 まで")
    stage.shot(f"holiday-calm-{on_call}")
    phone = stage.phone("hide").take()
    phone.says(DANGER)
    shown = phone.sees("受付番号", "電話できない", "110", "119")
    if on_call:
        assert "役所・役場の職員にも、いま知らせています" in shown and "すぐに読めません" not in shown
        until(stage.client, lambda: "わたしが見ます" in stage.desk.posts() and stage.desk.notices())
    else:
        assert "いまは、役所・役場の人がすぐに読めません" in shown and "返事のめやす：いますぐ" not in shown
        phone.presses("電話できない").sees("いまは、役所・役場の人がすぐに読めません", "NET119")
    stage.shot(f"holiday-danger-{on_call}")
    phone.presses("今すぐ助けて").sees("困ったときの電話です")
    other = stage.phone("emergency").take(first=True)
    other.sees("110")
    page = stage.desk.case("夫に殴られました")
    stage.shot(f"holiday-desk-{on_call}", page)
    page.get_by_role("link", name="命の危険があるとき", exact=True).click()
    page.get_by_role("heading", level=1).wait_for()
    screens = [
        page.inner_text("main"),
        *("\n".join(stage.client.answers(who)) for who in ("debt", "hide", "emergency")),
    ]
    labels = [label for who in ("hide", "emergency") for one in stage.client.phone(who) for label in one["labels"]]
    calls = [uri.removeprefix("tel:").replace("%23", "#") for one in (phone, other) for uri in one.calls()]
    assert calls
    known = re.sub(r"[^0-9#]", "", resource("numbers") + resource("mihon"))
    found = {number for text in (*screens, *labels, *calls) for number in NUMBER.findall(text)}
    assert {"110", "119"} <= found
    assert {number for number in found if number.replace("-", "") not in known} == set()


def test_every_message_was_in_order(stage):
    stage.settled()
    assert stage.client.counters()["profile_calls"] == 0
