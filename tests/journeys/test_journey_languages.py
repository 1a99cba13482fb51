"""Every language: chosen on LINE and on our own page, its first screens are in that language and fit a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_stage import Stage, a_stage
from journey_web import look_over, refused_none, visitor

from bots.web import texts
from intake.conversation.script import load

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
TONGUES = {
    "ja-easy": ("easy", "ja", "おかねが ありません。しごとも ありません。"),
    "ja": ("parent", "ja", "家賃が払えません。仕事もなくなりました。"),
    "en": ("carer", "en", "I lost my job and cannot pay the rent this month."),
    "zh": ("recluse", "zh", "我失业了，这个月付不起房租。"),
    "ko": ("disability", "ko", "일자리를 잃어서 이번 달 집세를 낼 수 없어요."),
    "vi": ("vietnamese", "vi", "Tôi bị mất việc và không trả được tiền nhà tháng này."),
    "pt": ("single_father", "pt", "Perdi o emprego e não consigo pagar o aluguel deste mês."),
    "ne": ("debt", "ne", "मेरो काम छुट्यो र यो महिना घरभाडा तिर्न सकिनँ।"),
    "fil": ("newborn", "fil", "Nawalan ako ng trabaho at hindi ko mabayaran ang upa."),
    "id": ("office", "id", "Saya kehilangan pekerjaan dan tidak bisa membayar sewa."),
}
"""language → whose telephone, the page's `lang`, the first words."""
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(hour=TUESDAY) as running:
        yield running
        refused_none(running)


def head(text: str) -> str:
    """The first words of a wording, up to where something is filled in."""
    return text.partition("{")[0].strip().split("\n")[0]


@pytest.mark.parametrize("language", TONGUES)
def test_line_speaks_the_language_from_the_choice_to_the_safety_question(stage, language):
    person, _, story = TONGUES[language]
    script, ja = load(language), load("ja")
    name = ja.ask["language"].choices[{"ja": "plain", "ja-easy": "easy"}.get(language, language)][0]
    phone = stage.phone(person).take()
    phone.presses(ja.menu["language"]).sees(head(ja.ask["language"].text))
    phone.presses(name).sees(head(script.say["language_set"].text), head(script.say["invite"].text))
    phone.says(story).sees(head(script.say["receipt"].text), head(script.ask["safety"].text))
    safe = script.ask["safety"].choices["safe"][0]
    assert safe in phone.buttons()
    wide = stage.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    stage.shot(f"tongue-{language}")
    phone.presses(safe).sees(head(script.ask["identity"].text))


@pytest.mark.parametrize("language", TONGUES)
def test_our_own_page_speaks_it_too(stage, language):
    _, tag, story = TONGUES[language]
    words, script = texts.texts(language), load(language)
    with visitor(stage.page.context.browser) as page:
        page.goto(f"{stage.desk.home}/soudan")
        page.select_option("#lang", language)
        page.get_by_role("button", name="えらぶ").click()
        page.get_by_role("heading", name=words["first_title"], exact=True).wait_for()
        assert page.locator("html").get_attribute("lang") == tag == texts.tag(language)
        assert language.startswith("ja") or "平日" not in page.content()
        look_over(page, f"page-{language}")
        page.fill("#text", story)
        page.get_by_role("button", name=words["send"], exact=True).click()
        page.wait_for_url("**/talk")
        page.locator("#present", has_text=head(script.ask["safety"].text)).wait_for()
        assert page.locator("html").get_attribute("lang") == tag
        page.get_by_role("button", name=script.ask["safety"].choices["safe"][0], exact=True).wait_for()
        assert "1\N{NO-BREAK SPACE}" not in page.inner_text("#present"), "buttons are always there"
        look_over(page, f"page-talk-{language}")
