"""A server of one service whose methods a test gives, behind the layers that ship."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import grpc
from grpc_health.v1 import health_pb2_grpc
from prometheus_client import CollectorRegistry, generate_latest
from steward.model.v1.model_service_pb2 import ListModelsRequest as Request
from steward.model.v1.model_service_pb2 import ListModelsResponse as Response

from services.kit import logs
from services.kit.layers import Layer, standard_layers
from services.kit.metrics import ServerMetrics
from services.kit.server import Server

SERVICE = "steward.test.Probe"
SHAPES = {
    "unary": grpc.unary_unary_rpc_method_handler,
    "server_stream": grpc.unary_stream_rpc_method_handler,
    "client_stream": grpc.stream_unary_rpc_method_handler,
    "bidi": grpc.stream_stream_rpc_method_handler,
}


def method(shape: str) -> str:
    return f"/{SERVICE}/{shape}"


def echo(request: Request) -> Response:
    return Response(next_page_token=request.page_token)


class Probe:
    """The running server with a channel to it; one callable per shape of call."""

    def __init__(self, server: Server, channel: grpc.aio.Channel, registry: CollectorRegistry) -> None:
        self.server = server
        self.channel = channel
        self.registry = registry
        self.health = health_pb2_grpc.HealthStub(channel)
        kinds = (channel.unary_unary, channel.unary_stream, channel.stream_unary, channel.stream_stream)
        calls = dict(zip(SHAPES, kinds, strict=True))
        made = {s: call(method(s), Request.SerializeToString, Response.FromString) for s, call in calls.items()}
        self.unary, self.server_stream, self.client_stream, self.bidi = made.values()

    def count(self, shape: str, code: str) -> float:
        """Calls of the shape that ended with the code."""
        labels = {"method": method(shape), "code": code}
        return self.registry.get_sample_value("steward_grpc_handling_seconds_count", labels) or 0

    def in_flight(self, shape: str) -> float:
        """Calls of the shape that are being answered."""
        return self.registry.get_sample_value("steward_grpc_in_flight", {"method": method(shape)}) or 0

    def exposition(self) -> str:
        """The metrics as Prometheus reads them."""
        return generate_latest(self.registry).decode()


@contextlib.asynccontextmanager
async def probe(
    default_deadline_s: float = 30.0, layers: Sequence[Layer] | None = None, **behaviors: Any
) -> AsyncIterator[Probe]:
    """Serves behaviours by the shape of their call: unary, server_stream, client_stream or bidi."""
    registry = CollectorRegistry()
    shipped = standard_layers(ServerMetrics(registry), default_deadline_s)
    server = Server("127.0.0.1:0", shipped if layers is None else layers)
    handlers = {s: SHAPES[s](b, Request.FromString, Response.SerializeToString) for s, b in behaviors.items()}
    server.add_registered_method_handlers(SERVICE, handlers)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield Probe(server, channel, registry)
    await server.drain(0, 0)


async def eventually(condition: Callable[[], Any]) -> None:
    """Waits until the condition holds; the test's own time limit ends a wait in vain."""
    while not condition():
        await asyncio.sleep(0.005)


class LogLines:
    """The JSON lines that the process has logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def of(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.all() if line["message"] == message]


@contextlib.contextmanager
def logged(level: int = logging.INFO) -> Iterator[LogLines]:
    """Collects logs as they ship, without taking pytest's own away."""
    lines = LogLines()
    handler = logging.StreamHandler(lines.stream)
    handler.setFormatter(logs.JsonFormatter())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
