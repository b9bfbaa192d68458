"""What needs a real HTTP server: bodies that come slowly or never end, clients that leave, services that go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.channels import Channels
from gateway.transcoder import Transcoder, TranscoderSettings
from proto.generate import service_config
from tests.gateway.library import SERVICE
from tests.gateway.problems import error_of, metadata_of, reason_of

ACT = "/v1/library:act"


@pytest.fixture
async def web(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as web:
        yield web


@asynccontextmanager
async def connection(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, dict]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    return head, json.loads(await reader.readexactly(length))


async def test_a_request_is_answered_over_http(web):
    response = await web.post("/v1/library:echo", json={"aString": "é"})
    assert response.json()["aString"] == "é"
    assert response.headers["content-type"] == "application/json"


async def eventually(condition) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("never happened")


async def chunks(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


async def test_a_chunked_body_is_put_together(web):
    async def body():
        yield b'{"aStr'
        yield b'ing": "x"}'

    assert (await web.post("/v1/library:echo", content=body())).json()["aString"] == "x"


async def test_a_chunked_body_over_the_limit_is_refused(web):
    response = await web.post("/v1/library:echo", content=chunks(30, 10_000))
    assert (response.status_code, reason_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_an_endless_body_is_refused_while_it_is_sent(port):
    async with connection(port) as (reader, writer):
        writer.write(b"POST /v1/library:echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write((b"ea60\r\n" + b" " * 60_000 + b"\r\n") * 2)
        head, body = await answer(reader)
    assert b" 413 " in head
    assert body["error"]["code"] == 413


async def test_a_body_that_says_it_is_too_large_is_not_awaited(port):
    async with connection(port) as (reader, writer):
        writer.write(b"POST /v1/library:echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n")
        head, _ = await answer(reader)
    assert b" 413 " in head


async def test_a_body_that_does_not_arrive_meets_the_deadline(port):
    async with connection(port) as (reader, writer):
        writer.write(b"POST /v1/library:echo HTTP/1.1\r\nHost: x\r\nGrpc-Timeout: 100m\r\nContent-Length: 9\r\n\r\n{")
        head, body = await answer(reader)
    assert b" 504 " in head
    assert body["error"]["details"][0]["reason"] == "DEADLINE_EXCEEDED"


async def test_a_client_that_leaves_while_sending_is_noticed(port, observed):
    async with connection(port) as (_, writer):
        writer.write(b"POST /v1/library:echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        await writer.drain()
    await eventually(lambda: observed)
    assert observed == [("library.v1.LibraryService.Echo", 499)]


async def test_a_client_that_leaves_cancels_its_call(port, library, observed):
    body = b'{"sleepS": 60}'
    async with connection(port) as (_, writer):
        writer.write(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (ACT.encode(), len(body), body))
        await library.began.wait()
    await asyncio.wait_for(library.cancelled.wait(), 10)
    await eventually(lambda: observed)
    assert observed == [("library.v1.LibraryService.Act", 499)]


async def test_a_call_that_outlives_the_watch_is_answered(web):
    assert (await web.post(ACT, json={"sleepS": 0.2})).status_code == 200


async def test_a_task_that_is_cancelled_stays_cancelled(client, library):
    task = asyncio.create_task(client.post(ACT, json={"sleepS": 60}))
    await library.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(library.cancelled.wait(), 10)


async def test_a_repeatable_call_is_repeated_if_the_service_is_unavailable(client, library):
    library.refusals_left = 2
    assert (await client.post("/v1/library:echo", json={})).status_code == 200
    assert library.attempts == 3


async def test_a_call_that_is_not_repeatable_is_not_repeated(client, library):
    library.refusals_left = 2
    response = await client.post(ACT, json={})
    assert (response.status_code, library.attempts) == (503, 1)
    assert response.headers["retry-after"] == "1"


async def test_a_service_that_is_down_is_told_until_it_is_back(client, library):
    assert (await client.post("/v1/library:echo", json={})).status_code == 200
    await library.stop()
    response = await client.post("/v1/library:echo", json={}, headers={"Grpc-Timeout": "2S"})
    assert (response.status_code, reason_of(response)) == (503, "SERVICE_UNAVAILABLE")
    assert metadata_of(response) == {"service": SERVICE}
    assert "127.0.0.1" not in response.text

    await library.start(library.port)
    for _ in range(100):
        response = await client.post("/v1/library:echo", json={}, headers={"Grpc-Timeout": "2S"})
        if response.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert response.status_code == 200


async def test_a_service_that_dies_during_a_call_is_told(client, library):
    call = asyncio.create_task(client.post(ACT, json={"sleepS": 60}))
    await library.began.wait()
    await library.stop()
    response = await call
    assert response.status_code in (499, 503)
    assert error_of(response)


async def test_a_service_that_never_was_is_told_within_the_deadline(library_set, silent_port):
    async with Channels(service_config(library_set)) as channels:
        await channels.connect({SERVICE: f"127.0.0.1:{silent_port}"})
        transport = httpx.ASGITransport(Transcoder(library_set, channels.get))
        async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
            response = await client.post("/v1/library:echo", json={}, headers={"Grpc-Timeout": "3S"})
    assert response.status_code in (503, 504)
    assert error_of(response)


async def test_a_web_socket_is_closed(library_set, channels):
    sent = []

    async def send(message):
        sent.append(message)

    transcoder = Transcoder(library_set, channels.get, TranscoderSettings())
    await transcoder({"type": "websocket", "path": "/"}, None, send)
    await transcoder({"type": "lifespan"}, None, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
