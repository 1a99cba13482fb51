"""The page's words in every language, the entrance's QR code, and what staff see of somebody at the page."""

from __future__ import annotations

import pytest

from bots.cli_door import entrance, qr_command
from bots.settings import BadSettings
from bots.web import links, texts
from handoff import view
from intake.clock import now_ms
from intake.conversation.script import LANGUAGES
from intake.door_records import DoorLink, DoorVisit
from intake.records import Case

DAY = 24 * 3_600_000


def test_every_language_of_the_conversation_has_all_the_page_says():
    assert texts.languages() == LANGUAGES
    for name in LANGUAGES:
        words = texts.texts(name)
        assert all(words.values()), name
    assert texts.texts("xx") == texts.texts("ja") and texts.tag("xx") == "ja" and texts.tag("vi") == "vi"


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [name for name in LANGUAGES if name != "ja"])
def test_the_talk_goes_on_in_the_language_of_the_first_page(guest, town, name):
    page = guest.get(f"/soudan?lang={name}")
    assert f'<html lang="{texts.tag(name)}"' in page.text and texts.texts(name)["first_lead"] in page.text
    guest.post("/soudan", once=guest.hidden("once"), lang=name, text="家賃が払えません")
    page = guest.get("/talk")
    assert f'<html lang="{texts.tag(name)}"' in page.text and texts.texts(name)["present"] in page.text
    assert town.messages() == ["家賃が払えません"]
    page = guest.say(press="t1:language:plain:0")
    assert '<html lang="ja"' in page.text


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_staff_see_where_an_answer_stands_and_when_the_person_looked(guest, town):
    guest.start()
    with town.work() as session:
        case = view.open_case(town.office, session, town.one(Case).id, town.staff(), now_ms(), "console")
    assert case.reachable and case.way.label == "ウェブ" and case.way.looked_at


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_links_of_yesterday_and_visits_of_last_month_are_dropped(guest, town):
    guest.start()
    with town.work() as session:
        from intake.records import Contact

        links.make_link(session, session.get(Contact, town.one(Case).contact_id), now_ms())
        links.tidy(session, now_ms())
    assert len(town.all(DoorLink)) == len(town.all(DoorVisit)) == 1
    with town.work() as session:
        links.tidy(session, now_ms() + 31 * DAY)
    assert town.all(DoorLink) == town.all(DoorVisit) == []


@pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
def test_the_entrance_is_printed_as_a_code(standing_parts, tmp_path, monkeypatch):
    settings = standing_parts.settings
    assert entrance(settings).endswith("/soudan") and "/w/" not in entrance(settings)
    two = settings.model_copy(update={"tenants": settings.tenants | {"kita": settings.tenants["mihon"]}})
    with pytest.raises(BadSettings):
        entrance(two)
    assert entrance(two, "kita").endswith("/w/kita/soudan")
    monkeypatch.setattr("bots.cli_door.load", lambda: settings)
    out = tmp_path / "soudan.svg"
    qr_command(out=out)
    assert out.read_text().startswith("<?xml")
    with pytest.raises(BadSettings):
        qr_command(out=tmp_path / "soudan.exe")
