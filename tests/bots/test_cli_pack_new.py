"""`toritsugi pack new` and `pack diff`, as somebody at a terminal meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.cli_pack import pack_app
from handoff.pack import Form, load, parse

RUN = CliRunner()
ALL = ["--office", "なんでも相談", "--form", "running", "--line-mode", "door", "--phone", "", "--name", "our-town"]


@pytest.mark.parametrize("town", ["外ヶ浜町", "02307", "023078", "そとがはままち"])
def test_a_pack_begins_from_the_name_or_the_code(town: str, tmp_path: Path) -> None:
    path = tmp_path / "our.toml"
    result = RUN.invoke(pack_app, ["new", "--town", town, *ALL, "--out", str(path)])
    assert result.exit_code == 0, result.output
    assert "コード 023078（はじめの5けた 02307、検査数字 8）" in result.output
    pack = parse(path.read_text("utf-8"))
    assert (pack.municipality, pack.code, pack.prefecture, pack.form) == ("外ヶ浜町", "023078", "青森県", Form.RUNNING)
    assert {one.basis for one in pack.meetings} == {"C0", "C1", "C9"} and pack.numbers
    checked = RUN.invoke(pack_app, ["check", str(path)])
    assert checked.exit_code == 0 and "連絡先は未確認" in checked.output
    again = RUN.invoke(pack_app, ["new", "--town", town, *ALL, "--out", str(path)])
    assert again.exit_code == 2 and "ファイルがもうあります" in again.output


def test_it_asks_for_what_was_not_said(tmp_path: Path) -> None:
    path = tmp_path / "asked.toml"
    said = "藤崎町\nfujisaki\n\npreparing\n\n\n"
    result = RUN.invoke(pack_app, ["new", "--out", str(path)], input=said)
    assert result.exit_code == 0, result.output
    pack = parse(path.read_text("utf-8"))
    assert (pack.name, pack.office, pack.form) == ("fujisaki", "福祉まるごと相談", Form.PREPARING)
    assert {one.basis for one in pack.meetings} == {"C9"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--town", "023079", *ALL], "見つかりません"),
        (["--town", "府中市", *ALL], "コードで書いてください"),
        (["--town", "外ヶ浜町", *ALL[:-4], "--phone", "123", "--name", "x"], "けたが違います"),
        (["--town", "外ヶ浜町", *ALL[:-2], "--name", "../x"], "英小文字"),
    ],
)
def test_what_cannot_be_is_refused_in_words(more: list[str], said: str, tmp_path: Path) -> None:
    result = RUN.invoke(pack_app, ["new", *more, "--out", str(tmp_path / "x.toml")])
    assert result.exit_code == 2 and said in result.output and not list(tmp_path.iterdir())


def test_a_difference_is_one_plain_line(tmp_path: Path) -> None:
    from handoff.packs.reading import resource

    text = (
        resource("sumida")
        .replace('mon = ["11:00-16:00"]', 'mon = ["10:00-16:00"]')
        .replace("03-3614-3900", "03-3614-3901")
    )
    text = text.replace("月・水 11:00〜16:00（", "月・水 10:00〜16:00（").replace('id = "junbi"', 'id = "jun"')
    path = tmp_path / "after.toml"
    path.write_text(text, "utf-8")
    result = RUN.invoke(pack_app, ["diff", "sumida", str(path)])
    assert result.exit_code == 0
    assert "窓口「墨田区社会福祉協議会 地域福祉活動担当」の電話: 03-3614-3900 → 03-3614-3901" in result.output
    assert "窓口「地域福祉プラットフォーム本所」の開いている時間: 月・水 11:00" in result.output
    assert (
        "会議がなくなりました: 準支援会議（匿名）" in result.output
        and "会議がふえました: 準支援会議（匿名）" in result.output
    )
    same = RUN.invoke(pack_app, ["diff", "sumida", "sumida"])
    assert "違い 0件" in same.output and load("sumida").municipality in same.output
    assert RUN.invoke(pack_app, ["diff", "sumida", "nowhere"]).exit_code == 2
