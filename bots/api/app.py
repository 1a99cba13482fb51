"""The API as an application of its own under `/api/v1`, so that its OpenAPI describes it and nothing else."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bots.api.asking import Api, ApiFault
from bots.api.packet_routes import add_packets
from bots.api.routes import add_routes
from bots.api.shapes import Problem
from bots.parts import Parts

PATH: Final = "/api/v1"
_ABOUT: Final = (
    "取次（Toritsugi）の外部連携。相談の番号・状態と、根拠に合わせて中身をしぼった連絡票、公表した統計を、期限つきの鍵で読みます。"
    "ことば・名前・住所は、連絡票のほかには出ません。呼び出しはすべて監査記録に残ります。"
)
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": words}
    for status, words in (
        (401, "鍵がない"), (403, "鍵にその権限がない"), (404, "見つからない"), (410, "もう渡せない"),
        (422, "正しくない値"), (429, "回数が多すぎる"),
    )
}  # fmt: skip


def make_api(parts: Parts) -> FastAPI:
    """The application over `parts`. Mount it at `PATH`."""
    app = _app()
    app.state.api = Api(parts)
    return app


def described() -> dict[str, Any]:
    """Its OpenAPI description, without a town."""
    return _app().openapi()


def _app() -> FastAPI:
    app = FastAPI(
        title="Toritsugi API", version="1", description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", servers=[{"url": PATH}], root_path_in_servers=False,
    )  # fmt: skip
    router = APIRouter(responses=_PROBLEMS)
    add_routes(router)
    add_packets(router)
    app.include_router(router)
    app.add_exception_handler(ApiFault, _fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _other)
    return app


def _fault(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiFault)
    return _problem(error.status, error.code, error.title, error.headers)


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    names = "、".join(sorted({str(item["loc"][-1])[:40] for item in error.errors()}))
    return _problem(422, "bad_value", f"正しくない値があります: {names}")


def _other(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, "http", "その番地・方法はありません。")


def _problem(status: int, code: str, title: str, headers: dict[str, str] | None = None) -> Response:
    body = Problem(title=title, status=status, code=code).model_dump()
    always = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(body, status, always, media_type="application/problem+json")
