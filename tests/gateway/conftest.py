"""A real gRPC server of the test contract, a transcoder before it, and clients with and without a real HTTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import grpc
import httpx
import pytest
import uvicorn

from gateway.channels import Channels
from gateway.transcoder import Transcoder, TranscoderSettings
from proto.generate import service_config
from tests.gateway.library import SERVICE, Library, compile_library


@pytest.fixture(scope="session")
def library_set(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return compile_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
async def library(library_set: bytes) -> AsyncIterator[Library]:
    server = Library(library_set)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def channels(library_set: bytes, library: Library) -> AsyncIterator[Channels]:
    async with Channels(service_config(library_set)) as channels:
        await channels.connect({SERVICE: library.target})
        yield channels


@pytest.fixture
def observed() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def settings() -> TranscoderSettings:
    return TranscoderSettings(max_body_bytes=100_000, default_timeout_s=5, max_timeout_s=20)


@pytest.fixture
def transcoder(
    library_set: bytes, channels: Channels, settings: TranscoderSettings, observed: list[tuple[str, int]]
) -> Transcoder:
    def observe(rpc: str, status: int, seconds: float, request_id: str) -> None:
        assert seconds > 0
        assert request_id
        observed.append((rpc, status))

    return Transcoder(library_set, channels.get, settings, observe)


@pytest.fixture
async def client(transcoder: Transcoder) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(transcoder)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge", timeout=30) as client:
        yield client


@asynccontextmanager
async def serving(app: Callable) -> AsyncIterator[int]:
    """Serves an ASGI application on a free port with uvicorn."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_config=None, lifespan="auto", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield port
        server.should_exit = True
        await task


@pytest.fixture
async def port(transcoder: Transcoder) -> AsyncIterator[int]:
    async with serving(transcoder) as port:
        yield port


@pytest.fixture
def silent_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
async def idle_channel() -> AsyncIterator[grpc.aio.Channel]:
    async with grpc.aio.insecure_channel("127.0.0.1:1") as channel:
        yield channel
