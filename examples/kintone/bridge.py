"""An example: hears of events from Toritsugi and keeps one kintone record a case. Copy it and make it yours.

    TORITSUGI_URL, TORITSUGI_TOKEN (scope `cases:read`), TORITSUGI_WEBHOOK_SECRET (`whsec_…`),
    KINTONE_URL (https://example.cybozu.com), KINTONE_APP (a number), KINTONE_TOKEN

    python examples/kintone/bridge.py      # listens on 127.0.0.1:8900, path /toritsugi

The event says only that something happened to a number; what the case is now, is asked for with the token. So an event
that comes twice, late or out of order does no harm. Nothing a person wrote passes through here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import httpx2
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

FIELDS: Mapping[str, str] = {
    "state": "状態", "urgency": "緊急度", "desk": "窓口", "opened_at": "受付日時", "due_at": "期限",
    "closed_at": "終了日時", "area": "市町村",
}  # fmt: skip
"""A field of ours → the field code in the kintone app. The key 番号 must forbid duplicate values."""
KEY = "番号"


def make_bridge(settings: Mapping[str, str]) -> FastAPI:
    """The application; `settings` are the environment variables above. Raises `KeyError` for a missing one."""
    webhook = Webhook(settings["TORITSUGI_WEBHOOK_SECRET"])
    ours = httpx2.Client(
        base_url=settings["TORITSUGI_URL"].rstrip("/"), timeout=10.0,
        headers={"Authorization": f"Bearer {settings['TORITSUGI_TOKEN']}"},
    )  # fmt: skip
    theirs = httpx2.Client(
        base_url=settings["KINTONE_URL"].rstrip("/"), timeout=10.0,
        headers={"X-Cybozu-API-Token": settings["KINTONE_TOKEN"]},
    )  # fmt: skip
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/toritsugi")
    async def heard(request: Request) -> Response:
        try:
            event = webhook.verify(await request.body(), dict(request.headers))
        except (WebhookVerificationError, ValueError):
            return Response(status_code=400)
        number = event.get("data", {}).get("case", "")
        if number:
            file_case(ours, theirs, int(settings["KINTONE_APP"]), number)
        return Response(status_code=204)

    return app


def file_case(ours: httpx2.Client, theirs: httpx2.Client, app: int, number: str) -> None:
    """Read the case as it is now, and insert or update its record. Raises `HTTPStatusError`: we are told again."""
    answer = ours.get(f"/api/v1/cases/{number}")
    if answer.status_code == 404:
        return  # erased, or no business of this token
    body = {"app": app, "upsert": True, "records": [record_of(answer.raise_for_status().json())]}
    # kintone: 複数のレコードを更新する（UPSERT）, cybozu.dev/ja/kintone/docs/rest-api/records/update-records
    theirs.put(
        "/k/v1/records.json", content=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    ).raise_for_status()


def record_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """One record: the number is its key, and a value that is not known yet is left empty."""
    values = {**case, "desk": case["desk"]["name"]}
    return {
        "updateKey": {"field": KEY, "value": case["number"]},
        "record": {code: {"value": values.get(name) or ""} for name, code in FIELDS.items()},
    }


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(make_bridge(os.environ), host="127.0.0.1", port=8900, access_log=False)
