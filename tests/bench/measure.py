"""Processes under measurement, their CPU time, and the statistics of a run."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Result:
    """One line of the report."""

    figure: str
    goal: str
    measured: str
    met: bool | None
    """None for a figure that has no goal."""
    details: list[str] = field(default_factory=list)


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@asynccontextmanager
async def process(*arguments: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[tuple[int, int]]:
    """A Python process that prints its port as its first line; gives its id and port, and ends it.

    Args:
        arguments: Arguments of the interpreter.
        environment: Variables to set besides this process's own.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**os.environ, "GRPC_VERBOSITY": "ERROR", **(environment or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert child.stdout
    try:
        port = await asyncio.wait_for(_port(child.stdout), 30)
        drain = asyncio.create_task(_drain(child.stdout))
        yield child.pid, port
    finally:
        child.terminate()
        await child.wait()
    drain.cancel()


async def _port(stream: asyncio.StreamReader) -> int:
    while line := await stream.readline():
        if line.strip().isdigit():
            return int(line)
    raise RuntimeError("the process ended without telling its port")


async def _drain(stream: asyncio.StreamReader) -> None:
    # A server whose log nobody reads stops when the pipe is full.
    while await stream.read(1 << 16):
        pass


async def closed_loop(call: Callable[[int], Awaitable[object]], count: int, clients: int) -> list[float]:
    """Makes ``count`` calls from ``clients`` at once, each with its number; gives their durations in seconds."""
    durations: list[float] = []
    numbers = iter(range(count))

    async def client() -> None:
        for number in numbers:
            started = time.perf_counter()
            await call(number)
            durations.append(time.perf_counter() - started)

    await asyncio.gather(*(client() for _ in range(clients)))
    return durations


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)
