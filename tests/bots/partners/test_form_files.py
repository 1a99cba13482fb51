"""Pictures with the partners' forms: a worker's only where the pack wants them, a professional's always."""

from __future__ import annotations

from dataclasses import replace

import media_kit
import pytest
from partners_kit import SAME, browser_of, once_in
from play_town import TENANT, Town

from handoff.records import Ticket
from intake import attachments, given
from intake.door_records import Attachment
from intake.records import Case, Message


@pytest.fixture
def wanted(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The pack takes pictures of workers."""
    tenant = town.parts.tenants[TENANT]
    pack = replace(tenant.pack, partner_photos=True)
    office = replace(tenant.office, packs=pack)
    monkeypatch.setitem(town.parts.tenants, TENANT, replace(tenant, office=office))
    return town


def send(client, path: str, body: bytes, media_type: str = "image/jpeg", **fields: object):
    values = {"once": once_in(client.get(path).text), "danger": "no"} | fields
    return client.post(path, data=values, files={"file": ("IMG.jpg", body, media_type)}, headers=SAME)


def whole(town: Town) -> bytes:
    with town.work() as session:
        found = attachments.body_of(town.parts.vault.sealer, session.get(Attachment, town.one(Attachment).id))
    assert found
    return found


def test_a_workers_picture_is_left_out_where_the_pack_wants_none(town: Town) -> None:
    with browser_of(town) as client:
        page = client.get("/tsuho").text
        assert 'type="file"' not in page and "写真は受けとりません" in page
        assert send(client, "/tsuho", media_kit.photo(), sign=["silent"], place="本町1-2-3").status_code == 303
    assert town.all(Attachment) == [] and town.one(Case).route == "lifeline"


def test_a_workers_picture_is_kept_cleaned_where_the_pack_wants_it(wanted: Town) -> None:
    with browser_of(wanted) as client:
        assert "人・表札・室内は写さないでください" in client.get("/tsuho").text
        page = send(client, "/tsuho", b"MZ", sign=["silent"], place="本町1-2-3")
        assert page.status_code == 422 and "安全にひらけない" in page.text and "本町1-2-3" in page.text
        assert wanted.all(Case) == []
        assert send(client, "/tsuho", media_kit.photo(), sign=["silent"], place="本町1-2-3").status_code == 303
    assert wanted.one(Attachment).state == "kept" and media_kit.HIDDEN not in whole(wanted)
    assert [row.kind for row in wanted.all(Message)] == ["image"]  # ticks and a place are answers, not words
    kept = given.answers_of(wanted.office.sealer, wanted.one(Case))
    assert (kept["l_sign"], kept["l_place"]) == ("silent", "本町1-2-3")


def test_a_professionals_paper_comes_with_the_form_and_danger_waits_for_none(town: Town) -> None:
    paper, told = b"%PDF-1.7 \x00", {"organisation": "みほん病院", "story": "退院後の住まいがありません"}
    with browser_of(town) as client:
        assert send(client, "/renraku", paper, "application/pdf", **told).status_code == 303
        assert whole(town) == paper
        answer = send(client, "/renraku", b"MZ", danger="yes", **told)
        assert answer.status_code == 303
    assert len(town.all(Attachment)) == 1 and len(town.all(Case)) == 2
    assert "emergency" in [row.urgency for row in town.all(Ticket)]


def test_a_fault_elsewhere_says_that_the_file_must_be_chosen_again(town: Town) -> None:
    with browser_of(town) as client:
        page = send(client, "/renraku", media_kit.photo(), story="様子がおかしい")
    assert page.status_code == 422 and "もう一度えらんでください" in page.text and town.all(Attachment) == []
