"""`toritsugi pack check` and `show`, as somebody at a terminal meets them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from bots import cli_pack
from handoff.pack import Pack, load

RUN = CliRunner()


def test_warnings_let_it_pass() -> None:
    result = RUN.invoke(cli_pack.pack_app, ["check", "mihon"])
    assert result.exit_code == 0
    assert "みほん市（mihon）: 誤り 0件" in result.output
    assert "注意　警察(緊急): 確かめた日がありません。（never_verified）" in result.output


def test_errors_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Pack:
        return replace(load(name), fallback="gone")

    monkeypatch.setattr(cli_pack, "load", broken)
    result = RUN.invoke(cli_pack.pack_app, ["check", "mihon"])
    assert result.exit_code == 2
    assert result.output.startswith("誤り　どこにも当てはまらない相談を受ける窓口")


@pytest.mark.parametrize("command", ["check", "show"])
def test_no_such_pack(command: str) -> None:
    result = RUN.invoke(cli_pack.pack_app, [command, "nowhere"])
    assert result.exit_code == 2
    assert "誤り　パックがありません: nowhere" in result.output


def test_show() -> None:
    result = RUN.invoke(cli_pack.pack_app, ["show", "mihon"])
    assert result.exit_code == 0
    assert "みほん市（架空）　コード 999998　実施　LINE: talk" in result.output
    assert "こども家庭センター　包括的相談　000-0000-0005" in result.output
    assert "よりそいホットライン　0120-279-338　24時間" in result.output
