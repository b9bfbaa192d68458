"""Swagger UI and ReDoc, with their scripts from an installed package, so that they work without the internet."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

OPENAPI_PATH = "/openapi.json"
_ASSETS_PATH = "/docs/assets"


def docs_routes(document: dict[str, Any], middleware: Sequence[Middleware] = ()) -> list[BaseRoute]:
    """The routes of the documentation pages and of the document that they show.

    Args:
        document: OpenAPI document; it is printed once, here.
        middleware: What is put around every route.
    """
    printed = orjson.dumps(document)
    title = document["info"]["title"]

    async def openapi(_: Request) -> Response:
        return Response(printed, media_type="application/json")

    async def swagger(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}{OPENAPI_PATH}",
            title=f"{title} - API",
            swagger_js_url=f"{root}{_ASSETS_PATH}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_ASSETS_PATH}/swagger-ui.css",
            swagger_favicon_url=f"{root}{_ASSETS_PATH}/favicon.png",
        )

    async def redoc(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_redoc_html(
            openapi_url=f"{root}{OPENAPI_PATH}",
            title=f"{title} - API",
            redoc_js_url=f"{root}{_ASSETS_PATH}/redoc.standalone.js",
            redoc_favicon_url=f"{root}{_ASSETS_PATH}/favicon.png",
            with_google_fonts=False,
        )

    return [
        Route(OPENAPI_PATH, openapi, middleware=middleware),
        Route("/docs", swagger, middleware=middleware),
        Route("/redoc", redoc, middleware=middleware),
        Mount(_ASSETS_PATH, StaticFiles(directory=_assets()), middleware=middleware),
    ]


def _assets() -> Path:
    """The folder with the pages' scripts; fastapi-offline ships those of swagger-ui-dist and redoc."""
    return Path(str(files("fastapi_offline"))) / "static"
