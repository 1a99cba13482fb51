"""Chinese or Japanese? Han without kana is a Japanese memo (至急連絡希望) as often as a Chinese message."""

from __future__ import annotations

import re
from typing import Final

_ALIKE: Final = re.compile(
    r"我慢|怪我|自我|我家|我孫子|我妻(?!子)|我流|無我|其他|目的|的確|的中|精神的|身体的|経済的|終了|完了|了解|了承|修了|是非|是正"
)
_CHINESE: Final = re.compile(
    r"[我你您她们們吗嗎呢吧这這很哪怎帮幫没么麼嘛啊咱俩啥谁妳孩]|的(?:人|时|時|钱|錢|老|孩|$)|了(?=[,，、。!！?？]|$)"
    r"|不(?:到|会|會|起|敢|想|是|了|知道|好|肯)|是(?:不|什|谁)|想(?:死|去|要|不|问|問)|有(?:人|没|沒)|什么|什麼|可以|商量|找人|现在|因为"
)
_WHOLE: Final = frozenset({"救命", "救命啊", "你好", "您好", "谢谢", "謝謝", "需要翻譯", "中文", "普通話"})
_ENDS: Final = re.compile(r"[!！。.~〜]+$")
_MARKS: Final = re.compile(r"[\u3400-\u9fff]")


def looks_chinese(text: str, kana: int, han: int) -> bool:
    """Whether text with `han` Han characters and `kana` kana reads as Chinese. Looks at its first 400 Han characters.

    Characters that Japanese or Chinese encodings lack, and words of either grammar, are counted against each other;
    a tie is Japanese, for here short notes are.
    """
    if kana * 5 > han or not han:
        return False
    plain = _ALIKE.sub("", "".join(text.split()))[:600]
    if _ENDS.sub("", plain) in _WHOLE:
        return True
    chars = _MARKS.findall(plain)[:400]
    chinese = sum(not _in(char, "cp932") for char in chars) + len(_CHINESE.findall(plain))
    japanese = sum(not _in(char, "gb2312") and not _in(char, "big5") for char in chars if _in(char, "cp932"))
    return chinese > japanese + kana


def _in(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
