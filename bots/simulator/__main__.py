"""`python -m bots.simulator`: settings as one JSON object in TORITSUGI_SIMULATOR, so that no secret stands in `ps`."""

from __future__ import annotations

import logging
import os
import sys

import uvicorn

from bots.simulator.app import create_app
from bots.simulator.settings import SettingsError, SimulatorSettings

VARIABLE = "TORITSUGI_SIMULATOR"


def _not_ordered(record: logging.LogRecord) -> bool:
    """Drop the server's complaint about an answer that broke off because a trouble button ordered it."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__name__ != "LocalProtocolError"


def main() -> int:
    """Serve until interrupted; 2 when the settings cannot be used."""
    try:
        settings = SimulatorSettings.from_json(os.environ.pop(VARIABLE, ""))
    except SettingsError as error:
        sys.stderr.write(f"{VARIABLE}: {error}\n")
        return 2
    logging.getLogger("uvicorn.error").addFilter(_not_ordered)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
