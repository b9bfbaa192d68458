"""What the gateway's own routes share with the transcoder's: the request id and the form of errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.transcoder import Problems, Reply
from gateway.transcoder.errors import MethodNotAllowed, RouteNotFound
from gateway.transcoder.problem import JSON_HEADER
from services.kit.logs import usable_request_id

_LOG = logging.getLogger(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


class RequestIdMiddleware:
    """Returns the request id as a header of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        own_id = usable_request_id(Headers(scope=scope).get("x-request-id", "")).encode()

        async def send_with_id(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", own_id)]
            await send(message)

        await self._app(scope, receive, send_with_id)


REQUEST_ID = Middleware(RequestIdMiddleware)
"""For every route that is not the transcoder's, which does it by itself."""


def problem_response(problems: Problems) -> Handler:
    """An exception handler that answers in the one form of errors."""

    async def handle(request: Request, error: Exception) -> Response:
        own_id = usable_request_id(request.headers.get("x-request-id", ""))
        reply = _reply(problems, request, error, own_id)
        response = Response(reply.body, reply.status)
        response.raw_headers += [JSON_HEADER, *reply.headers, (b"x-request-id", own_id.encode())]
        return response

    return handle


def _reply(problems: Problems, request: Request, error: Exception, own_id: str) -> Reply:
    if isinstance(error, HTTPException) and error.status_code == RouteNotFound.http_status:
        return problems.of_error(RouteNotFound(request.url.path))
    if isinstance(error, HTTPException) and error.status_code == MethodNotAllowed.http_status:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD").split(", ")
        return problems.of_error(MethodNotAllowed(request.method, sorted(allowed)))
    _LOG.error("A request failed in a way that was not foreseen.", exc_info=error, extra={"request_id": own_id})
    return problems.internal(own_id)
