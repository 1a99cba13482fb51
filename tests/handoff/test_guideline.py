"""The self-check against the LINE guideline: honest in each mode, and without secrets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.guideline import Installation, Mark, rows
from handoff.pack import LineMode, load

WELL = Installation(
    database="postgresql", data_place="db.internal/toritsugi", keys_place="/srv/keys", keys_same_disk=False,
    keys_private=True, data_private=None, public_url="https://madoguchi.example.jp", line=True, slack=False, notify=1,
    debug=False, versions=(("toritsugi", "0.1.0"),),
)  # fmt: skip


def marks(mode: LineMode = LineMode.DOOR, found: Installation | None = WELL, **pack: object) -> dict[str, Mark]:
    made = rows(replace(load("mihon"), line_mode=mode, **pack), found)  # type: ignore[arg-type]
    return {row.about.split("（")[0]: row.mark for row in made}


@pytest.mark.parametrize(
    ("mode", "left", "outward"),
    [
        (LineMode.TALK, Mark.PARTLY, Mark.PARTLY),
        (LineMode.DOOR, Mark.FINE, Mark.FINE),
        (LineMode.INFO, Mark.FINE, Mark.FINE),
    ],
)
def test_each_mode_says_what_stays_on_line(mode: LineMode, left: Mark, outward: Mark) -> None:
    found = marks(mode)
    assert (found["相談の内容が LINE に残るか"], found["LINE に出る返事"]) == (left, outward)
    words = "".join(row.says for row in rows(replace(load("mihon"), line_mode=mode), WELL))
    assert ("line_mode を door" in words) == (mode is LineMode.TALK)
    assert "LINE にも残ります" in words or "LINE のサーバーにも残ります" in words, "never says that nothing stays"


def test_slack_is_never_called_free_of_content_while_it_is_connected() -> None:
    assert marks()["Slack"] is Mark.FINE
    connected = replace(WELL, slack=True)
    assert marks(found=connected, excerpt=False)["Slack"] is Mark.PARTLY
    assert marks(found=connected, excerpt=True)["Slack"] is Mark.AGAINST


def test_where_keys_and_data_lie_decides() -> None:
    assert marks()["鍵の置き場"] is Mark.FINE
    assert marks(found=replace(WELL, keys_same_disk=True))["鍵の置き場"] is Mark.PARTLY
    assert marks(found=replace(WELL, keys_same_disk=None))["鍵の置き場"] is Mark.CHECK
    assert marks(found=replace(WELL, keys_private=False))["鍵の権限"] is Mark.AGAINST
    assert marks(found=replace(WELL, keys_private=None))["鍵の権限"] is Mark.CHECK
    assert marks(found=replace(WELL, data_private=False))["データの権限"] is Mark.PARTLY
    assert marks(found=replace(WELL, public_url="http://10.0.0.3:8800"))["通信"] is Mark.AGAINST
    assert marks(found=replace(WELL, debug=True))["練習の設定"] is Mark.AGAINST
    assert marks(retention_days={})["保存の期間"] is Mark.AGAINST


def test_what_the_machine_cannot_see_is_left_to_a_person() -> None:
    for found in (WELL, None):
        seen = marks(found=found)
        assert {seen[about] for about in ("バックアップ", "LINE の管理画面", "職員個人の LINE", "承認と報告")} == {
            Mark.CHECK
        }
    assert marks(found=None)["置き場"] is Mark.CHECK
    assert marks(found=None)["Slack"] is Mark.CHECK


def test_every_row_is_one_thing_with_its_source() -> None:
    made = rows(load("mihon"), WELL)
    assert len({row.about for row in made}) == len(made)
    assert all(row.says.endswith(("。", "）")) and row.source for row in made)
