"""A gRPC server with Steward's layers, true health, reflection and a drain that loses no reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as aio_health
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.reflection import aio as aio_reflection

from services.kit.layers import Layer
from services.kit.rpc import wrap

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""Largest message taken or sent: a batch of 20,000 predictions is about 3 MB."""

_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),  # a second process on the port must fail, not share it
    # Clients may ping every 10 s, also without a call, so that they notice a dead server (clients/python does).
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
)
_HANDLERS: Mapping[bool, Callable[..., grpc.RpcMethodHandler[Any, Any]]] = {
    False: grpc.unary_unary_rpc_method_handler,
    True: grpc.unary_stream_rpc_method_handler,
}
"""What makes a handler, by whether responses are streamed."""
_WATCH_NOTICE_S = 0.05
"""Time in which those who watch health hear that it has turned."""
_HEALTH = "grpc.health.v1.Health"
_REFLECTION = reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"].full_name


Behavior = Callable[[Any, Any], Awaitable[Message | bytes] | AsyncIterator[Message | bytes]]
"""Answers a request message, given the call's context, with a response message or its serialized bytes.

For an RPC that streams its responses it is an asynchronous generator of them.
"""


class _Health(aio_health.HealthServicer):
    """Health whose watches end when the server drains; grpc's own would keep it waiting for its whole grace."""

    def __init__(self) -> None:
        super().__init__()
        self._watches: set[asyncio.Task[None]] = set()

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: N802
        watch = asyncio.ensure_future(super().Watch(request, context))
        self._watches.add(watch)
        try:
            await asyncio.wait([watch])
        finally:
            self._watches.discard(watch)
            watch.cancel()

    def end_watches(self) -> None:
        """Ends every watch; its caller sees the stream end."""
        for watch in self._watches:
            watch.cancel()


class Server:
    """A gRPC server of one process.

    Services start as NOT_SERVING; whoever owns them says when they can answer. Generated ``add_…Servicer_to_server``
    functions take it for a ``grpc.aio.Server``.

    Args:
        listen: Address to listen on, "host:port"; port 0 picks a free one.
        layers: What happens around every call, the outermost first.
    """

    def __init__(self, listen: str, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._handlers: dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]] = {}
        self._server: grpc.aio.Server | None = None
        self._health = _Health()
        self._listen = listen
        self.port = 0
        """The port that is listened on, once started."""
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self)

    def add(self, service: ServiceDescriptor, behaviors: Mapping[str, Behavior]) -> None:
        """Adds a service whose calls have one request each.

        Args:
            service: The service.
            behaviors: What answers each of its methods, by name.
        """
        self.add_registered_method_handlers(
            service.full_name,
            {
                method.name: _HANDLERS[method.server_streaming](
                    behaviors[method.name],
                    request_deserializer=GetMessageClass(method.input_type).FromString,
                    response_serializer=_serialize,
                )
                for method in service.methods
            },
        )

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Ignored: generated code registers each handler by name too."""

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """Adds a service.

        Args:
            service: Full name, "package.Service".
            handlers: Handlers by method name.
        """
        self._handlers[service] = {
            name: wrap(handler, f"/{service}/{name}", self._layers) for name, handler in handlers.items()
        }

    @property
    def services(self) -> tuple[str, ...]:
        """Full names of the services whose health is told, in the order in which they were added."""
        return tuple(name for name in self._handlers if name not in (_HEALTH, _REFLECTION))

    @property
    def target(self) -> str:
        """GRPC target of the server for clients on the same machine, once started."""
        host = self._listen.rpartition(":")[0]
        return f"{'localhost' if host in ('0.0.0.0', '[::]', '') else host}:{self.port}"

    async def start(self) -> None:
        """Listens; health tells NOT_SERVING until `set_serving`.

        Raises:
            OSError: The address cannot be listened on.
        """
        servicer = aio_reflection.ReflectionServicer([*self._handlers, _REFLECTION])
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, self)
        for service in ("", *self.services):
            await self.set_serving(service, serving=False)
        server = grpc.aio.server(options=_OPTIONS)
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(name, handlers) for name, handlers in self._handlers.items()]
        )
        try:
            self.port = server.add_insecure_port(self._listen)
        except RuntimeError as error:
            raise OSError(f"Cannot listen on {self._listen}: is another process using the port?") from error
        await server.start()
        self._server = server

    async def set_serving(self, service: str, *, serving: bool) -> None:
        """Tells whether a service can answer; "" stands for the whole process."""
        status = health_pb2.HealthCheckResponse
        await self._health.set(service, status.SERVING if serving else status.NOT_SERVING)

    async def drain(self, notice_s: float, grace_s: float) -> None:
        """Stops without losing a reply.

        Health turns NOT_SERVING first, and for ``notice_s`` new calls are still answered, so that balancers can turn
        away. Then no new call is taken, and those in flight get ``grace_s`` to finish.
        """
        await self._health.enter_graceful_shutdown()
        await asyncio.sleep(max(notice_s, _WATCH_NOTICE_S))
        self._health.end_watches()
        if self._server:
            await self._server.stop(grace_s)


def _serialize(response: Message | bytes) -> bytes:
    return response if isinstance(response, bytes) else response.SerializeToString()
