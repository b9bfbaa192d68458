"""The figures, one function each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import onnxruntime as ort
from google.protobuf import json_format
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from gateway.transcoder.codec import RequestCodec, ResponseCodec
from gateway.transcoder.descriptors import Contracts
from services.kit.contracts import descriptor_set_bytes
from services.prediction.model import INPUT, read_card
from services.prediction.settings import SHIPPED_MODELS
from tests.bench.measure import ROOT, Result, closed_loop, cpu_seconds, median, percentile, process
from tests.bench.rows import buildings
from tests.ports import free_port, stack_environment

_DEADLINE_S = 30.0
_MAX_BYTES = (("grpc.max_receive_message_length", 1 << 24), ("grpc.max_send_message_length", 1 << 24))
_MODEL = SHIPPED_MODELS / "energy-loads" / "1.0.0"


async def predict_against_echo(rounds: int = 3, calls: int = 4_000, clients: int = 16) -> Result:
    """CPU per PredictLoads against echoes of the same messages."""
    requests = [energy.PredictLoadsRequest(building=building) for building in buildings(997)]
    micros: dict[str, list[float]] = {"prediction": [], "echo-aio": [], "echo-threads": []}
    walls: dict[str, list[float]] = {kind: [] for kind in micros}
    for _ in range(rounds):
        for kind, values in micros.items():
            async with (
                process("-m", "tests.bench.servers", kind) as (pid, port),
                grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
            ):
                stub: Any = EnergyServiceStub(channel)

                def call(number: int, stub: Any = stub) -> Any:
                    return stub.PredictLoads(requests[number % len(requests)], timeout=_DEADLINE_S)

                await closed_loop(call, calls // 8, clients)
                before = cpu_seconds(pid)
                walls[kind] += await closed_loop(call, calls, clients)
                values.append((cpu_seconds(pid) - before) / calls * 1e6)
    ratios = [p / e for p, e in zip(micros["prediction"], micros["echo-aio"], strict=True)]
    ratio = median(ratios)
    return Result(
        "gRPC PredictLoads: CPU per request against a bare asyncio echo of the same messages",
        "<= 1.6x",
        f"{ratio:.2f}x",
        ratio <= 1.6,
        [
            f"{kind}: {median(values):.0f} us CPU a request, p50 {median(walls[kind]) * 1e3:.2f} ms, "
            f"p99 {percentile(walls[kind], 0.99) * 1e3:.2f} ms, {clients} clients"
            for kind, values in micros.items()
        ]
        + [f"rounds: {', '.join(f'{r:.2f}' for r in ratios)}; rows rotate over {len(requests)} designs"],
    )


async def transcode(repeats: int = 20_000) -> Result:
    """CPU of JSON in and out at the edge, against google's json_format."""
    contracts = Contracts.load(descriptor_set_bytes())
    package = "steward.energy.v1"
    requests = RequestCodec(contracts, contracts.message(f"{package}.PredictLoadsRequest"))
    answers = ResponseCodec(contracts, contracts.message(f"{package}.PredictLoadsResponse"), None)
    bodies = [
        json_format.MessageToJson(energy.PredictLoadsRequest(building=b), indent=None).encode() for b in buildings(97)
    ]
    async with (
        process("-m", "tests.bench.servers", "prediction") as (_, port),
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub: Any = EnergyServiceStub(channel)
        replies = [await stub.PredictLoads(energy.PredictLoadsRequest(building=b)) for b in buildings(97)]
    wires = [reply.SerializeToString() for reply in replies]

    def ours(number: int) -> None:
        requests.wire(bodies[number % 97])
        answers.json(wires[number % 97])

    def googles(number: int) -> None:
        json_format.Parse(bodies[number % 97], energy.PredictLoadsRequest()).SerializeToString()
        reply = energy.PredictLoadsResponse.FromString(wires[number % 97])
        json_format.MessageToJson(reply, indent=None, always_print_fields_with_no_presence=True)

    micros = _cpu_micros(ours, repeats)
    reference = _cpu_micros(googles, repeats // 20)
    return Result(
        "JSON decode and encode at the edge for PredictLoads",
        "< 10 us",
        f"{micros:.1f} us",
        micros < 10,
        [f"google's json_format: {reference:.0f} us, {reference / micros:.0f}x"],
    )


def _cpu_micros(work: Any, repeats: int) -> float:
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for number in range(repeats // 5):
            work(number)
        best = min(best, (time.process_time() - started) / (repeats // 5) * 1e6)
    return best


async def analyze(calls: int = 300) -> Result:
    """Latency of Analyze at the edge."""
    bodies = [{"building": json_format.MessageToDict(b), "omitAdvice": True} for b in buildings(97)]
    async with whole_stack() as port:
        predict = await asyncio.to_thread(_http_latencies, port, "/v1/energy:predictLoads", bodies, calls)
        everything = await asyncio.to_thread(_http_latencies, port, "/v1/energy:analyze", bodies, calls)
    p50 = median(everything) * 1e3
    return Result(
        "Analyze at the edge (prediction and all measures, no advice), one client",
        "p50 < 25 ms",
        f"{p50:.1f} ms",
        p50 < 25,
        [
            f"p99 {percentile(everything, 0.99) * 1e3:.1f} ms",
            f"PredictLoads p50 {median(predict) * 1e3:.2f} ms, p99 {percentile(predict, 0.99) * 1e3:.2f} ms",
        ],
    )


def _http_latencies(port: int, path: str, bodies: list[Any], calls: int) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=_DEADLINE_S)
    texts = [json.dumps(body) for body in bodies]
    durations = []
    for number in range(calls + 20):
        started = time.perf_counter()
        connection.request("POST", path, texts[number % len(texts)], {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        durations.append(time.perf_counter() - started)
    connection.close()
    return durations[20:]


async def batch(rows: int = 10_000, rounds: int = 7) -> Result:
    """Throughput of a big batch against ONNX Runtime called directly."""
    designs = buildings(rows)
    card = read_card(_MODEL / "card.json")
    features = np.array([[getattr(d, i.field) for i in card.inputs] for d in designs], np.float32)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession((_MODEL / "model.onnx").read_bytes(), options, providers=["CPUExecutionProvider"])
    request = energy.BatchPredictLoadsRequest(buildings=designs)
    direct, served = [], []
    async with (
        process("-m", "tests.bench.servers", "prediction") as (_, port),
        grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=_MAX_BYTES) as channel,
    ):
        stub: Any = EnergyServiceStub(channel)
        await stub.BatchPredictLoads(request, timeout=_DEADLINE_S)
        for _ in range(rounds):
            started = time.perf_counter()
            session.run(None, {INPUT: features})
            direct.append(time.perf_counter() - started)
            started = time.perf_counter()
            await stub.BatchPredictLoads(request, timeout=_DEADLINE_S)
            served.append(time.perf_counter() - started)
    ratio = median([d / s for d, s in zip(direct, served, strict=True)])
    return Result(
        f"BatchPredictLoads of {rows:,} rows: throughput against ONNX Runtime called directly, one thread",
        ">= 0.8x",
        f"{ratio:.2f}x",
        ratio >= 0.8,
        [
            f"ONNX Runtime {rows / median(direct):,.0f} rows/s",
            f"by gRPC, validated and with intervals, {rows / median(served):,.0f} rows/s",
        ],
    )


async def start_up(rounds: int = 5) -> Result:
    """Time from `make run` to ready."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        async with whole_stack(through_make=True):
            seconds.append(time.perf_counter() - started)
    value = median(seconds)
    return Result("Whole stack from `make run` (already set up) to ready", "< 5 s", f"{value:.1f} s", value < 5, [])


async def set_up() -> Result:
    """Time of the set-up in a fresh clone; downloads come from the package cache where it has them."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "steward"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: ASYNC221
        started = time.perf_counter()
        command = ["make", "setup", f"PYTHON={Path(sys.base_prefix) / 'bin' / 'python3'}"]
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS")}
        subprocess.run(command, cwd=clone, check=True, capture_output=True, env=environment)  # noqa: ASYNC221
        seconds = time.perf_counter() - started
        shutil.rmtree(clone)
    return Result(
        "Set-up of a fresh clone, everything for development", "< 5 min", f"{seconds:.0f} s", seconds < 300, []
    )


@asynccontextmanager
async def whole_stack(*, through_make: bool = False) -> AsyncIterator[int]:
    """The stack as `make run` starts it, on free ports; gives the port of REST once it is ready."""
    async with stack_on_free_ports(through_make=through_make) as (http, _):
        yield http


@asynccontextmanager
async def stack_on_free_ports(*, through_make: bool = False, database: str = "") -> AsyncIterator[tuple[int, int]]:
    """The same; gives the ports of REST and of the advice service."""
    http, fan_outs, prediction, advice, maintenance = (free_port() for _ in range(5))
    folder = tempfile.TemporaryDirectory()
    environment = stack_environment(http, fan_outs, prediction, advice, maintenance, Path(folder.name))
    if database:
        environment["STEWARD_MAINTENANCE_DATABASE"] = database
    command = ["make", "run"] if through_make else [sys.executable, "deploy/stack.py"]
    child = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await asyncio.wait_for(_until_ready(http), 60)
        yield http, advice
    finally:
        # The group: make does not pass the signal on to what it runs.
        os.killpg(child.pid, signal.SIGTERM)
        await child.wait()
        folder.cleanup()


async def _until_ready(port: int) -> None:
    while True:
        with contextlib.suppress(OSError, ValueError), closing(HTTPConnection("127.0.0.1", port, timeout=1)) as probe:
            probe.request("GET", "/health")
            if json.load(probe.getresponse())["status"] == "SERVING":
                return
        await asyncio.sleep(0.02)
