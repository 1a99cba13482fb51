"""How fast and how large the Reader is, beside plain `spacy.load("ja_ginza")` measured in the same run."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final

from triage.reader import Reader

_LENGTHS: Final = (20, 80, 300)
_SOURCE: Final = (
    "82歳の母と二人で暮らしています。先月から物忘れがひどく、夜中に何度も起こされます。私は契約が切れて仕事がなく、"
    "家賃も二か月遅れています。電気を止めるという紙が昨日届きました。母はヘルパーを嫌がり、家に入れてくれません。"
    "役所では、まだ早いと言われて帰されました。弟は障害の手帳を持っていて、作業所をやめてから部屋にこもっています。"
    "食べるものも残り少なく、どこから手をつけていいのか分かりません。今のところ手をあげたりはしていませんが、"
    "もう限界だと思う日があります。近所の人が心配して声をかけてくれますが、"
    "何と答えていいか分からず、居留守を使っています。どうか話だけでも聞いてもらえないでしょうか。"
)
_MESSAGES: Final = 200
_WAIT_S: Final = 300.0


def bench_read(repeats: int = 30) -> dict[str, Any]:
    """Milliseconds a message and MB, each side in a process of its own, one after the other.

    `reader_ms` and `plain_ms`: median of `repeats` for messages of 20, 80 and 300 characters, after one warm-up;
    `ratio`: reader / plain; `batched_ms`: mean over 200 messages by `read_many`; `rss_mb`: peak of our process.
    """
    ours = _child(_reader_side, repeats)
    plain = _child(_plain_side, repeats)
    return {
        "reader_ms": ours["ms"],
        "plain_ms": plain["ms"],
        "ratio": {key: round(ours["ms"][key] / plain["ms"][key], 3) for key in ours["ms"]},
        "batched_ms": ours["batched_ms"],
        "rss_mb": ours["rss_mb"],
        "plain_rss_mb": plain["rss_mb"],
        "repeats": repeats,
    }


def _child(side: Callable[[Connection, int], None], repeats: int) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=side, args=(theirs, repeats), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_WAIT_S):
            raise TimeoutError("the measuring process does not answer")
        found: dict[str, Any] = ours.recv()
        return found
    finally:
        process.terminate()
        process.join()


def _reader_side(pipe: Connection, repeats: int) -> None:
    reader = Reader.load()
    timed = _timed(reader.read, repeats)
    messages = _messages()
    reader.read_many(messages[:16])
    began = time.perf_counter()
    reader.read_many(messages)
    batched = (time.perf_counter() - began) * 1000 / len(messages)
    pipe.send({"ms": timed, "batched_ms": round(batched, 2), "rss_mb": _peak_mb()})


def _plain_side(pipe: Connection, repeats: int) -> None:
    import spacy

    pipe.send({"ms": _timed(spacy.load("ja_ginza"), repeats), "rss_mb": _peak_mb()})


def _timed(read: Callable[[str], object], repeats: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for length in _LENGTHS:
        text = _SOURCE[:length]
        read(text)
        spans = []
        for _ in range(repeats):
            began = time.perf_counter()
            read(text)
            spans.append((time.perf_counter() - began) * 1000)
        found[str(length)] = round(statistics.median(spans), 2)
    return found


def _messages() -> list[str]:
    """Messages of 20 to 140 characters, cut from the source at different places."""
    return [_SOURCE[i % 90 : i % 90 + 20 + (i * 37) % 121] for i in range(_MESSAGES)]


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
