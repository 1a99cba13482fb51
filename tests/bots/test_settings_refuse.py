"""What must not start: every refusal names the setting in Japanese and quotes no value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bots.settings import BadSettings, load

REAL = "hemmelig-7Fz2kQ9w"
DEMO = "demo-line-secret-0000"
LOCAL = "http://127.0.0.1:9/line"


def line(**more: Any) -> dict[str, Any]:
    return {"mihon": {"line": {"channel_secret": REAL, "access_token": REAL} | more}}


def slack(**more: Any) -> dict[str, Any]:
    values = {"team_id": "T1", "channel": "C1", "bot_token": REAL, "signing_secret": REAL}
    return {"mihon": {"slack": values | more}}


def refusal(**values: Any) -> str:
    with pytest.raises(BadSettings) as found:
        load(**values)
    sentence = str(found.value)
    assert re.search(r"[ぁ-ん]", sentence)
    assert found.value.__cause__ is None
    assert found.value.__suppress_context__ or found.value.__context__ is None
    for value in (REAL, DEMO, "changeme", "hunter2", "evil.example", "xapp"):
        assert value not in sentence
    return sentence


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_real_and_practice_settings_load() -> None:
    assert load(tenants=line()).tenants["mihon"].line is not None
    demo = line(channel_secret=DEMO, access_token=DEMO, api_base=LOCAL)
    assert "demo-" not in repr(load(tenants=demo))


@pytest.mark.parametrize("value", ["", "short", "changeme", "hunter2hunter2"])
@pytest.mark.parametrize("name", ["channel_secret", "access_token"])
def test_empty_short_and_default_secrets_are_refused(name: str, value: str) -> None:
    assert f"TORITSUGI_TENANTS__MIHON__LINE__{name.upper()}" in refusal(tenants=line(**{name: value}))


@pytest.mark.parametrize("name", ["bot_token", "signing_secret"])
def test_slack_secrets_too(name: str) -> None:
    assert f"TORITSUGI_TENANTS__MIHON__SLACK__{name.upper()}" in refusal(tenants=slack(**{name: ""}))


def test_a_missing_secret_is_named() -> None:
    told = refusal(tenants={"mihon": {"line": {"access_token": REAL}}})
    assert "TORITSUGI_TENANTS__MIHON__LINE__CHANNEL_SECRET" in told


def test_socket_mode_needs_its_token() -> None:
    assert "SLACK__APP_TOKEN" in refusal(tenants=slack(mode="socket"))
    assert "SLACK__APP_TOKEN" in refusal(tenants=slack(mode="socket", app_token="xapp"))
    assert "SLACK__MODE" in refusal(tenants=slack(mode="hunter2"))


def test_demo_secrets_stay_with_the_simulator_and_real_ones_away_from_it() -> None:
    assert "CHANNEL_SECRET" in refusal(tenants=line(channel_secret=DEMO))
    assert "CHANNEL_SECRET" in refusal(tenants=line(api_base=LOCAL))


@pytest.mark.parametrize(
    "host",
    [
        "http://evil.example",
        "http://127.0.0.1.evil.example",
        "ftp://evil.example",
        "evil.example",
        "",
        "http://[evil.example",
    ],
)
def test_only_https_hosts(host: str) -> None:
    assert "LINE__API_BASE" in refusal(tenants=line(api_base=host))


def test_debug_with_real_hosts() -> None:
    assert "TORITSUGI_DEBUG" in refusal(tenants=line(), debug=True)


@pytest.mark.parametrize("keys", ["data", "data/keys", "other/../data/keys", "link/keys"])
def test_keys_among_the_data(tmp_path: Path, keys: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert "TORITSUGI_KEYS_DIR" in refusal(data_dir=tmp_path / "data", keys_dir=tmp_path / keys, tenants=line())


def test_unknown_settings_are_refused() -> None:
    assert "TORITSUGI_NONSENSE" in refusal(nonsense="hunter2")
    assert "MIHON__LINE__NONSENSE" in refusal(tenants=line(nonsense="hunter2"))


def test_bad_types_and_names_are_refused() -> None:
    assert "TORITSUGI_PORT" in refusal(port="hunter2")
    assert "TORITSUGI_TENANTS" in refusal(tenants={"町/../x": {}})


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "toritsugi.toml").write_text("[tenants\nchannel_secret = hunter2")
    assert "toritsugi.toml" in refusal()


def test_an_unknown_field_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "toritsugi.toml").write_text('nonsense = "hunter2"')
    assert "TORITSUGI_NONSENSE" in refusal()


def test_a_named_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORITSUGI_CONFIG", str(tmp_path / "hunter2.toml"))
    assert "TORITSUGI_CONFIG" in refusal()


def test_broken_json_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORITSUGI_TENANTS", '{"mihon": hunter2')
    assert "TORITSUGI_TENANTS" in refusal()
