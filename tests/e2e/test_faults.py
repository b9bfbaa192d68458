"""The edge while the prediction service is killed, stalled or told to stop, as separate processes (E-1, E-2, X-9)."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import httpx
import pytest
from google.protobuf import json_format

from tests.builders import building
from tests.e2e.processes import running

BODY = {"building": json_format.MessageToDict(building())}
PREDICTION = "services.prediction"

pytestmark = pytest.mark.timeout(120)


async def predict(client: httpx.AsyncClient, deadline: str = "5S") -> httpx.Response:
    return await client.post("/v1/energy:predictLoads", json=BODY, headers={"Grpc-Timeout": deadline})


def assert_answer_or_typed_error(reply: httpx.Response) -> None:
    if reply.status_code == 200:
        assert reply.json()["prediction"]
        return
    error = reply.json()["error"]
    reasons = {503: "SERVICE_UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}
    assert error["details"][0]["reason"] == reasons[reply.status_code]


async def until_answered(client: httpx.AsyncClient) -> None:
    for _ in range(200):
        if (await predict(client)).status_code == 200:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the edge did not recover")


async def test_killed_under_load_every_request_is_answered_and_the_edge_recovers_by_itself():
    async with running() as (processes, client):
        replies: list[httpx.Response] = []
        stop = asyncio.Event()

        async def load() -> None:
            while not stop.is_set():
                replies.append(await predict(client))

        clients = [asyncio.create_task(load()) for _ in range(8)]
        await asyncio.sleep(0.5)
        processes.signal(PREDICTION, signal.SIGKILL)
        await processes.ended(PREDICTION)
        while not any(reply.status_code == 503 for reply in replies):
            await asyncio.sleep(0.01)
        await processes.start(PREDICTION)
        await until_answered(client)
        stop.set()
        await asyncio.gather(*clients)
        for reply in replies:
            assert_answer_or_typed_error(reply)


async def test_stalled_the_edge_answers_504_by_the_deadline_and_health_still_answers():
    async with running() as (processes, client):
        processes.signal(PREDICTION, signal.SIGSTOP)
        started = time.perf_counter()
        slow = asyncio.create_task(predict(client, deadline="1500m"))
        await processes.until(client, "DEGRADED")
        reply = await slow
        assert reply.status_code == 504
        assert_answer_or_typed_error(reply)
        # Not how fast, but that it is the caller's deadline and not the server's ten seconds that counts.
        assert time.perf_counter() - started < 8
        processes.signal(PREDICTION, signal.SIGCONT)
        await processes.until(client, "SERVING")
        await until_answered(client)


async def in_flight(client: httpx.AsyncClient, count: int) -> list[asyncio.Task[Any]]:
    body = {"buildings": [BODY["building"]] * 2_000}
    tasks = [asyncio.create_task(client.post("/v1/energy:batchPredictLoads", json=body)) for _ in range(count)]
    await asyncio.sleep(0.15)
    return tasks


@pytest.mark.parametrize("module", [PREDICTION, "gateway"])
async def test_told_to_stop_a_process_loses_no_reply_and_ends_well(module: str):
    async with running() as (processes, client):
        tasks = await in_flight(client, 6)
        processes.signal(module, signal.SIGTERM)
        replies = await asyncio.gather(*tasks, return_exceptions=True)
        answered = [reply for reply in replies if isinstance(reply, httpx.Response)]
        for reply in answered:
            if reply.status_code == 200:
                assert len(reply.json()["results"]) == 2_000
            else:
                assert_answer_or_typed_error(reply)
        # A connection that was still being opened may be refused; what was being answered is answered in full.
        assert any(reply.status_code == 200 for reply in answered)
        assert all(isinstance(reply, httpx.Response | httpx.ConnectError) for reply in replies)
        assert await processes.ended(module) == 0
