"""What tests count: calls that must not happen, and things that must happen once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Numbers since the last reset.

    `duplicate_*`: the same content accepted twice (LINE: same person and same messages within 60 s of clock time;
    Slack: same channel and same non-empty metadata), which a person would have seen twice.
    """

    profile_calls: int = 0
    replies: int = 0
    pushes: int = 0
    line_messages_delivered: int = 0
    line_undelivered: int = 0
    line_refused: int = 0
    retry_key_conflicts: int = 0
    duplicate_line_messages: int = 0
    webhooks_sent: int = 0
    webhook_redeliveries: int = 0
    webhook_failures: int = 0
    slack_posts: int = 0
    slack_updates: int = 0
    slack_ephemerals: int = 0
    slack_views: int = 0
    slack_refused: int = 0
    duplicate_slack_posts: int = 0
    slack_requests_sent: int = 0
    slack_retries: int = 0
    slack_failures: int = 0
    content_reads: int = 0
