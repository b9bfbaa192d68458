"""Server streams and clients of every pace: those that read slowly, not at all, at the same time, or leave."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest

from gateway.transcoder import TranscoderSettings
from tests.gateway.streams import FORMS, JSON, NDJSON, RPC, SLEEP, SSE, TELL, parse, tell, told
from tests.gateway.test_transport import connection, eventually

LONG = "x" * 50_000


@pytest.fixture
async def web(port):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as web:
        yield web


async def test_messages_come_as_they_are_told(web, library):
    async with web.stream("POST", TELL, json={"count": 2, "then": SLEEP}, headers={"Accept": NDJSON}) as response:
        lines = response.aiter_lines()
        assert [json.loads(await anext(lines)) for _ in range(2)] == told(2)
        assert not library.cancelled.is_set()


async def test_nothing_is_sent_before_the_first_message(port, library):
    async with asking(port, then=SLEEP) as reader:
        await library.began.wait()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.read(1)


@asynccontextmanager
async def asking(port, form=JSON, limit="20S", **request):
    """A connection that has asked for a stream; what comes is read by whoever asked."""
    body = orjson.dumps(request)
    head = f"POST {TELL} HTTP/1.1\r\nHost: x\r\nAccept: {form}\r\nGrpc-Timeout: {limit}\r\n"
    async with connection(port) as (reader, writer):
        writer.write(f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        yield reader


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("form", [JSON, SSE])
async def test_a_client_that_leaves_cancels_the_call_at_once(port, library, observed, form, count):
    async with asking(port, form, count=count, then=SLEEP) as reader:
        await library.began.wait()
        if count:
            await reader.readuntil(b"newBook")
        left = time.perf_counter()
    await asyncio.wait_for(library.cancelled.wait(), 10)
    assert time.perf_counter() - left < 1
    await eventually(lambda: observed)
    assert observed == [(RPC, 499)]


async def test_a_client_that_leaves_while_it_does_not_read_cancels_the_call(port, library, observed):
    async with asking(port, count=100_000, text=LONG):
        await settled(library)
    await asyncio.wait_for(library.cancelled.wait(), 10)
    await eventually(lambda: observed)
    assert observed == [(RPC, 499)]


@pytest.mark.parametrize("form", [JSON, SSE])
async def test_a_task_that_is_cancelled_cancels_the_call(client, library, form):
    task = asyncio.create_task(tell(client, form, count=1, then=SLEEP))
    await library.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(library.cancelled.wait(), 10)


async def settled(library):
    """The number of messages that were told when the service has to wait."""
    before = -1
    while library.told != before or not before:
        before = library.told
        await asyncio.sleep(0.3)
    return before


async def test_a_client_that_reads_slowly_slows_the_service_and_loses_nothing(port, library):
    count = 2000
    async with asking(port, NDJSON, count=count, text=LONG) as reader:
        waiting = await settled(library)
        assert waiting < count / 2
        body = await reader.read()
    notes = body.count(b'{"note":"%b"}\n' % LONG.encode())
    assert (library.told, notes) == (count, count / 2)
    assert body.endswith(b"0\r\n\r\n")


async def test_a_client_that_reads_nothing_is_given_up_after_the_deadline(port, library, observed, monkeypatch):
    monkeypatch.setattr("gateway.transcoder.stream.READER_GRACE_S", 0.3)
    async with asking(port, NDJSON, "1S", count=100_000, text=LONG) as reader:
        await asyncio.wait_for(library.cancelled.wait(), 10)
        await eventually(lambda: observed)
        body = await reader.read()
    assert observed == [(RPC, 504)]
    assert not body.endswith(b"0\r\n\r\n")


async def test_a_client_that_was_slow_is_told_of_the_deadline(port, library, observed):
    async with asking(port, NDJSON, "1S", count=100_000, text=LONG) as reader:
        await asyncio.wait_for(library.cancelled.wait(), 10)
        body = await reader.read()
    assert body.endswith(b"\n\r\n0\r\n\r\n")
    assert b'{"error":{"code":504' in body[-1000:]
    assert observed == [(RPC, 504)]


@pytest.mark.parametrize("form", FORMS)
async def test_ten_thousand_messages_come_in_order(web, form):
    messages, error = parse(await tell(web, form, headers={"Grpc-Timeout": "20S"}, count=10_000, text="é"))
    assert error is None
    assert messages == told(10_000, "é")


async def test_streams_and_calls_run_at_the_same_time(web):
    async def one(number):
        form = FORMS[number % len(FORMS)]
        return parse(await tell(web, form, count=50, text=f"note {number}", sleepS=0.002))

    streams = [asyncio.create_task(one(number)) for number in range(40)]
    calls = [await web.post("/v1/library:echo", json={"aString": str(number)}) for number in range(20)]
    assert [call.json()["aString"] for call in calls] == [str(number) for number in range(20)]
    assert await asyncio.gather(*streams) == [(told(50, f"note {number}"), None) for number in range(40)]


async def test_a_connection_serves_one_stream_after_the_other(port):
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits) as web:
        for form in FORMS:
            assert parse(await tell(web, form, count=2, then={"code": 3}))[1]["code"] == 400


class TestKeepAlive:
    @pytest.fixture
    def settings(self):
        return TranscoderSettings(keep_alive_s=0.05)

    async def test_comments_are_sent_while_there_is_no_message(self, client):
        response = await tell(client, SSE, count=3, text="x", sleepS=0.2)
        assert 4 <= response.text.count(": \n\n") <= 8
        assert not response.text.startswith(":")
        messages, error = parse(response)
        assert (messages, error) == (told(3, "x"), None)

    @pytest.mark.parametrize("form", [JSON, NDJSON])
    async def test_forms_without_comments_stay_silent(self, client, form):
        assert parse(await tell(client, form, count=2, text="x", sleepS=0.1)) == (told(2, "x"), None)

    async def test_a_client_that_leaves_between_comments_cancels_the_call(self, port, library, observed):
        async with asking(port, SSE, count=1, then=SLEEP) as reader:
            await reader.readuntil(b": \n\n")
        await asyncio.wait_for(library.cancelled.wait(), 10)
        await eventually(lambda: observed)
        assert observed == [(RPC, 499)]
