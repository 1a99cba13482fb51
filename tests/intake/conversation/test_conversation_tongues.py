"""Every language says what Japanese says, within LINE's limits, and its words can be typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from conversation_kit import FACTS, OPTIONS, Talk

from bots.line.limits import utf16
from bots.line.render import render
from intake.conversation.flow import QUESTIONS
from intake.conversation.script import LANGUAGES, Ask, Bubble, load, shipped
from intake.conversation.turn import Turn
from intake.conversation.values import AppendText, Followed, Hide, Press, State
from intake.conversation.words import bare, control, fold, is_skip, load_words, merged, numbers, picked, smalltalk

FOREIGN = LANGUAGES[2:]
AUTOMATIC = {
    "en": "automatic", "zh": "自动", "ko": "자동", "vi": "tự động", "pt": "automátic", "ne": "स्वचालित",
    "fil": "awtomatiko", "id": "otomatis",
}  # fmt: skip
SENSITIVE = {
    "en": "suicid|abus|violen|danger|emergenc|poverty|welfare|debt|illness|disab|kill|die|crisis|victim",
    "zh": "自杀|虐待|暴力|家暴|危险|紧急|贫困|低保|救济|债|病|残障|死",
    "ko": "자살|학대|폭력|위험|긴급|가난|빈곤|생활보호|빚|병|장애|죽",
    "vi": "tự tử|bạo hành|bạo lực|nguy hiểm|khẩn cấp|nghèo|trợ cấp|nợ|bệnh|tàn tật|chết",
    "pt": "suic|abus|violên|perigo|emergên|pobre|assistência social|dívida|doen|deficiên|morr|morte",
    "ne": "आत्महत्या|हिंसा|दुर्व्यवहार|जोखिम|खतरा|गरिब|ऋण|बिरामी|अपाङ्ग|मर्",
    "fil": "pagpapakamatay|abuso|karahasan|panganib|nangangan|\\butang|sakit|kapansanan|patay",
    "id": "bunuh diri|kekerasan|KDRT|bahaya|darurat|miskin|utang|sakit|disabilitas|\\bmati\\b",
}
"""What a stranger who sees the first line must not read."""
_PLACE = re.compile(r"\{[a-z]+\}|\[(?:desk|words)\]")
_SERVICES = re.compile(r"NET119|110番アプリ")
_BUTTON = re.compile(r"〔([^〕]+)〕")
_TYPED = {
    "terms": 2, "receipt_short": 1, "l_receipt": 1, "quit": 1, "clean": 1, "consent_given": 1, "lock_no": 1, "large": 1
}  # fmt: skip
"""Bubbles that name words to send, and how many at least."""


def entries(language: str) -> list[tuple[str, Bubble | Ask]]:
    script = load(language)
    return [(f"say.{key}", bubble) for key, bubble in script.say.items()] + [
        (f"ask.{key}", ask) for key, ask in script.ask.items()
    ]


ALL = [pytest.param(name, key, entry, id=f"{name}-{key}") for name in FOREIGN for key, entry in entries(name)]


def japanese(key: str) -> Bubble | Ask:
    return dict(entries("ja"))[key]


def labels(language: str) -> list[str]:
    script = load(language)
    marked = [
        f"✓ {words[0]}" for key, ask in script.ask.items() if QUESTIONS[key].toggle for words in ask.choices.values()
    ]
    plain = [words[0] for ask in script.ask.values() for words in ask.choices.values()]
    return [*plain, *marked, *script.menu.values(), script.skip]


def test_every_language_is_there_and_says_whether_it_was_checked() -> None:
    assert shipped() == LANGUAGES
    assert not any(load(language).checked for language in FOREIGN)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_key_has_drifted_from_japanese(language: str) -> None:
    """When ja.toml gets, loses or changes an entry, this names what the others lack."""
    plain, other = load("ja"), load(language)
    assert plain.say.keys() ^ other.say.keys() == set()
    assert plain.summary.keys() ^ other.summary.keys() == set()
    for key, bubble in plain.say.items():
        theirs = other.say[key]
        assert (theirs.menu, theirs.tone, theirs.lasting) == (bubble.menu, bubble.tone, bubble.lasting), key
    assert {key: ask.tone for key, ask in plain.ask.items()} == {key: ask.tone for key, ask in other.ask.items()}


@pytest.mark.parametrize(("language", "key", "entry"), ALL)
def test_a_text_is_short_complete_and_neutral_at_its_head(language: str, key: str, entry: Bubble | Ask) -> None:
    lines = entry.text.split("\n")
    assert len(lines) + (isinstance(entry, Ask) and len(entry.choices) > 1) <= 5
    assert len(entry.text) <= 500 and all(len(line) <= 110 for line in lines)
    assert sorted(_PLACE.findall(entry.text)) == sorted(_PLACE.findall(japanese(key).text))
    assert not re.search(r"\d{3,}|\d+[:-]\d", _SERVICES.sub("", entry.text))
    assert not re.search(SENSITIVE[language], _PLACE.sub("", lines[0]), re.IGNORECASE), lines[0]
    assert set(_BUTTON.findall(entry.text)) <= set(labels(language))
    assert len(_BUTTON.findall(entry.text)) == len(_BUTTON.findall(japanese(key).text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_into_lines_buttons_and_differ(language: str) -> None:
    for label in labels(language):
        assert 0 < utf16(label) <= 20, label
    for key, ask in load(language).ask.items():
        shown = [fold(words[0]) for words in ask.choices.values()]
        assert len(set(shown)) == len(shown) and all(shown), key
        typed = [fold(word) for words in ask.choices.values() for word in dict.fromkeys(map(fold, words))]
        assert len(set(typed)) == len(typed), (key, [word for word in typed if typed.count(word) > 1])


@pytest.mark.parametrize("language", FOREIGN)
def test_the_machine_says_that_it_is_one(language: str) -> None:
    for key in ("greet_more", "receipt", "receipt_short", "l_receipt", "small_greet", "small_hours", "small_office"):
        assert AUTOMATIC[language] in load(language).say[key].text.casefold(), key


@pytest.mark.parametrize("language", FOREIGN)
def test_the_words_a_text_names_work_when_sent(language: str) -> None:
    script = load(language)
    forgot = script.ask["passphrase"].choices
    for key, least in _TYPED.items():
        named = re.findall(r"“([^”]+)”", script.say[key].text)
        working = [word for word in named if control(word) or picked(word, list(forgot.items()))]
        assert len(working) >= least, key
    assert control(re.findall(r"“([^”]+)”", script.say["clean"].text)[0]) == "hide"
    assert is_skip(script.skip)


@pytest.mark.parametrize("language", FOREIGN)
def test_every_control_word_of_japanese_has_one_here(language: str) -> None:
    script = load(language)
    assert script.control.keys() == set(load_words().control.values())
    for kind, words in script.control.items():
        assert [control(word) for word in words] == [kind] * len(words)
    for kind, phrases in script.smalltalk.items():
        assert [smalltalk(phrase) for phrase in phrases] == [kind] * len(phrases)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Help me!", "danger"), ("xoa di", "delete"), ("XÓA", "delete"), ("xo\u0301a", "delete"),
        ("giup toi", "danger"),
        ("portugues", "language"), ("estou em perigo", "danger"), ("मेटाउनुहोस्", "delete"), ("लुकाउने", "hide"),
        ("살려 주세요", "danger"), ("救命！", "danger"), ("tolong", "danger"), ("saklolo", "danger"),
        ("隐藏", "hide"),
        ("an", None), ("deadline", None), ("I need help with my rent", None), ("मेट", None), ("लुकाउन", None),
    ],
)  # fmt: skip
def test_words_are_read_as_people_type_them(text: str, kind: str | None) -> None:
    assert control(text) == kind


def test_a_word_with_two_meanings_is_refused_and_japanese_wins() -> None:
    lists = {"quit": ["やめる"], "hide": ["かくす"]}
    with pytest.raises(ValueError, match="another language"):
        merged(lists, [{"quit": ["stop"]}, {"hide": ["STOP"]}])
    with pytest.raises(ValueError, match="no such"):
        merged(lists, [{"fly": ["fly"]}])
    assert merged(lists, [{"hide": ["やめる"]}])["やめる"] == "quit"


def test_folding_keeps_what_tells_words_apart() -> None:
    assert fold("मेटाउने") != fold("मटउन") and fold("की") != fold("का")
    assert fold("Xóa") != fold("xoa") and bare(fold("ĐỪNG XÓA")) == "dungxoa"
    assert fold("がぎ") == bare(fold("ガギ"))
    assert [numbers(text) for text in ("1 and 3", "१ र ३", "1과 3", "1 e 3", "1和3")] == [(1, 3)] * 5


@pytest.mark.parametrize("language", FOREIGN)
def test_the_first_screens(language: str) -> None:
    """Greeting, language, invitation, first words, danger question, hiding: all in the language and within limits."""
    talk = Talk(replace(OPTIONS, languages=shipped()))
    said = [talk.do(Followed()).says, talk.do(Press("t1:menu:language:0")).says]
    assert load(language).ask["language"].choices[language][0] in [choice.label for choice in said[-1][-1].choices]
    said.append(talk.do(Press(f"t1:language:{language}:0")).says)
    assert talk.state.language == language and load(language).say["language_set"].text in talk.words
    said.append(talk.do(Press("t1:menu:consult:0")).says)
    words = "Não dá 🙏🏽 \u202eשלום\u202c घर भाडा — “7 {due}”"
    out = talk.do(words)
    said.append(out.says)
    assert AppendText(words) in out.effects
    assert FACTS["receipt"] in talk.words and load(language).ask["safety"].text.split("\n")[0] in talk.words
    said.append(talk.do(load(language).ask["safety"].choices["safe"][0]).says)
    assert dict(talk.state.answers)["safety"] == "safe"
    for says in said:
        assert render(says, FACTS)
    hidden = talk.do(load(language).control["hide"][0])
    assert Hide() in hidden.effects and all(say.tone == "neutral" for say in hidden.says)


@pytest.mark.parametrize("language", FOREIGN)
def test_every_question_can_be_drawn(language: str) -> None:
    for key in QUESTIONS:
        turn = Turn(State(language=language, case=True), replace(OPTIONS, languages=shipped()))
        turn.ask(key)
        assert render(turn.says, FACTS), key
    for key in load(language).say:
        turn = Turn(State(language=language, case=True), OPTIONS)
        turn.say(key)
        assert render(turn.says, FACTS), key
