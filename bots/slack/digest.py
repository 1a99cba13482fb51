"""The morning's digest in Slack: figures and case labels, with a link to the screen. Pure."""

from __future__ import annotations

from bots.slack import blocks
from bots.slack.blocks import Block


def digest_blocks(title: str, lines: tuple[str, ...], console_url: str) -> list[Block]:
    """The message's blocks; `console_url` without a trailing slash, "" for no link."""
    drawn = [blocks.header(title), blocks.section("\n".join(lines))]
    if console_url:
        drawn.append(blocks.linked("くわしくは、", "受付の画面をひらく", f"{console_url}/console/"))
    return drawn
