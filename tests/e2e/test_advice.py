"""Advice and the language model through the whole stack, with processes that die (E-1, E-2, E-3, E-12, E-14, X-9)."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any, Literal

import httpx
import openai
import pytest
from google.protobuf import json_format
from pydantic import BaseModel

from tests.advice.briefs import brief_message
from tests.builders import building
from tests.e2e.processes import Processes, running

ADVICE = "services.advice"
BUILDING = {"building": json_format.MessageToDict(building())}
BRIEF = {"brief": json_format.MessageToDict(brief_message("es"))}

pytestmark = pytest.mark.timeout(120)


class Verdict(BaseModel):
    level: Literal["low", "medium", "high"]
    urgent: bool


async def advise(client: httpx.AsyncClient, seed: int = 1) -> httpx.Response:
    # A seed, because a wording in some hundreds is withheld.
    return await client.post("/v1/advice:advise", json={**BRIEF, "sampling": {"seed": seed}})


async def analysis(client: httpx.AsyncClient) -> dict[str, Any]:
    reply = await client.post("/v1/energy:analyze", json=BUILDING)
    assert reply.status_code == 200
    return reply.json()["analysis"]


async def until_advised(client: httpx.AsyncClient) -> None:
    for _ in range(200):
        if (await advise(client)).status_code == 200:
            return
        await asyncio.sleep(0.1)
    pytest.fail("advice did not come back")


def workers_of(processes: Processes) -> list[int]:
    """Process ids of the advice service's workers."""
    task = Path(f"/proc/{processes.pid(ADVICE)}/task")
    return [int(pid) for thread in task.iterdir() for pid in (thread / "children").read_text().split()]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def test_openai_s_own_client_gets_what_its_schema_says():
    async with (
        running() as (processes, _),
        openai.AsyncOpenAI(base_url=f"{processes.url}/v1", api_key="any", max_retries=0) as client,
    ):
        models = [model.id async for model in client.models.list()]
        assert models == ["advice-slm"]
        completion = await client.chat.completions.parse(
            model=models[0], messages=[{"role": "user", "content": "How is the pump?"}], response_format=Verdict
        )
        assert isinstance(completion.choices[0].message.parsed, Verdict)
        async with client.chat.completions.stream(
            model="steward", messages=[{"role": "user", "content": "And the fan?"}], response_format=Verdict
        ) as stream:
            final = await stream.get_final_completion()
        assert isinstance(final.choices[0].message.parsed, Verdict)
        with pytest.raises(openai.BadRequestError) as caught:
            await client.chat.completions.create(
                model=models[0],
                messages=[{"role": "user", "content": "x"}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "x", "schema": {"not": {"type": "string"}}},
                },
            )
        assert caught.value.param == "response_format"


async def test_while_the_advice_service_is_gone_analyses_go_on_without_advice():
    async with running() as (processes, client):
        assert (await analysis(client))["advice"]["headline"]
        processes.signal(ADVICE, signal.SIGKILL)
        await processes.ended(ADVICE)
        await processes.until(client, "DEGRADED")
        without = await analysis(client)
        assert without["measures"]
        assert [missing["leg"] for missing in without["missingLegs"]] == ["advice"]
        await processes.start(ADVICE)
        await processes.until(client, "SERVING")
        assert (await analysis(client))["advice"]["headline"]


async def test_a_worker_that_dies_harms_no_request_and_is_replaced():
    async with running() as (processes, client):
        before = workers_of(processes)
        assert before
        asked = [asyncio.create_task(advise(client, seed)) for seed in range(6)]
        await asyncio.sleep(0.1)
        os.kill(before[0], signal.SIGKILL)
        replies = await asyncio.gather(*asked)
        # One whose words were on their way may be told to try again; no other is harmed.
        assert sum(reply.status_code == 503 for reply in replies) <= 1
        assert {reply.status_code for reply in replies} <= {200, 429, 503, 504}
        await until_advised(client)
        for _ in range(200):
            if len(workers_of(processes)) == len(before):
                break
            await asyncio.sleep(0.1)
        assert len(workers_of(processes)) == len(before)


async def test_a_reader_who_leaves_a_stream_frees_the_model():
    async with running() as (processes, client):
        for _ in range(12):
            async with client.stream(
                "POST", "/v1/advice:streamAdvise", json=BRIEF, headers={"Accept": "text/event-stream"}
            ) as reply:
                async for _ in reply.aiter_lines():
                    break
        assert (await advise(client)).status_code == 200
        assert processes.pid(ADVICE)


async def test_told_to_stop_the_advice_service_finishes_what_it_words():
    async with running() as (processes, client):
        asked = [asyncio.create_task(advise(client, seed)) for seed in range(4)]
        await asyncio.sleep(0.05)
        workers = workers_of(processes)
        processes.signal(ADVICE, signal.SIGTERM)
        replies = await asyncio.gather(*asked)
        assert all(reply.status_code in (200, 429, 503, 504) for reply in replies)
        assert any(reply.status_code == 200 for reply in replies)
        assert await processes.ended(ADVICE) == 0
        assert not alive(workers)


async def test_health_answers_while_every_worker_words():
    async with running() as (_, client):
        asked = [asyncio.create_task(advise(client, seed)) for seed in range(16)]
        answered = 0
        while not all(task.done() for task in asked):
            assert (await client.get("/health")).status_code == 200
            answered += 1
        assert answered > 3
        # On a busy machine some are told at once that their turn would come too late, or find it so.
        assert {task.result().status_code for task in asked} <= {200, 429, 504}
        assert any(task.result().status_code == 200 for task in asked)
