"""In a group nobody is asked about their life; events that are not ours to answer stay unanswered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import needs_browser
from journey_kit import until
from journey_stage import Stage, a_stage

GROUP = "C" + "0" * 31 + "1"
REFUSAL = "グループではお話を聞けません。一対一のトークで送ってください。"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        yield made


def test_a_group_is_told_once_and_nothing_of_it_is_kept(stage):
    page, client = stage.page, stage.client
    stage.phone("carer").take()
    page.click("[data-screen=group]")
    page.click("[data-act=group_join]")
    page.wait_for_selector(f"#talk >> text={REFUSAL}")
    page.fill("#say", "自治会の田中さんが、このごろ家から出てきません")
    page.press("#say", "Enter")
    page.wait_for_selector("#talk .mine >> text=田中さん")
    client.act("carer", "group_member_joined")
    stage.shot("group")
    page.click("[data-screen=talk]")
    # What this person writes afterwards is answered: everything before it was taken in.
    stage.phone("carer").take().says("母の物忘れがふえました").sees("受付番号")
    assert client.answers(GROUP) == [REFUSAL]
    listing = stage.desk.case("母の物忘れ") and stage.desk.console
    listing.goto(f"{stage.desk.home}/console/?view=other")
    assert "田中さん" not in listing.content() + stage.desk.posts()
    listing.goto(f"{stage.desk.home}/console/")
    assert "田中さん" not in listing.content()


def test_a_first_word_in_a_group_that_we_were_in_before_is_refused_too(stage):
    said = len(stage.client.answers(GROUP))
    for kind in ("hologram", "beacon", "membership", "accountLink", "module"):
        assert stage.client.odd_event("carer", kind)["attempts"][-1]["status"] == 200
    stage.client.press_fault("line_standby", "carer")
    answers = len(stage.client.answers("carer"))
    stage.client.say("carer", "いまはほかの人が返事をしています")
    stage.phone("parent").take().says("家賃が払えません").sees("受付番号")
    until(stage.client, lambda: stage.desk.case("家賃が払えません"))
    assert len(stage.client.answers("carer")) == answers
    assert len(stage.client.answers(GROUP)) == said


def test_every_message_was_in_order(stage):
    stage.settled()
