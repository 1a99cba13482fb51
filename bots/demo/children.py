"""Processes of the practice town: free ports, starting, waiting until they answer, ending."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import httpx2

from bots.demo.account import DidNotStart

START_SECONDS = 180.0


def ports(port: int) -> tuple[int, int]:
    """The asked port and the next one, else any two free ones."""
    return (port, port + 1) if port and all(_free(each) for each in (port, port + 1)) else (_any(), _any())


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child(arguments: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A Python process with these arguments and exactly this environment."""
    # A session of its own: Ctrl-C reaches only the parent, which then ends the children in order.
    return subprocess.Popen([sys.executable, *arguments], env=dict(environment), start_new_session=True)  # noqa: S603


def wait(url: str, child: subprocess.Popen[bytes], name: str) -> None:
    """Until this address answers. Raises `DidNotStart` when the child ended or the time is over."""
    deadline = time.monotonic() + START_SECONDS
    with httpx2.Client(timeout=2.0, trust_env=False) as client:
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise DidNotStart(f"{name} ended with {child.returncode}")
            if _answers(client, url):
                return
            time.sleep(0.1)  # also after a 503: who asks without a pause slows what it waits for
    raise DidNotStart(f"{name} did not answer within {START_SECONDS:.0f} s")


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx2.HTTPError:
        return False


def stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End those that still run, with 15 s to do it in good order."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
