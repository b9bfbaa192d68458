"""The OpenAI-compatible face on a real HTTP server, before a GenerationService on a real gRPC server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import httpx
import openai
import pytest
from starlette.applications import Starlette

from gateway.openai import openai_routes
from gateway.transcoder import Contracts, Problems, TranscoderSettings
from services.kit.contracts import descriptor_set_bytes
from tests.gateway.conftest import serving
from tests.gateway.openai.generator import Generator


@pytest.fixture
async def generator() -> AsyncIterator[Generator]:
    generator = Generator()
    await generator.server.start()
    yield generator
    await generator.server.drain(0, 1)


@pytest.fixture(scope="session")
def problems() -> Problems:
    return Problems(Contracts.load(descriptor_set_bytes()))


@pytest.fixture
async def face(generator: Generator, problems: Problems, observed: list[tuple[str, int]]) -> AsyncIterator[str]:
    """The address of the face, up to /v1."""

    def observe(rpc: str, status: int, seconds: float, request_id: str) -> None:
        assert seconds > 0
        assert request_id
        observed.append((rpc, status))

    limits = TranscoderSettings(max_body_bytes=100_000, default_timeout_s=5, max_timeout_s=20)
    async with grpc.aio.insecure_channel(generator.server.target) as channel:
        routes = openai_routes(lambda _: channel, problems, limits, observe)
        async with serving(Starlette(routes=routes)) as port:
            yield f"http://127.0.0.1:{port}/v1"


@pytest.fixture
async def client(face: str) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's own client, which repeats nothing so that failures are seen."""
    async with openai.AsyncOpenAI(base_url=face, api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
async def http(face: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends whatever it is told."""
    async with httpx.AsyncClient(base_url=face, timeout=30) as http:
        yield http
