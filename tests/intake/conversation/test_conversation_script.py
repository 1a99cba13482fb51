"""The wording rules of the Japanese scripts (domain sheet §3.6, §3.7; conversations.md §0)."""

from __future__ import annotations

import copy
import re
import tomllib
import unicodedata
from importlib.resources import files

import pytest

from bots.line.limits import graphemes
from intake.conversation.flow import QUESTIONS
from intake.conversation.script import Ask, Bubble, ScriptError, load, read

SENSITIVE = (
    "死",
    "自殺",
    "虐待",
    "暴力",
    "DV",
    "危",
    "あぶな",
    "緊急",
    "借金",
    "生活保護",
    "相談",
    "通報",
    "助け",
    "病",
    "障害",
    "悩み",
)
JAPANESE = ("ja", "ja-easy")
"""The rules of the other languages: test_conversation_tongues.py."""
FORBIDDEN = ("必ず秘密", "秘密は守", "頑張", "がんばって", "対象外", "べきです", "診断", "してあげ", "わたしは", "私は")
SAID_BY_THE_CALLER = {"delete_asked", "receipt_again"}
"""Through `intake.conversation.extra.bubble`, where carrying out an effect turned out otherwise."""
_READING = re.compile(r"\([ぁ-んァ-ヶー]+\)")
_SERVICES = re.compile(r"NET119|110番アプリ", re.IGNORECASE)
"""Names of services for people who cannot speak on the telephone, not numbers to call."""
_TWICE = re.compile(
    r"(?:な(?:い|く)|ず)(?:こと|わけ|もの|に)?(?:は|で|も)?(?:いられ)?(?:ない|ありません|いません|ではない)"
)
"""二重否定: a sentence that takes back its own no."""
_PLACE = re.compile(r"\{[a-z]+\}")
Entry = tuple[str, Bubble | Ask]


def entries(language: str) -> list[Entry]:
    script = load(language)
    return [(f"say.{key}", bubble) for key, bubble in script.say.items()] + [
        (f"ask.{key}", ask) for key, ask in script.ask.items()
    ]


ALL = [pytest.param(language, text, id=f"{language}-{key}") for language in JAPANESE for key, text in entries(language)]


def sentences(text: str) -> list[str]:
    plain = _PLACE.sub("", _READING.sub("", text))
    return [part.strip() for part in re.split(r"[。\n]", plain) if part.strip()]


@pytest.mark.parametrize(("language", "entry"), ALL)
def test_bubbles_are_short_and_plain(language: str, entry: Bubble | Ask) -> None:
    numbered = isinstance(entry, Ask) and len(entry.choices) > 1
    assert len(entry.text.split("\n")) + numbered <= 5
    for sentence in sentences(entry.text):
        assert len(sentence) <= 60, sentence
        if language == "ja-easy":
            assert sum("CJK UNIFIED" in unicodedata.name(char, "") for char in sentence) <= 13, sentence
            assert len(sentence) <= 40, sentence
    assert not any(word in entry.text for word in FORBIDDEN)


@pytest.mark.parametrize(("language", "entry"), ALL)
def test_nothing_is_denied_twice(language: str, entry: Bubble | Ask) -> None:
    for sentence in sentences(entry.text):
        assert not _TWICE.search(sentence), sentence


@pytest.mark.parametrize(
    "sentence", ["行けないことはありません", "言わないわけではない", "送らずにはいられない", "できなくはない"]
)
def test_what_is_denied_twice_is_seen(sentence: str) -> None:
    assert _TWICE.search(sentence)


@pytest.mark.parametrize(("language", "entry"), ALL)
def test_numbers_and_dates_come_from_the_pack_only(language: str, entry: Bubble | Ask) -> None:
    text = _SERVICES.sub("", unicodedata.normalize("NFKC", entry.text))
    assert not re.search(r"\d{3,}|\d+[月日時:-]|\d+ ?営業日", text)


