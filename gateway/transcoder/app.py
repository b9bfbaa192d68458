"""The transcoder as an ASGI application: finds the route, reads, calls, answers.

It is plain ASGI because a framework's route costs more than the transcoding (measured: 130-160 us of CPU a request for
a FastAPI route, 50 us for a raw one).
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from protobuf import DescMethod

from gateway.transcoder.binding import Binding
from gateway.transcoder.body import ClientGone, Receive, linger, read_body
from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.forms import accepted_form
from gateway.transcoder.headers import RequestHeaders
from gateway.transcoder.problem import CLIENT_GONE, JSON_HEADER, Problems, Reply, deadline_exceeded
from gateway.transcoder.routes import DuplicateRoute, RouteTable
from gateway.transcoder.rules import UnsupportedAnnotation, rpc_name, rules_of
from gateway.transcoder.stream import Relay, Send
from gateway.transcoder.upstream import Rpc, ServerStream, call_unary

Scope = MutableMapping[str, Any]
ChannelFor = Callable[[str], grpc.aio.Channel | None]
Observe = Callable[[str, int, float, str], None]
"""Is told of every answer: the RPC's full name (empty if there is no route), HTTP status, seconds and request id.

The status of a stream is that of its end: of its error if it failed after it had begun.
"""

CLOSE = (b"connection", b"close")


@dataclass(frozen=True, slots=True)
class TranscoderSettings:
    """What can be chosen."""

    max_body_bytes: int = 4 * 1024 * 1024
    """Largest body that is taken."""
    default_timeout_s: float = 10.0
    """Seconds that a request without Grpc-Timeout may take."""
    max_timeout_s: float = 60.0
    """Most seconds that a request may ask for."""
    keep_alive_s: float = 15.0
    """Seconds without a message after which a stream of events sends a comment."""


@dataclass(frozen=True, slots=True)
class _Route:
    binding: Binding
    call: Rpc
    is_stream: bool

    def __str__(self) -> str:
        return self.binding.rpc


class Transcoder:
    """Serves RPCs over HTTP as their google.api.http options say.

    It must be made inside the event loop that the channels belong to.

    Args:
        descriptor_set: The contracts, as a serialized google.protobuf.FileDescriptorSet with all imports.
        channel_for: Gives the channel of a service by its full name; a service without one is not served.
        settings: What can be chosen.
        observe: Is told of every answer.

    Raises:
        UnsupportedAnnotation: A contract asks for something that is not supported.
    """

    def __init__(
        self,
        descriptor_set: bytes,
        channel_for: ChannelFor,
        settings: TranscoderSettings | None = None,
        observe: Observe | None = None,
    ) -> None:
        contracts = Contracts.load(descriptor_set)
        self._settings = settings or TranscoderSettings()
        self._observe = observe
        self._problems = Problems(contracts)
        self._routes: RouteTable[_Route] = RouteTable()
        for service in contracts.services:
            channel = channel_for(service.type_name)
            if channel is not None:
                for method in service.methods:
                    self._add(contracts, method, channel)

    def _add(self, contracts: Contracts, method: DescMethod, channel: grpc.aio.Channel) -> None:
        rules = rules_of(contracts, method)
        is_stream = method.method_kind == "server_streaming"
        if rules and method.method_kind != "unary" and not is_stream:
            raise UnsupportedAnnotation(rpc_name(method), f"{method.method_kind.replace('_', ' ')} is not supported")
        for rule in rules:
            # Without serializers, so that bytes go in and come out.
            kind: Any = channel.unary_stream if is_stream else channel.unary_unary
            call = kind(f"/{method.parent.type_name}/{method.name}")
            route = _Route(Binding(contracts, method, rule), call, is_stream)
            try:
                self._routes.add(rule.http_method, rule.template, route)
            except DuplicateRoute as error:
                reason = f"{rule.http_method} {rule.template.text} is already taken by {error.other}"
                raise UnsupportedAnnotation(rpc_name(method), reason) from error

    def has_path(self, path: str) -> bool:
        """Whether an RPC has literally this path, with whatever HTTP method."""
        return self._routes.has_literal(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await _close(scope, send)
            return
        started = time.perf_counter()
        headers = RequestHeaders(scope["headers"])
        route: _Route | None = None
        reply: Reply | Relay | None = None
        try:
            route, values = self._routes.find(scope["method"], scope["path"], scope.get("raw_path"))
            reply = await self._answer(route, values, scope, headers, receive)
        except ClientGone:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            reply = self._problems.of(error, route.binding.service if route else "", headers.request_id)
        status = CLIENT_GONE
        if isinstance(reply, Reply):
            await _send(send, reply, headers.request_id, receive)
            status = reply.status
        elif reply is not None:
            status = await reply.send(send, headers.request_id)
        if self._observe is not None:
            rpc = route.binding.rpc if route else ""
            self._observe(rpc, status, time.perf_counter() - started, headers.request_id)

    async def _answer(
        self, route: _Route, values: list[str], scope: Scope, headers: RequestHeaders, receive: Receive
    ) -> Reply | Relay:
        settings = self._settings
        timeout = headers.timeout(settings.default_timeout_s, settings.max_timeout_s)
        deadline = time.perf_counter() + timeout
        if headers.has_body and route.binding.takes_body:
            headers.check_json()
        body = await read_body(receive, headers, settings.max_body_bytes, timeout)
        request = route.binding.wire(values, scope["query_string"], body)
        remaining = deadline - time.perf_counter()
        if remaining <= 0:
            raise deadline_exceeded()
        metadata = (("x-request-id", headers.request_id),)
        if route.is_stream:
            stream = ServerStream(route.call, request, remaining, metadata, receive)
            return await self._begin(route, stream, scope, headers.request_id)
        response = await call_unary(route.call, request, remaining, metadata, receive)
        return Reply(200, route.binding.json(response))

    async def _begin(self, route: _Route, stream: ServerStream, scope: Scope, request_id: str) -> Relay:
        accept = b",".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1")
        problem = partial(self._problems.of, service=route.binding.service, request_id=request_id)
        relay = Relay(stream, route.binding, accepted_form(accept), problem, self._settings.keep_alive_s)
        await relay.begin()
        return relay


async def _send(send: Send, reply: Reply, request_id: str, receive: Receive) -> None:
    headers = [
        JSON_HEADER,
        (b"content-length", b"%d" % len(reply.body)),
        (b"x-request-id", request_id.encode()),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if CLOSE in reply.headers:
        # The answer is complete for its reader, but the server closes the connection only when told that it is.
        await send({"type": "http.response.body", "body": reply.body, "more_body": True})
        await linger(receive)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": reply.body})


async def _close(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000, "reason": "No RPC is served over WebSocket here."})
