"""The test contract, compiled, and a server of it that does what its requests say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from proto.generate import compile_contracts

SERVICE = "library.v1.LibraryService"
_PROTO = Path(__file__).parent / "proto"


def compile_set(folder: Path, scratch: Path, name: str = "library.proto") -> bytes:
    """The descriptor set of one test contract."""
    out = scratch / f"{name}.binpb"
    options = [f"--descriptor_set_out={out}", "--include_imports", "--include_source_info"]
    compile_contracts(folder, [name], options)
    return out.read_bytes()


def compile_library(scratch: Path) -> bytes:
    return compile_set(_PROTO, scratch)


def compile_text(scratch: Path, body: str) -> bytes:
    """The descriptor set of a contract with one service "T", written around the given methods and messages."""
    (scratch / "t.proto").write_text(
        'syntax = "proto3"; package t; import "google/api/annotations.proto";'
        'import "google/protobuf/struct.proto"; import "google/protobuf/timestamp.proto";' + body
    )
    return compile_set(scratch, scratch, "t.proto")


def messages(descriptor_set: bytes) -> Mapping[str, Any]:
    """Classes of google.protobuf for every message of the set, by full name."""
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set).file
    for file in files:
        pool.Add(file)
    return message_factory.GetMessageClassesForFiles([file.name for file in files], pool)


class Library:
    """A gRPC server of the test contract; requests that it saw and calls that were cancelled are kept."""

    def __init__(self, descriptor_set: bytes) -> None:
        self.types = messages(descriptor_set)
        self.requests: list[Any] = []
        self.metadata: list[dict[str, str]] = []
        self.remaining: list[float] = []
        self.attempts = 0
        self.told = 0
        self.refusals_left = 0
        self.cancelled = asyncio.Event()
        self.began = asyncio.Event()
        self.server: grpc.aio.Server | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        self.server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, self._handlers()),))
        servicer = health.aio.HealthServicer()
        await servicer.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, self.server)
        self.port = self.server.add_insecure_port(f"127.0.0.1:{port}")
        await self.server.start()

    async def stop(self) -> None:
        assert self.server is not None
        await self.server.stop(None)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _handlers(self) -> dict[str, grpc.RpcMethodHandler]:
        rpcs = {
            "GetBook": ("GetBookRequest", self._get),
            "FindBooks": ("FindBooksRequest", self._find),
            "CreateBook": ("CreateBookRequest", self._change),
            "UpdateBook": ("UpdateBookRequest", self._change),
            "DeleteBook": ("GetBookRequest", self._nothing),
            "BurnBook": ("GetBookRequest", self._nothing),
            "Echo": ("Everything", self._echo),
            "Act": ("ActRequest", self._act),
        }
        streams = {"Tell": ("TellRequest", self._tell), "ReadBook": ("GetBookRequest", self._read)}
        unary = {name: self._handler(request, answer) for name, (request, answer) in rpcs.items()}
        return unary | {name: self._streamer(request, answer) for name, (request, answer) in streams.items()}

    def _handler(self, request: str, answer: Any) -> grpc.RpcMethodHandler:
        async def handle(message: Any, context: grpc.aio.ServicerContext) -> Any:
            self.attempts += 1
            if self.refusals_left:
                self.refusals_left -= 1
                await context.abort(grpc.StatusCode.UNAVAILABLE, "busy")
            self.requests.append(message)
            self.metadata.append(dict(context.invocation_metadata() or ()))
            self.remaining.append(context.time_remaining())
            return await answer(message, context)

        return grpc.unary_unary_rpc_method_handler(
            handle,
            request_deserializer=self.types[f"library.v1.{request}"].FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    def _streamer(self, request: str, answer: Any) -> grpc.RpcMethodHandler:
        async def handle(message: Any, context: grpc.aio.ServicerContext) -> None:
            self.requests.append(message)
            self.metadata.append(dict(context.invocation_metadata() or ()))
            self.remaining.append(context.time_remaining())
            try:
                await answer(message, context)
            except grpc.aio.AbortError:
                raise
            except BaseException:  # not only CancelledError: to write to a call that is cancelled is an error too
                self.cancelled.set()
                raise

        return grpc.unary_stream_rpc_method_handler(
            handle,
            request_deserializer=self.types[f"library.v1.{request}"].FromString,
            response_serializer=lambda message: message if isinstance(message, bytes) else message.SerializeToString(),
        )

    def _new(self, kind: str, **fields: Any) -> Any:
        return self.types[f"library.v1.{kind}"](**fields)

    async def _get(self, request: Any, _: Any) -> Any:
        return self._new("Book", name=request.name, page_count=request.page)

    async def _find(self, request: Any, _: Any) -> Any:
        return self._new("FindBooksResponse", books=[self._new("Book", title="Emma")], asked=request)

    async def _change(self, request: Any, _: Any) -> Any:
        return request.book

    async def _nothing(self, _request: Any, _: Any) -> Any:
        return self._new("Empty")

    async def _echo(self, request: Any, _: Any) -> Any:
        return request

    async def _act(self, request: Any, context: grpc.aio.ServicerContext) -> Any:
        self.began.set()
        try:
            await asyncio.sleep(request.sleep_s)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        if request.status:
            await context.abort_with_status(rpc_status.to_status(Status.FromString(request.status)))
        if request.code:
            code = next(code for code in grpc.StatusCode if code.value[0] == request.code)
            await context.abort(code, "secret 10.0.0.7:8001")
        return self._new("Empty")

    async def _tell(self, request: Any, context: grpc.aio.ServicerContext) -> None:
        for number in range(request.count):
            await asyncio.sleep(request.sleep_s)
            is_book = number % 2 == 0
            event = {"new_book": self._new("Book", page_count=number)} if is_book else {"note": request.text}
            await context.write(self._new("TellResponse", **event))
            self.told += 1
        if request.raw:
            await context.write(request.raw)
        await self._act(request.then, context)

    async def _read(self, request: Any, context: grpc.aio.ServicerContext) -> None:
        for number in range(1, 4):
            await context.write(self._new("Page", number=number, text=request.name))
