"""Figures of the advice service: latency, decoding under a grammar, and health while every worker decodes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from steward.advice.v1 import advice_service_pb2 as advice_service
from steward.advice.v1 import brief_pb2
from steward.advice.v1 import generation_service_pb2 as generation_service
from steward.advice.v1.advice_service_pb2_grpc import AdviceServiceStub
from steward.advice.v1.generation_service_pb2_grpc import GenerationServiceStub

from services.advice import convert
from services.advice.draft import draft_schema
from services.advice.generation.constraint import Grammars
from services.advice.generation.decoder import Decoder
from services.advice.generation.factory import SHIPPED_MODEL
from services.advice.generation.json_schema import check_schema, grammar_of
from services.advice.generation.port import End, Task
from services.advice.generation.weights import Weights
from services.advice.language import LANGUAGES
from services.advice.prompt import COMPACT, messages, notated
from tests.advice.briefs import brief_message
from tests.bench.figures import stack_on_free_ports
from tests.bench.measure import ROOT, Result, median, percentile
from tests.ports import free_port

_DEADLINE_S = 30.0
_WAITING = 64


def briefs() -> Sequence[brief_pb2.Brief]:
    """Briefs of the usual length with three options, by turns in both languages."""
    return [brief_message(("en", "es")[number % 2]) for number in range(16)]


@asynccontextmanager
async def advice_process(workers: int, queue_limit: int = _WAITING) -> AsyncIterator[grpc.aio.Channel]:
    """The advice service as a process of its own, ready."""
    port = free_port()
    environment = {
        **os.environ,
        "STEWARD_ADVICE_LISTEN": f"127.0.0.1:{port}",
        "STEWARD_ADVICE_METRICS_PORT": "0",
        "STEWARD_ADVICE_WORKERS": str(workers),
        "STEWARD_ADVICE_QUEUE_LIMIT": str(queue_limit),
        "STEWARD_LOG_LEVEL": "WARNING",
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.advice", cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            health: Any = health_pb2_grpc.HealthStub(channel)
            async for update in health.Watch(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=60):
                if update.status == health_pb2.HealthCheckResponse.SERVING:
                    break
            yield channel
    finally:
        child.terminate()
        await child.wait()


async def latency(calls: int = 200) -> Result:
    """One advice of the usual length, one worker, nobody else."""
    asked = briefs()
    async with advice_process(1) as channel:
        stub: Any = AdviceServiceStub(channel)
        whole, first = [], []
        for number in range(calls + 10):
            started = time.perf_counter()
            stream = stub.StreamAdvise(
                advice_service.StreamAdviseRequest(brief=asked[number % 16]), timeout=_DEADLINE_S
            )
            texts = 0
            async for _ in stream:
                texts += 1
                if texts == 1:
                    first.append(time.perf_counter() - started)
            whole.append(time.perf_counter() - started)
        tokens = await _first_token(channel, asked, calls // 2)
    p50, first_p50 = median(whole[10:]) * 1e3, median(tokens) * 1e3
    return Result(
        "One advice of the usual length (headline, summary, three recommendations with a reason each), one worker",
        "p50 < 200 ms, first token < 30 ms",
        f"{p50:.0f} ms, {first_p50:.1f} ms",
        p50 < 200 and first_p50 < 30,
        [
            f"p99 {percentile(whole[10:], 0.99) * 1e3:.0f} ms",
            f"first text, checked and rendered: p50 {median(first[10:]) * 1e3:.1f} ms",
        ],
    )


async def _first_token(channel: grpc.aio.Channel, asked: Sequence[brief_pb2.Brief], calls: int) -> list[float]:
    stub: Any = GenerationServiceStub(channel)
    roles = generation_service.PromptMessage.Role
    durations = []
    for number in range(calls):
        brief = notated(convert.brief(asked[number % 16]), COMPACT)
        schema = draft_schema(brief, LANGUAGES[brief.language], {}, COMPACT)
        task = generation_service.GenerationTask(
            messages=[
                generation_service.PromptMessage(role=roles.Value(f"ROLE_{said.role.name}"), content=said.content)
                for said in messages(brief, COMPACT)
            ],
            json_schema=json.dumps(schema, ensure_ascii=False),
        )
        started = time.perf_counter()
        stream = stub.StreamGenerate(generation_service.StreamGenerateRequest(task=task), timeout=_DEADLINE_S)
        text = ""
        async for event in stream:
            text += event.text
            if len(text) > len('{"headline":"'):  # what comes before is forced
                break
        durations.append(time.perf_counter() - started)
        stream.cancel()
    return durations


async def four_at_once(rounds: int = 25) -> Result:
    """Four requests at once on two workers, against one alone."""
    asked = briefs()
    async with advice_process(2) as channel:
        stub: Any = AdviceServiceStub(channel)

        async def advise(number: int) -> None:
            request = advice_service.AdviseRequest(brief=asked[number % 16])
            await stub.Advise(request, timeout=_DEADLINE_S)

        alone, together = [], []
        for number in range(rounds):
            started = time.perf_counter()
            await advise(number)
            alone.append(time.perf_counter() - started)
            started = time.perf_counter()
            await asyncio.gather(*(advise(4 * number + i) for i in range(4)))
            together.append(time.perf_counter() - started)
    ratio = median(together) / median(alone)
    return Result(
        "Four advice requests at once on two workers, against one alone",
        "<= 2.2x",
        f"{ratio:.2f}x",
        ratio <= 2.2,
        [f"p50 {median(together) * 1e3:.0f} ms against {median(alone) * 1e3:.0f} ms; the client has the same cores"],
    )


async def decoding(texts: int = 40) -> Result:
    """Tokens per CPU second with and without a grammar, by the same loop."""
    rates: dict[str, list[float]] = {}
    for fast_forward in (True, False):
        decoder = Decoder(SHIPPED_MODEL, 4096, fast_forward=fast_forward)
        for name in ("grammar", "none") if fast_forward else ("grammar, one token at a time",):
            made, started = 0, time.process_time()
            for number in range(texts):
                brief = notated(convert.brief(briefs()[number % 16]), COMPACT)
                schema = draft_schema(brief, LANGUAGES[brief.language], {}, COMPACT)
                grammar = "" if name == "none" else grammar_of(check_schema(json.dumps(schema, ensure_ascii=False)))
                # Both read the same prompts and end by themselves, or nearly so.
                task = Task(messages(brief, COMPACT), max_tokens=600, seed=number)
                for event in decoder.generate(task, grammar, lambda: False):
                    made += event.completion_tokens if isinstance(event, End) else 0
            rates.setdefault(name, []).append(made / (time.process_time() - started))
    rate = {name: max(found) for name, found in rates.items()}
    ratio = rate["grammar"] / rate["none"]
    return Result(
        "Tokens per CPU second under the grammar of an advice, against none, by the same loop",
        ">= 0.8x",
        f"{ratio:.2f}x",
        ratio >= 0.8,
        [f"{name}: {found:.0f}" for name, found in rate.items()] + ["prompts and grammars are made within the time"],
    )


async def schema(repeats: int = 200) -> Result:
    """From a brief to a grammar that can be decoded under."""
    grammars = Grammars(Weights(SHIPPED_MODEL))
    made = [notated(convert.brief(message), COMPACT) for message in briefs()]
    durations: dict[str, list[float]] = {"schema": [], "check": [], "grammar": []}
    for number in range(repeats):
        brief = made[number % 16]
        started = time.perf_counter()
        text = json.dumps(draft_schema(brief, LANGUAGES[brief.language], {}, COMPACT), ensure_ascii=False)
        written = time.perf_counter()
        checked = check_schema(text)
        looked_at = time.perf_counter()
        grammars.constraint(grammar_of(checked))
        for name, duration in zip(
            durations, (written - started, looked_at - written, time.perf_counter() - looked_at), strict=True
        ):
            durations[name].append(duration * 1e3)
    total = sum(median(found) for found in durations.values())
    return Result(
        "Grammar of a new advice request",
        "< 2 ms",
        f"{total:.2f} ms",
        total < 2,
        [f"{name}: {median(found):.2f} ms" for name, found in durations.items()],
    )


async def health() -> Result:
    """Health at the service and at the edge while 64 requests wait."""
    async with stack_on_free_ports() as (http, advice):
        idle = await _health(http, advice, 3.0)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{advice}") as channel:
            stub: Any = AdviceServiceStub(channel)
            calls = [
                stub.Advise(advice_service.AdviseRequest(brief=brief_message()), timeout=_DEADLINE_S)
                for _ in range(_WAITING + 40)
            ]
            outcomes = asyncio.gather(*(_outcome(call) for call in calls))
            busy = await _health(http, advice, 3.0)
            ended: Counter[str] = Counter(await outcomes)
    worst = max(percentile(found, 0.99) for found in busy.values()) * 1e3
    return Result(
        "Health while every worker decodes and 64 requests wait",
        "p99 < 20 ms at the service and at the edge",
        f"{worst:.1f} ms",
        worst < 20 and sum(ended.values()) == len(calls),
        [
            *(
                f"{name}: p99 {percentile(busy[name], 0.99) * 1e3:.1f} ms, p50 {median(busy[name]) * 1e3:.1f} ms; "
                f"idle p99 "
                f"{percentile(idle[name], 0.99) * 1e3:.1f} ms"
                for name in busy
            ),
            f"{len(calls)} requests: " + ", ".join(f"{count} {name}" for name, count in sorted(ended.items())),
        ],
    )


async def _outcome(call: Any) -> str:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code().name
    return "OK"


async def _health(http: int, advice: int, seconds: float) -> dict[str, list[float]]:
    until = time.perf_counter() + seconds
    edge = asyncio.to_thread(_edge_health, http, until)
    service = asyncio.create_task(_service_health(advice, until))
    return {"edge": await edge, "service": await service}


def _edge_health(port: int, until: float) -> list[float]:
    durations = []
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=_DEADLINE_S)) as connection:
        while time.perf_counter() < until:
            started = time.perf_counter()
            connection.request("GET", "/health")
            connection.getresponse().read()
            durations.append(time.perf_counter() - started)
            time.sleep(0.01)
    return durations


async def _service_health(port: int, until: float) -> list[float]:
    durations = []
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        while time.perf_counter() < until:
            started = time.perf_counter()
            await stub.Check(health_pb2.HealthCheckRequest(), timeout=_DEADLINE_S)
            durations.append(time.perf_counter() - started)
            await asyncio.sleep(0.01)
    return durations
