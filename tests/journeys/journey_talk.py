"""Somebody's talk on our own page behind LINE's door: written, asked, settled."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from journey_stage import Stage
from journey_web import visitor

WAYS = ("このLINEで", "この画面で", "昼だけ", "まだ分からない", "これでいい")


def door_link(stage: Stage, person: str) -> str:
    """The one-time link that LINE gives this person, once they asked for it."""
    stage.phone(person).take().presses("相談する").sees("下のボタンの画面で書けます")
    return newest_link(stage, person)


def newest_link(stage: Stage, person: str) -> str:
    """The one-time link in the newest message on this telephone; nothing is opened."""
    found = [word for word in json.dumps(stage.client.phone(person)[-1]["content"]).split('"') if "/d/" in word]
    assert found, stage.client.phone(person)[-1]
    return found[-1]


def press(page: Any, label: str) -> None:
    """Press the newest button with this label and wait until it is gone."""
    button = page.get_by_role("button", name=label, exact=True)
    button.click()
    button.wait_for(state="detached")


def write(page: Any, text: str) -> None:
    """Write and send."""
    page.fill("#text", text)
    page.get_by_role("button", name="おくる", exact=True).last.click()


def settle(page: Any) -> None:
    """Answer how to be reached with what is offered, and agree to the summary."""
    done = page.locator("#present", has_text="受けつけました")
    ways = [page.get_by_role("button", name=label, exact=True) for label in WAYS]
    while not done.count():
        reduce(lambda one, other: one.or_(other), ways, done).first.wait_for()
        for label, way in zip(WAYS, ways, strict=True):
            if way.count():
                press(page, label)
                break


def tells(stage: Stage, person: str, story: str, *labels: str) -> str:
    """Through LINE's door: the story, these answers (「… is typed), how to be reached; the page's words at the end."""
    link = door_link(stage, person)
    with visitor(stage.page.context.browser) as page:
        page.goto(link)
        page.get_by_role("button", name="ひらく").click()
        page.wait_for_url("**/talk")
        write(page, story)
        page.locator("#present", has_text="受付番号：").wait_for()
        first = str(page.locator("#present").inner_text())
        for label in labels:
            write(page, label[1:]) if label.startswith("「") else press(page, label)
        settle(page)
        stage.shot(f"talk-{person}", page)
        return first + "\n" + str(page.locator("#present").inner_text())
