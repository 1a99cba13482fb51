"""見立てを直す on the case page, and its review by 管理."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from console_browser import Browser
from console_town import Town, add_case, reading
from sqlalchemy import select

from handoff import correction_store, plan_store
from handoff.judged import Labels
from handoff.records import Audit, Correction, History, Ticket
from triage.assessment import Assessment, Complexity, Domain, Reason

Browsers = Callable[..., Browser]
TEXT = "みほん市さくら町3-5-12の山田花子です。母の介護で仕事をやめました。"
ANEW = "親の介護のために仕事をやめた。暮らしのお金がない。"


@pytest.fixture
def case(town: Town) -> str:
    add_case(town, "yamada", TEXT, reading(TEXT, {"母の介護": "elderly"}), upto=2**62)
    return f"/console/cases/{town.case['yamada']}"


def counted(town: Town) -> Assessment:
    with town.sessions() as session:
        found = plan_store.reading_of(town.office.sealer, session.get_one(Ticket, town.case["yamada"]))
    assert found is not None
    return found


def form(page: str) -> dict[str, list[str]]:
    """What the correct-form of a page would post untouched."""
    part = page.split('id="correct"', 1)[1].split("</form>", 1)[0]
    fields = {"shown": [html.unescape(re.findall(r'name="shown" value="([^"]*)"', part)[0])]}
    for name, value in re.findall(r'name="(\w+)" value="(\w+)" checked', part):
        fields.setdefault(name, []).append(value)
    fields["reporter"] = re.findall(r'<option value="(\w+)" selected', part)
    return fields


def send(client: Browser, url: str, fields: dict[str, list[str]]) -> object:
    return client.post(url, data={"csrf": client.csrf, **fields}, headers={"Sec-Fetch-Site": "same-origin"})


def corrected(town: Town, browser: Browsers, case: str) -> Correction:
    client = browser("sato")
    fields = form(client.get(case).text)
    answer = send(client, f"{case}/correct", fields | {"domains": ["elderly", "poverty"], "refuses": ["yes"]})
    assert answer.status_code == 303  # type: ignore[attr-defined]
    with town.sessions() as session:
        return session.scalars(select(Correction)).one()


def test_the_form_sets_what_was_changed_and_the_page_says_who_did(town: Town, browser: Browsers, case: str) -> None:
    corrected(town, browser, case)
    assert counted(town).domains == {Domain.ELDERLY, Domain.POVERTY}
    page = browser("sato").get(case).text
    assert page.count("職員が直しました") >= 1
    assert "分野：困窮" in page
    assert "見立てを直しました" in page
    with town.sessions() as session:
        standing = plan_store.standing_of(town.office.sealer, session.get_one(Ticket, town.case["yamada"]))
    assert standing.marked == {"poverty": True, "refuses_support": True}, "what was left alone stays the machine's"


def test_a_refusal_keeps_what_was_typed(town: Town, browser: Browsers, case: str) -> None:
    client = browser("sato")
    fields = form(client.get(case).text)
    answer = send(client, f"{case}/correct", fields | {"complexity": ["complex"], "note": ["電話で<b>聞いた"]})
    page = answer.text  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "理由（①②③）を一つ以上" in page
    assert 'name="complexity" value="complex" checked' in page
    assert "電話で&lt;b&gt;聞いた" in page
    assert form(page)["shown"] == fields["shown"]
    nothing = send(client, f"{case}/correct", fields)
    assert nothing.status_code == 422  # type: ignore[attr-defined]
    with town.sessions() as session:
        assert session.scalars(select(Correction)).all() == []


@pytest.mark.parametrize(
    "bad", [{"kind": ["x"]}, {"shown": ["{"]}, {"shown": ["[]"]}, {"themes": ["x"]}, {"domains": ["<b>"]}]
)
def test_what_no_form_of_ours_sends_is_an_absent_page(browser: Browsers, case: str, bad: dict[str, list[str]]) -> None:
    client = browser("sato")
    answer = send(client, f"{case}/correct", form(client.get(case).text) | bad)
    assert answer.status_code == 404  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["tanaka", "kato", "mori"])
def test_who_may_not_see_a_case_cannot_correct_it(town: Town, browser: Browsers, case: str, who: str) -> None:
    fields = form(browser("sato").get(case).text) | {"domains": ["child"]}
    assert send(browser(who), f"{case}/correct", fields).status_code == 404  # type: ignore[attr-defined]
    assert counted(town).domains == {Domain.ELDERLY}


@pytest.mark.parametrize("who", ["sato", "tanaka", "mori", ""])
def test_only_the_manager_reviews(town: Town, browser: Browsers, case: str, who: str) -> None:
    row = corrected(town, browser, case)
    client = browser(who)
    wanted = (404,) if who else (303, 401)
    for path in ("/console/corrections", f"/console/corrections/{row.id}"):
        answer = client.get(path)
        assert answer.status_code in wanted
        assert "母の介護" not in answer.text
    for act in ("accept", "refuse"):
        fields = {"text": ANEW, "confirmed": "yes", "seen_at": str(row.at)}
        assert client.send_form(f"/console/corrections/{row.id}/{act}", **fields).status_code in wanted
    with town.sessions() as session:
        assert session.scalars(select(Correction.state)).one() == "new"


def test_the_manager_writes_it_anew_and_every_look_is_logged(town: Town, browser: Browsers, case: str) -> None:
    row = corrected(town, browser, case)
    client = browser("kato")
    listed = client.get("/console/corrections")
    assert f"/console/corrections/{row.id}" in listed.text
    assert "山田" not in listed.text
    url = f"/console/corrections/{row.id}"
    page = client.get(url).text
    assert "母の介護で仕事をやめました" in page
    assert "職員が直しました" in page
    seen = str(row.at)
    for text, why in (
        (TEXT, "番号が残っています"), ("山田さんちは090 1234 5678です", "番号"), ("〇〇番地１２３４", "番号"),
        ("a@example.jp", "アドレス"), ("みほん市の人。", "市町村の名"), (" \n", "文が空です"),
        ("あ" * 2_001, "長すぎます"),
    ):  # fmt: skip
        answer = client.send_form(f"{url}/accept", text=text, confirmed="yes", seen_at=seen)
        assert answer.status_code == 422
        assert why in answer.text
    unticked = client.send_form(f"{url}/accept", text=ANEW, seen_at=seen)
    assert unticked.status_code == 422
    assert ANEW in unticked.text
    changed = client.send_form(f"{url}/accept", text=ANEW, confirmed="yes", seen_at=str(row.at - 1))
    assert changed.status_code == 409
    assert client.send_form(f"{url}/accept", text=ANEW, confirmed="yes", seen_at=seen).status_code == 303
    assert client.get(url).status_code == 404, "what is reviewed is closed"
    assert f"/console/corrections/{row.id}" not in client.get("/console/corrections").text
    with town.sessions() as session:
        kept = session.scalars(select(Correction)).one()
        actions = set(session.scalars(select(Audit.action).where(Audit.staff_id == town.staff["kato"].id)))
        noted = session.scalars(select(History.what).where(History.what.like("correction%"))).all()
    assert (kept.state, kept.reviewed_by) == ("reviewed", town.staff["kato"].id)
    assert correction_store.text_of(town.office.sealer, kept) == ANEW
    assert ANEW.encode() not in (kept.text_sealed or b"")
    assert {"corrections", "correction_seen", "correction_reviewed"} <= actions
    assert noted == []
    log = browser("mori").get("/console/audit").text
    assert "見立ての直しを確かめました" in log
    assert "correction" not in log


def test_what_is_not_fit_is_refused_and_the_labels_stay(town: Town, browser: Browsers, case: str) -> None:
    row = corrected(town, browser, case)
    client = browser("kato")
    assert client.send_form(f"/console/corrections/{row.id}/refuse").status_code == 303
    with town.sessions() as session:
        assert session.scalars(select(Correction.state)).one() == "refused"
    assert Domain.POVERTY in counted(town).domains
    assert client.send_form(f"/console/corrections/{row.id}/refuse").status_code == 404


def test_a_foreign_municipalitys_correction_is_absent(town: Town, browser: Browsers, case: str) -> None:
    row = corrected(town, browser, case)
    with town.sessions.begin() as session:
        session.get_one(Correction, row.id).tenant = "yoso"
    client = browser("kato")
    assert client.get(f"/console/corrections/{row.id}").status_code == 404
    assert str(row.id) not in client.get("/console/corrections").text


def test_labels_survive_the_way_through_a_hidden_field() -> None:
    from handoff.console.correct_form import labels_in, labels_out

    found = replace(
        Labels.of(reading("母", {"母": "elderly"})), complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset({Reason.GAP}), refuses_support=True,
    )  # fmt: skip
    assert labels_in(labels_out(found)) == found
