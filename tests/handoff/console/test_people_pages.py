"""People and rights on screen: staff, invitations, leaving, sign-ins, the reason for opening (職員・入っている端末)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from console_browser import Browser
from console_town import Town, add_case, reading
from sqlalchemy import select

from handoff import calls, desk, drafts, leaving, login, passes, people, view
from handoff.desk_records import CasePass, ReplyDraft
from handoff.login_records import ConsoleSession, Identity
from handoff.office import Refused
from handoff.records import Audit, Call, History, Staff, Ticket
from intake.records import Case
from triage.assessment import Urgency

Browsers = Callable[..., Browser]
REASON = "夜間の当直で、電話を受けたため"


def audited(town: Town) -> list[str]:
    with town.sessions() as session:
        return list(session.scalars(select(Audit.action).order_by(Audit.seq)))


def ticket_of(town: Town, name: str) -> Ticket:
    with town.sessions() as session:
        return session.get_one(Ticket, town.case[name])


def claim(town: Town, name: str, who: str) -> None:
    with town.sessions.begin() as session:
        desk.claim(town.office, session, town.case[name], town.staff[who], town.now)


def cases(town: Town) -> None:
    for name, urgency in (("calm", Urgency.NORMAL), ("now", Urgency.EMERGENCY), ("way", Urgency.NORMAL)):
        add_case(town, name, "カナリアの水道", reading("カナリアの水道", {"水道": "lifeline_stop"}, urgency))


def test_a_person_is_added_invited_and_changed(town: Town, browser: Browsers) -> None:
    kato = browser("kato", slack_team="T1")
    assert kato.send_form("/console/people", name="山本", role="worker", desk="").status_code == 422
    made = kato.send_form("/console/people", name="山本　花", role="worker", desk="kodomo")
    assert made.status_code == 303
    here = made.headers["location"]
    shown = kato.send_form(f"{here}/invite").text
    token = re.search(r"/console/invite/([\w-]{43})", shown)
    assert token and token[1] not in kato.get(here).text, "shown once"
    new = browser()
    assert new.post(f"/console/invite/{token[1]}", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert new.get("/console/").status_code == 200 and new.get("/console/people").status_code == 404
    assert kato.send_form(f"{here}/slack", user="やまもと").status_code == 422
    assert kato.send_form(f"{here}/slack", user="U0YAMA").status_code == 303
    assert "U0YAMA" in kato.get(here).text
    assert kato.send_form(f"{here}/change", role="auditor", desk="").status_code == 303
    assert new.get("/console/audit").status_code == 200, "what they may follows at once"
    assert kato.send_form(f"{here}/slack", user="").status_code == 303
    with town.sessions() as session:
        assert session.scalars(select(Identity)).all() == []
    assert [what for what in audited(town) if what.startswith(("staff", "identity"))] == [
        "staff_added", "staff_invited", "identity_linked", "staff_changed", "identity_unlinked",
    ]  # fmt: skip


def test_the_last_manager_stays_and_nobody_changes_themselves(town: Town, browser: Browsers) -> None:
    kato, own = browser("kato"), town.staff["kato"].id
    for wish in (("change", {"role": "intake"}), ("leave", {"after": "leave"})):
        answer = kato.send_form(f"/console/people/{own}/{wish[0]}", **wish[1])
        assert answer.status_code == 422 and "ほかの管理の人" in answer.text
    with town.sessions.begin() as session:
        with pytest.raises(Refused) as refused:
            leaving.hand_over(town.office, session, None, own, {}, town.now)
        assert refused.value.code == "last_manager"
        people.add(town.office, session, None, "二人目", "manager", "", town.now)
        assert leaving.hand_over(town.office, session, None, own, {}, town.now) == 0
    assert kato.get("/console/people").status_code == 303


def test_leaving_needs_a_place_for_every_case(town: Town, browser: Browsers) -> None:
    cases(town)
    tanaka, suzuki = town.staff["tanaka"].id, town.staff["suzuki"].id
    for name in ("calm", "now", "way"):
        claim(town, name, "sato")
    sato = town.staff["sato"].id
    with town.sessions.begin() as session:
        office, who = town.office, town.staff["sato"]
        desk.hand(office, session, town.case["way"], who, "kodomo", "C3", "お願い", "続ける", town.now)
        drafts.save(office, session, town.case["calm"], who, "書きかけ", town.now)
        login.link_identity(session, office.tenant, "slack", "T1:U1", sato)
        row = session.get_one(Ticket, town.case["now"])
        assert calls.open_call(session, row.case_id) is None
    kato, there = browser("kato"), f"/console/people/{sato}/leave"
    page = kato.get(there).text
    assert "T-000" in page and "カナリア" not in page and "水道" not in page
    places = {f"to-{town.case['calm']}": f"staff:{tanaka}", f"to-{town.case['now']}": "desk"}
    assert kato.send_form(there, after="leave", **places).status_code == 409, "one case has no place"
    way = f"to-{town.case['way']}"
    for wrong in ("", "desk", "desk:nowhere", f"staff:{sato}", f"staff:{town.staff['kato'].id}", "staff:x"):
        answer = kato.send_form(there, after="leave", **places, **{way: wrong})
        assert answer.status_code == 422 and "まだ何もかえていません" in answer.text, wrong
    assert {ticket_of(town, name).owner_id for name in town.case} == {sato}
    mine = browser("sato")
    assert kato.send_form(there, after="leave", **places, **{way: f"staff:{suzuki}"}).status_code == 303
    assert mine.get("/console/").status_code == 303
    assert [ticket_of(town, name).owner_id for name in ("calm", "now", "way")] == [tanaka, None, suzuki]
    assert [ticket_of(town, name).state for name in ("calm", "now", "way")] == ["claimed", "received", "handed"]
    with town.sessions() as session:
        left = session.get_one(Staff, sato)
        assert not left.active and left.left_at == town.now
        assert session.scalars(select(ReplyDraft)).all() == [] and session.scalars(select(Identity)).all() == []
        assert session.scalars(select(Call.case_id).where(Call.state == "open")).all() == [town.case["now"]]
        told = session.scalars(select(History.case_id).where(History.what == "passed_on")).all()
        assert sorted(told) == sorted(town.case.values())
    assert kato.get(there).status_code == 404 and "異動・退職" in kato.get("/console/people").text


def test_who_moves_hands_over_first(town: Town, browser: Browsers) -> None:
    cases(town)
    claim(town, "calm", "suzuki")
    kato, own = browser("kato"), town.staff["suzuki"].id
    moved = kato.send_form(f"/console/people/{own}/change", role="worker", desk="kodomo")
    assert moved.status_code == 422 and "1 件" in moved.text
    sent = kato.send_form(f"/console/people/{own}/leave", after="stay", **{f"to-{town.case['calm']}": "desk:kodomo"})
    assert sent.status_code == 303 and ticket_of(town, "calm").owner_desk == "kodomo"
    assert kato.send_form(f"/console/people/{own}/change", role="worker", desk="kodomo").status_code == 303
    assert browser("suzuki").get(f"/console/cases/{town.case['calm']}").status_code == 200
    assert browser("suzuki").get(f"/console/cases/{town.case['now']}").status_code == 404


def test_sign_ins_are_seen_and_ended(town: Town, browser: Browsers) -> None:
    first, second, other, kato = browser("sato"), browser("sato"), browser("suzuki"), browser("kato")
    page = first.get("/console/sessions").text
    assert page.count("この端末を出す") == 1 and "鈴木" not in page
    name = re.search(r'name="which" value="([0-9a-f]{16})"', page)
    assert name
    assert other.send_form("/console/sessions", which=name[1]).status_code == 303, "not theirs: nothing ends"
    assert other.send_form("/console/sessions", which="all", staff=str(town.staff["sato"].id)).status_code == 404
    assert second.get("/console/").status_code == 200
    assert first.send_form("/console/sessions", which=name[1]).status_code == 303
    assert second.get("/console/").status_code == 303 and first.get("/console/").status_code == 200
    third = browser("sato")
    assert first.send_form("/console/sessions", which="all").status_code == 303
    assert third.get("/console/").status_code == 303 and first.get("/console/").status_code == 200
    assert "鈴木" in kato.get("/console/sessions").text
    assert kato.send_form("/console/sessions", which="all", staff=str(town.staff["sato"].id)).status_code == 303
    assert first.get("/console/").status_code == 303 and other.get("/console/").status_code == 200
    with town.sessions() as session:
        ended = session.scalars(select(ConsoleSession).where(ConsoleSession.revoked_at.is_not(None))).all()
        assert len(ended) == 3
    assert audited(town).count("sign_in_ended") == 3


def test_a_case_elsewhere_opens_for_a_reason_only(busy: Town, browser: Browsers) -> None:
    tanaka, case = browser("tanaka"), busy.case["water"]
    with busy.sessions() as session:
        found = {
            item.case_id: item.label for item in view.queue(busy.office, session, busy.staff["sato"], "all", busy.now)
        }
    label = found[case]
    absent = tanaka.get("/console/cases/7").content
    assert tanaka.get(f"/console/cases/{case}").content == absent
    for number, reason in (("x", REASON), (label, "みじかい")):
        assert tanaka.send_form("/console/open-case", number=number, reason=reason).status_code == 422
    nothing = tanaka.send_form("/console/open-case", number="T-9999", reason=REASON)
    assert nothing.status_code == 422 and "開けませんでした" in nothing.text
    opened = tanaka.send_form("/console/open-case", number=label, reason=REASON)
    assert opened.status_code == 303 and opened.headers["location"] == f"/console/cases/{case}"
    assert "水道" in tanaka.get(f"/console/cases/{case}").text
    assert tanaka.send_form("/console/open-case", number=label, reason=REASON).status_code == 303, "costs nothing now"
    with busy.sessions() as session:
        person = login.staff_ref(session, busy.office.tenant, busy.staff["tanaka"].id, busy.now)
        assert person is not None and person.passes == {case}
        seen = {item.case_id for item in view.queue(busy.office, session, person, "open", busy.now)}
        assert case in seen
    assert [draft.purpose for draft in busy.outbox.drafts if draft.purpose == "pass"] == ["pass"]
    mori, kato = browser("mori"), browser("kato")
    assert "1 件 未確認" in kato.get("/console/figures").text and REASON not in kato.get("/console/passes").text
    page = mori.get("/console/passes").text
    assert REASON in page and "水道" not in page
    one = re.search(r"/console/passes/(\d+)/seen", page)
    assert one
    for who in (kato, tanaka):
        assert who.send_form(f"/console/passes/{one[1]}/seen").status_code == 404
    assert mori.send_form(f"/console/passes/{one[1]}/seen").status_code == 303
    assert "未確認" not in mori.get("/console/passes").text
    busy.now += passes.GOOD_MS
    assert browser("tanaka").get(f"/console/cases/{case}").content == absent
    assert {"pass_opened", "pass_missed", "pass_seen"} <= set(audited(busy))


def test_trying_numbers_costs(busy: Town, browser: Browsers) -> None:
    tanaka = browser("tanaka")
    answers = [tanaka.send_form("/console/open-case", number=f"9{n}", reason=REASON) for n in range(passes.TRIES + 2)]
    assert ["開けませんでした" in answer.text for answer in answers] == [True] * passes.TRIES + [False] * 2
    assert "回まで" in answers[-1].text
    busy.now += 3_600_000
    later = browser("tanaka").send_form("/console/open-case", number="91", reason=REASON)
    assert "開けませんでした" in later.text


def test_what_is_erased_or_elsewhere_is_absent(busy: Town) -> None:
    stranger = replace(busy.staff["tanaka"], desk="nowhere")
    with busy.sessions.begin() as session:
        case = session.get_one(Case, busy.case["water"])
        case.erased_at = busy.now
        assert passes.ask(busy.office, session, stranger, str(case.number), REASON, busy.now).case_id is None
        case.erased_at, case.tenant = None, "other"
        session.flush()
        assert passes.ask(busy.office, session, stranger, str(case.number), REASON, busy.now).case_id is None
        assert session.scalars(select(CasePass)).all() == []
        session.rollback()
