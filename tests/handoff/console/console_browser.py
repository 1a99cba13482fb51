"""A browser without a screen, for the console's tests."""

from __future__ import annotations

import httpx2
from starlette.testclient import TestClient


class Browser(TestClient):
    """A test client that posts as our own pages do: with the form token and `Sec-Fetch-Site`."""

    csrf = ""

    def send_form(self, url: str, **fields: str) -> httpx2.Response:
        """Post a form of a page of ours, without following the redirect."""
        return self.post(url, data={"csrf": self.csrf, **fields}, headers={"Sec-Fetch-Site": "same-origin"})
