"""Waiting for pools and killing their workers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import aclosing

from services.advice.generation import End, Task
from services.advice.generation.pool import Pool
from services.advice.generation.process import WorkerProcess


async def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


def after(seconds: float) -> float:
    """A deadline."""
    return asyncio.get_running_loop().time() + seconds


def kill(worker: WorkerProcess) -> None:
    """Kills a worker, which cannot do anything about it."""
    os.kill(worker.pid, signal.SIGKILL)


def only(pool: Pool) -> WorkerProcess:
    """The worker of a pool that has one."""
    (worker,) = pool.workers
    return worker


async def begun(pool: Pool, task: Task) -> asyncio.Task[list[str | End]]:
    """Has a text generated, whose first piece is there."""
    first = asyncio.Event()

    async def consume() -> list[str | End]:
        events = []
        async with aclosing(pool.generate(task)) as generation:
            async for event in generation:
                events.append(event)
                first.set()
        return events

    running = asyncio.create_task(consume())
    await first.wait()
    return running
