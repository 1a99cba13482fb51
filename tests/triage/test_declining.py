"""Who declines help: named only where the words name one person, and never the writer for somebody else."""

from __future__ import annotations

import pytest

from triage.declining import declining
from triage.reader import Reader


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("母です。50代の息子がひきこもりです。息子は役所の世話にはならないと言って、戸を開けてくれません", "息子"),
        ("父が頑としてヘルパーを断ります。母も弱ってきました", "父"),
        ("弟が訪問を嫌がり、支援はいらないと言っています。母も疲れています", "弟"),
        ("祖母は「まだ早い」と言って、介護のサービスを断り続けています", "祖母"),
        ("ほっといてください。役所の世話にはなりたくないです", "本人"),
        ("母は心配していますが、私は支援を受けたくないです。訪問は断ります", "本人"),
        ("民生委員です。ごみがたまったお宅ですが、本人が支援を拒んでいます", "本人"),
        ("隣のおばあさんは、民生委員の訪問を断っているそうです", "本人"),
        ("私は八十四、せがれは五十六です。家内も弱っています。ヘルパーの訪問は嫌がって断ります", ""),
        ("娘が勧めても、父はデイサービスを断っています", ""),
    ],
)
def test_who_declines(reader: Reader, text: str, who: str) -> None:
    found = reader.read(text)
    assert found.refuses_support, "the sentence is no test of this while the refusal is not read"
    assert declining(text, found) == who


@pytest.mark.parametrize("text", ["母の物忘れがひどいです", "息子は喜んでヘルパーさんを受け入れています"])
def test_nobody_declines(reader: Reader, text: str) -> None:
    assert declining(text, reader.read(text)) == ""
