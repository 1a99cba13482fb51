"""The queue: what is shown to whom, search, the live stream, and that no text ever becomes markup."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

from console_browser import Browser
from console_town import MINUTE, Town, add_case, reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff import desk, login
from handoff.console import queue_pages, words
from handoff.console.draw import make_pages
from handoff.console.feed import Feed, Pulse
from handoff.console.guard import Visit
from handoff.console.marked import visible
from handoff.console.parts import Console
from handoff.console.static_files import Shelf
from handoff.gist import Gists
from handoff.opened import Memory
from handoff.view import version
from triage.assessment import Assessment

Browsers = Callable[..., Browser]
TEXTS = st.text(min_size=1, max_size=120) | st.sampled_from(
    [
        "</mark><script>alert(1)</script>",
        "{{ 7*7 }}",
        "'\"><img src=x onerror=1>",
        "<!--",
        "&lt;b&gt;",
        "]]>",
        "\u202e<b>",
    ]
)


class Shape(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_no_text_becomes_a_tag(town: Town, text: str) -> None:
    pages = make_pages(Shelf())
    source = (
        '{% import "parts/macros.html" as m with context %}'
        '<p title="{{ text|plain }}">{{ text|plain }}</p><div>{{ m.pieces(text|visible) }}</div>'
    )
    shape = Shape(pages.from_string(source).render(text=text))
    assert [tag for tag in shape.tags if tag != "span"] == ["p", "div"]
    shown = "".join(piece.text for piece in visible(text))
    assert shown in shape.text.replace("\r\n", "\n") or "\r" in text
    assert shape.tags.count("span") == sum(piece.odd for piece in visible(text))


def test_hostile_words_are_shown_as_words_on_every_page(town: Town, browser: Browsers) -> None:
    evil = "</bdi><script>alert('x')</script><b onclick=1>{{'y'*9}}\u202etxt"
    add_case(town, "evil", evil, reading(evil, {"<script>": "dv", "onclick": "child"}))
    with town.sessions.begin() as session:
        desk.note(town.office, session, town.case["evil"], town.staff["sato"], evil, town.now)
    client = browser("sato")
    case = f"/console/cases/{town.case['evil']}"
    for page in (client.get("/console/").text, client.get(case).text, client.get(f"{case}/pane").text):
        assert "<script>alert" not in page and "<b onclick" not in page and "yyyyyyyyy" not in page
        assert "\u202e" not in page and "U+202E" in page
    found = client.send_form("/console/search", q="<script>alert('x')", view="open")
    assert "T-0001" in found.text and "<script>alert" not in found.text


def test_the_queue_shows_figures_alarm_and_order(busy: Town, browser: Browsers) -> None:
    page = browser("sato").get("/console/").text
    assert "安全の確認が必要な相談が 1 件あります" in page and "期限を 8分 こえました" in page
    assert page.index("T-0001") < page.index("L-0002") < page.index("T-0006")
    assert "複合 4分野" in page and "記入中" in page and "人の目で" in page
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
    assert "安全の確認が必要" not in browser("sato").get("/console/").text


def test_a_text_in_another_language_stands_in_the_view_for_it(town: Town, browser: Browsers) -> None:
    read = replace(Assessment.unread("language"), language="vi")
    add_case(town, "viet", "Con tôi bị sốt và tôi không có tiền", read)
    add_case(town, "japanese", "電気が止まりそうです", Assessment.unread("timeout"))
    page = browser("sato").get("/console/?view=foreign").text
    assert "Con tôi bị sốt" in page and "電気が止まりそうです" not in page


def test_an_empty_queue_says_so(town: Town, browser: Browsers) -> None:
    client = browser("sato")
    assert "待っている人はいません" in client.get("/console/").text
    assert "ここにはまだありません" in client.get("/console/?view=foreign").text
    assert client.get("/console/?view=nonsense&case=abc").status_code == 200
    assert "見つかりませんでした" in client.send_form("/console/search", q="なにか").text


def test_search_finds_numbers_words_and_desks_of_any_width(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    asked = {"ｌ－０００２": "L-0002", "冷蔵庫": "L-0003", "水道 郵便受け": "L-0002", "福祉まるごと": "T-0001"}
    for query, label in asked.items():
        page = client.send_form("/console/search", q=query, view="open").text
        assert f"<span>{label}</span>" in page, query
    assert "<span>L-0003</span>" not in client.send_form("/console/search", q="水道", view="open").text
    assert 'method="post" action="/console/search"' in client.get("/console/").text


def test_a_refresh_keeps_view_selection_and_query(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    headers = {
        "Sec-Fetch-Site": "same-origin", "HX-Request": "true",
        "HX-Current-URL": f"http://testserver/console/?view=lifeline&case={busy.case['gas']}",
    }  # fmt: skip
    page = client.post("/console/board", data={"csrf": client.csrf, "q": "冷蔵庫"}, headers=headers).text
    assert "ライフライン通報" in page and 'aria-current="true"' in page and "L-0002" not in page
    assert page.count('id="board"') == 1 and 'hx-swap-oob="outerMorph"' in page and "<html" not in page


def test_a_worker_sees_their_own_and_their_desks_cases(busy: Town, browser: Browsers) -> None:
    assert "怒鳴" not in browser("tanaka").get("/console/").text


def test_trouble_shows_states_and_codes(busy: Town, browser: Browsers) -> None:
    page = browser("sato").get("/console/trouble").text
    assert "送信不明" in page and "止めています" in page and "何度か試してやめました" in page and "KeyError" in page
    assert "怒鳴" not in page


def test_figures_for_the_manager_count_the_whole_town(busy: Town, browser: Browsers) -> None:
    page = browser("kato").get("/console/figures").text
    assert "<b>6</b> 件" in page and "怒鳴" not in page


def test_the_stream_tells_changes_and_the_end(busy: Town) -> None:
    parts = busy.parts()
    shelf = Shelf()

    def read() -> Pulse:
        with busy.sessions() as session:
            return Pulse(version(session, "mihon"), 0)

    console = Console(parts, make_pages(shelf), shelf, Feed(read), Memory(), Gists(), {})
    token = busy.token("sato")
    visit = Visit(busy.staff["sato"], token, "")

    async def listen() -> list[str]:
        stream = queue_pages._events(console, visit, 0)
        heard = [await anext(stream), await anext(stream)]
        with busy.sessions.begin() as session:
            desk.claim(busy.office, session, busy.case["dv"], busy.staff["sato"], busy.now)
        heard.append(await anext(stream))
        with busy.sessions.begin() as session:
            login.logout(session, "mihon", token, busy.now)
        async for event in stream:
            heard.append(event)
        return heard

    queue_pages_ping = queue_pages.PING_SECONDS
    queue_pages.PING_SECONDS = 1
    try:
        hello, first, second, *rest = asyncio.run(listen())
    finally:
        queue_pages.PING_SECONDS = queue_pages_ping
    assert hello == ": hello\n\n" and first.startswith("event: version")
    assert any(one.startswith("event: version") and one != first for one in (second, *rest))
    assert rest[-1].startswith("event: ended")
    assert busy.now > MINUTE


def test_every_word_of_the_queue_is_explained_below_it(busy: Town, browser: Browsers) -> None:
    page = browser("sato").get("/console/").text
    below = page.partition('id="glossary"')[2].partition("</details>")[0]
    explained = set(re.split("[　・]", "　".join(re.findall(r"<dt>([^<]+)</dt>", below))))
    figures = re.findall(r"<dt>([^<]+)</dt>", page.partition('class="figures"')[2].partition("</dl>")[0])
    assert len(figures) == 4 and 'href="#glossary"' in page
    said = {*words.VIEW_JA.values(), *figures, *words.IDENTITY_JA.values(), *words.SPEAKER_JA.values()}
    assert said | {"人の目で", "記入中", "期限なし", "練習"} <= explained
