"""The gateway's HTTP application: its few own routes first, and whatever they do not take goes to the transcoder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.channels import Channels
from gateway.docs.openapi import openapi_document
from gateway.docs.pages import docs_routes
from gateway.health import HealthMonitor
from gateway.openai import openai_routes
from gateway.own_routes import REQUEST_ID, problem_response
from gateway.transcoder import Contracts, Observe, Problems, Transcoder, TranscoderSettings

FanOuts = Callable[[Channels], AbstractAsyncContextManager[Mapping[str, str]]]
"""Serves fan-outs over the given channels while it is entered, and gives their services with their targets."""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What can be chosen."""

    targets: Mapping[str, str] = field(default_factory=dict)
    """gRPC targets such as "localhost:8001", by full names of services; services without one are not served."""
    transcoder: TranscoderSettings = field(default_factory=TranscoderSettings)
    """Limits of requests."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call, or "*"; none by default."""
    serve_docs: bool = True
    """Whether the documentation pages and the OpenAPI document are served."""
    version: str = "0.1.0"
    """Version that the OpenAPI document tells."""


class GatewayApp(FastAPI):
    """A FastAPI application that hands requests for RPCs with a fixed path straight to the transcoder.

    Middleware that was added to the application is around them too; FastAPI's own layers and the search through its
    routes are not: they took 50-70 us of CPU a request, of 300 in all.
    """

    _direct: ASGIApp | None = None

    def serve(self, transcoder: Transcoder) -> None:
        """Starts to serve RPCs. Routes of the application come first for every path that is not literally an RPC's."""
        # The router asks `default` after all its routes, so routes that are added later come first too.
        self.router.default = transcoder
        self._transcoder = transcoder
        direct: ASGIApp = transcoder
        for middleware, args, kwargs in reversed(self.user_middleware):
            direct = middleware(direct, *args, **kwargs)
        self._direct = direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if self._direct is not None and scope["type"] == "http" and self._transcoder.has_path(scope["path"]):
            await self._direct(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: AppSettings, descriptor_set: bytes, fan_outs: FanOuts | None = None, observe: Observe | None = None
) -> GatewayApp:
    """Makes the application. Channels and transcoder are made when it starts, inside its event loop.

    Args:
        settings: What can be chosen.
        descriptor_set: The contracts, with comments.
        fan_outs: Entered once the channels are open; its services are served like any other.
        observe: Is told of every answer of the transcoder.
    """
    problems = Problems(Contracts.load(descriptor_set))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            channels = await stack.enter_async_context(Channels())
            await channels.connect(settings.targets)
            if fan_outs is not None:
                await channels.connect(await stack.enter_async_context(fan_outs(channels)))
            monitor = await stack.enter_async_context(HealthMonitor(channels.services))
            app.serve(Transcoder(descriptor_set, channels.get, settings.transcoder, observe))
            app.router.routes += [
                *_own_routes(settings, descriptor_set, channels, monitor),
                *openai_routes(channels.get, problems, settings.transcoder, observe),
            ]
            yield

    app = GatewayApp(title="Steward", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.add_exception_handler(HTTPException, problem_response(problems))
    app.add_exception_handler(Exception, problem_response(problems))
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-Id", "Retry-After"],
        )
    return app


def _own_routes(
    settings: AppSettings, descriptor_set: bytes, channels: Channels, monitor: HealthMonitor
) -> list[BaseRoute]:
    async def welcome(_: Request) -> Response:
        docs = {"docs": "/docs", "openapi": "/openapi.json"} if settings.serve_docs else {}
        return JSONResponse({"message": "Welcome to Steward", **docs, "health": "/health"})

    async def health(request: Request) -> Response:
        report = await monitor.report()
        if getattr(request.app.state, "draining", False):
            # Balancers go by the status code: what is asked now is still answered, but no more should be sent.
            return JSONResponse({**report, "status": "NOT_SERVING"}, 503)
        return JSONResponse(report)

    routes: list[BaseRoute] = [
        Route("/", welcome, middleware=[REQUEST_ID]),
        Route("/health", health, middleware=[REQUEST_ID]),
    ]
    if settings.serve_docs:
        routes += docs_routes(openapi_document(descriptor_set, settings.version, channels.services), [REQUEST_ID])
    return routes
