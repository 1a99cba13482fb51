"""Runs a module of the product at another hour: `python at_hour.py 2026-11-23T19:00+09:00 bots up`.

The product has no clock to be set from outside; the whole process is taken there instead, and its time goes on.
"""

from __future__ import annotations

import runpy
import sys
from datetime import datetime

import time_machine

if __name__ == "__main__":
    hour, module, *rest = sys.argv[1:]
    sys.argv = [module, *rest]
    with time_machine.travel(datetime.fromisoformat(hour), tick=True):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
