"""Enrolment codes: stable, renewed by generation, of one town only, over with the agreement, not to be guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from play_town import TENANT, Town
from typer.testing import CliRunner

from bots.cli import app
from bots.partners.codes import TRIES, WRONG, code_for, partner_of, try_code
from bots.parts import Tenant
from handoff import number
from handoff.pack import Partner, check, load
from intake.clock import now_ms
from intake.records import InboxEvent

_HOUR_MS = 3_600_000


def _tenant(town: Town) -> Tenant:
    return town.parts.tenants[TENANT]


def _with(tenant: Tenant, *partners: Partner) -> Tenant:
    return replace(tenant, office=replace(tenant.office, packs=replace(tenant.pack, partners=partners)))


def test_a_code_is_stable_and_read_as_people_type_it(town: Town) -> None:
    tenant = _tenant(town)
    for partner in tenant.pack.partners:
        code = code_for(town.parts, tenant, partner)
        assert code == code_for(town.parts, tenant, partner)
        bare = code.replace("-", "")
        for typed in (code, bare.lower(), f"登録 {code}", f"登録:{bare}", "　".join((code[:4], code[5:9], code[10:]))):
            assert partner_of(town.parts, tenant, typed) == (partner.code, partner.name)
        assert number.parse_receipt(code) is None, "a code is not taken for a receipt"
        assert partner_of(town.parts, tenant, f"{code} です") is None, "only the whole message is a code"


def test_a_new_generation_another_town_and_an_old_agreement_are_refused(town: Town) -> None:
    parts, tenant = town.parts, _tenant(town)
    partner = tenant.pack.partners[0]
    code = code_for(parts, tenant, partner)
    renewed = replace(partner, generation=2)
    after = _with(tenant, renewed, *tenant.pack.partners[1:])
    assert partner_of(parts, after, code) is None
    assert partner_of(parts, after, code_for(parts, after, renewed)) == (partner.code, partner.name)
    assert partner_of(parts, replace(tenant, name="other"), code) is None
    over = replace(partner, until=date(2020, 3, 31))
    ended = _with(tenant, over)
    assert partner_of(parts, ended, code) is None


def test_after_ten_wrong_codes_in_an_hour_the_right_one_waits(town: Town) -> None:
    parts, tenant = town.parts, _tenant(town)
    right = code_for(parts, tenant, tenant.pack.partners[0])

    def tried(text: str, later: int = 0, user: str = "U-play") -> tuple[str, str] | None:
        row_id = town.save(town.words(text, user=user))
        with town.work() as session:
            event = session.get(InboxEvent, row_id)
            assert event is not None
            return try_code(parts, session, tenant, event, text, now_ms() + later)

    for _ in range(TRIES):
        assert tried("K234-5678-9A") is None
    assert tried("こんにちは") is None
    assert len(town.all(InboxEvent, note=WRONG)) == TRIES
    assert tried(right) is None
    assert tried(right, user="U-other") is not None
    assert tried(right, later=_HOUR_MS + 60_000) is not None


def test_the_register_is_looked_over() -> None:
    pack = load("mihon")
    strange = replace(pack.partners[0], signs=("meter", "ufo"), phone="12", generation=0)
    found = {problem.code for problem in check(replace(pack, partners=(strange, strange)), date(2030, 1, 1))}
    assert {"unknown_sign", "wrong_digits", "wrong_generation", "double_partner", "agreement_over"} <= found


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_the_command_prints_the_code_its_links_and_a_qr(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parts = town.parts
    monkeypatch.setattr("bots.cli_partner.load", lambda: parts.settings)
    listed = CliRunner().invoke(app, ["partner", "list"])
    assert "SUIDO-01　みほん水道サービス" in listed.output
    picture = tmp_path / "code.svg"
    made = CliRunner().invoke(app, ["partner", "code", "SUIDO-01", "--qr", str(picture), "--line-id", "@123abcde"])
    code = code_for(parts, parts.tenants[TENANT], parts.tenants[TENANT].pack.partners[0])
    assert made.exit_code == 0, made.output
    assert code in made.output and "https://line.me/R/oaMessage/%40123abcde/?" in made.output
    assert "/tsuho" in made.output and picture.read_text("utf-8").lstrip().startswith("<?xml")
    refused = CliRunner().invoke(app, ["partner", "code", "NAI-99"])
    assert refused.exit_code == 2 and "SUIDO-01" in refused.output
