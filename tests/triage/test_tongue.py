"""Which language a text is in, and which texts the models may read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.labels import LANGUAGE_JA
from triage.tongue import Tongue, tongue_of

DATA = Path(__file__).parents[2] / "triage" / "data"
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ一-鿿]")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have no money for food until next week.", "en"),
        ("Tôi không có tiền mua đồ ăn đến tuần sau.", "vi"),
        ("toi khong co tien mua sua cho con", "vi"),
        ("Não consigo pagar o aluguel.", "pt"),
        ("Mi marido me pega y tengo miedo.", "es"),
        ("Wala akong pera pambili ng pagkain", "tl"),
        ("Saya tidak punya uang untuk membeli makanan", "id"),
        ("mero sanga khana kinne paisa chhaina", "ne"),
        ("मसँग खाना किन्ने पैसा छैन", "ne"),
        ("ကျွန်မမှာ စားစရာ ပိုက်ဆံ မရှိပါ။", "my"),
        ("ฉันไม่มีเงินซื้ออาหาร", "th"),
        ("돈이 없어서 밥을 못 먹고 있어요", "ko"),
        ("У мене немає грошей на їжу", "uk"),
        ("我没有钱买吃的", "zh"),
        ("我失業了，付不起房租", "zh"),
        ("你好", "zh"),
        ("Tôi muốn gặp ケアマネ ngày mai", "vi"),
        ("Tôi sống ở 大阪 và không có việc làm", "vi"),
        ("watashi wa okane ga arimasen", "ja"),
        ("xzqw vvk", "und"),
        ("www", "und"),
        ("I LIVE IN 大阪 AND HAVE NO MONEY FOR FOOD", "en"),
        ("I have ADHD 大阪", "en"),
        ("<p>help me please</p>", "en"),
        ("<help me>", "en"),
        ("我妻子生病了", "zh"),
    ],
)
def test_another_language_is_named_and_not_read(text: str, language: str) -> None:
    assert tongue_of(text) == Tongue(language, readable=False, letters=True)


@pytest.mark.parametrize(
    "text",
    ["至急連絡希望", "母入院中", "助", "返信不要", "我慢限界", "父認知症", "精神的虐待", "あ", "ﾀｽｹﾃ", "ﾃﾞﾝｷ ﾄﾒﾗﾚﾏｼﾀ",
     "OKです", "DVです", "PayPay残高ゼロ", "help たすけて", "わたしNGUYENです しごと ありません",
     "子 ADHD 夫 DV 私 PTSD 相談希望", "ADHD、ASD、LDの息子", "母 要介護3 独居 DM HT CKD 在宅", "我孫子市在住 無職",
     "我妻 無職", '<html><body><p class="x">母が倒れました</p></body></html>', "<たすけて>",
     "Hi, what time city hall open Saturday? 土よう日 あいて いますか", "我是中国人です。日本语 あまり わかりません",
     "Tôi không có tiền. すみません、やちんが はらえません。たすけて ください。"],
)  # fmt: skip
def test_japanese_is_read(text: str) -> None:
    assert tongue_of(text) == Tongue("ja", readable=True, letters=True)


@pytest.mark.parametrize("text", ["", " ", "🙏🎉", "？！", "123", "\x00", "\ud800", "https://example.com"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert tongue_of(text) == Tongue("und", readable=False, letters=False)


def test_every_training_message_with_japanese_is_read() -> None:
    texts = [json.loads(line)["text"] for path in DATA.glob("*.jsonl") for line in path.read_bytes().splitlines()]
    japanese = [text for text in texts if JAPANESE.search(text)]
    assert len(japanese) > 6_000
    assert [text for text in japanese if not tongue_of(text).readable] == []


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_text_has_a_tongue(text: str) -> None:
    found = tongue_of(text)
    assert found.language in LANGUAGE_JA or found.language == "und"
    assert not found.readable or found.language == "ja"


@pytest.mark.parametrize("piece", ["ab c", "🙏", "e" + "\u0301" * 40, "\x00", "\ud800", "\n", "a", "我", "ア"])
def test_ten_megabytes_have_a_tongue(piece: str) -> None:
    tongue_of(piece * (10_000_000 // len(piece)))
