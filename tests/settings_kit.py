"""What the fixtures of all rooms are made of: both kinds of database, and the settings of a practice town."""

from __future__ import annotations

from pathlib import Path

from bots.settings import Settings, load

DATABASES = ("sqlite", "postgresql")


def practice_settings(folder: Path, database_url: str, **more: object) -> Settings:
    """Settings of one town, `mihon`, with LINE and Slack at a simulator that need not run."""
    base = "http://127.0.0.1:9"
    values: dict[str, object] = {
        "data_dir": folder / "data",
        "keys_dir": folder / "keys",
        "database_url": database_url,
        "tenants": {
            "mihon": {
                "undo_seconds": 0,  # answers leave at once; what waits is asked for where it is meant
                "line": {
                    "channel_secret": "demo-line-secret-0000",
                    "access_token": "demo-line-token-00000",
                    "api_base": f"{base}/line-api",
                },
                "slack": {
                    "team_id": "T0MIHON",
                    "channel": "C0MADOGUCHI",
                    "bot_token": "demo-slack-token-0000",
                    "signing_secret": "demo-slack-secret-000",
                    "api_base": f"{base}/slack-api/",
                },
            }
        },
    }
    return load(**(values | more))