@pytest.mark.parametrize(("language", "entry"), ALL)
def test_the_first_line_may_be_seen_by_anybody(language: str, entry: Bubble | Ask) -> None:
    first = _READING.sub("", entry.text.split("\n")[0])
    assert not any(word in first for word in SENSITIVE), first


@pytest.mark.parametrize("language", JAPANESE)
def test_choices_are_few_and_their_labels_fit(language: str) -> None:
    script = load(language)
    for key, ask in script.ask.items():
        toggle = QUESTIONS[key].toggle
        assert len(ask.choices) <= (17 if toggle else 10 if key == "language" else 5)
        assert len(sentences(ask.short)) <= (2 if toggle or key in {"guard", "again", "again_words"} else 1)
        # 「✓ 」 comes before a mark that is on.
        assert all(len(graphemes(wordings[0])) <= 18 for wordings in ask.choices.values() if toggle)
        shown = [wordings[0] for wordings in ask.choices.values()]
        assert len(set(shown)) == len(shown)
        if not QUESTIONS[key].skip:
            assert ask.choices
    labels = [wordings[0] for ask in script.ask.values() for wordings in ask.choices.values()]
    for label in [*labels, *script.menu.values(), script.skip]:
        assert 0 < len(graphemes(label)) <= 20, label
    assert all(len(bubble.menu) <= 6 for bubble in script.say.values())


def test_the_languages_say_the_same_things() -> None:
    plain, easy = load("ja"), load("ja-easy")
    assert plain.say.keys() == easy.say.keys() and plain.summary.keys() == easy.summary.keys()
    for key, bubble in plain.say.items():
        other = easy.say[key]
        assert (bubble.menu, bubble.tone, bubble.lasting) == (other.menu, other.tone, other.lasting), key
        assert set(_PLACE.findall(bubble.text)) <= set(_PLACE.findall(other.text)), key
    assert load("xx") is not None and load("xx").language == "ja"


@pytest.mark.parametrize(
    "key", ["small_greet", "small_thanks", "small_hours", "small_office", "receipt", "l_receipt", "greet_more"]
)
@pytest.mark.parametrize("language", JAPANESE)
def test_the_machine_says_that_it_is_one(language: str, key: str) -> None:
    assert "自動" in load(language).say[key].text


def test_a_broken_script_is_refused() -> None:
    good = tomllib.loads(files("intake.conversation").joinpath("script/ja.toml").read_text("utf-8"))
    read(good, "ja")
    for breaker in (
        lambda raw: raw["ask"].pop("who"),
        lambda raw: raw["menu"].pop("quit"),
        lambda raw: raw["say"]["done"].update(menu=["fly"]),
        lambda raw: raw["say"]["done"].update(text="{secret}"),
        lambda raw: raw["say"]["done"].update(text="{ "),
        lambda raw: raw["say"]["done"].update(tone="loud"),
        lambda raw: raw["ask"]["who"]["choices"].pop("self"),
        lambda raw: raw.pop("skip"),
        lambda raw: raw["say"]["done"].pop("text"),
    ):
        raw = copy.deepcopy(good)
        breaker(raw)
        with pytest.raises(ScriptError):
            read(raw, "ja")


def test_no_wording_is_dead_or_missing() -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in files("intake.conversation").iterdir() if path.name.endswith(".py")
    )
    said = load("ja").say.keys()
    named = {key for key in said if f'"{key}"' in source}
    closed = {key for key in said if key.endswith("_closed") and f'"{key.removesuffix("_closed")}"' in source}
    notices = {key for key in said if key.startswith("notice_")}
    made = {key for key in said if key.startswith(("consent_", "feedback_")) or key in {"l_done", "p_done"}}
    assert said == named | closed | notices | made | SAID_BY_THE_CALLER
    asked_for = set(re.findall(r'\.(?:say|say_read|remind)\(\s*"([a-z_]+)"\)', source))
    assert asked_for <= said
