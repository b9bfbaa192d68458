"""A bounded queue in front of a few threads (E-1, E-3, X-5)."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry

from services.kit import logs
from services.kit.errors import Overloaded
from services.kit.metrics import WorkerMetrics
from services.kit.workers import Workers
from tests.kit.probe import eventually, logged


class Pool:
    """One thread, one place in the queue, and a task that lasts until the gate opens."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.workers = Workers(1, 1, WorkerMetrics(self.registry))
        self.gate = threading.Event()
        self.running = threading.Event()

    def task(self) -> str:
        self.running.set()
        self.gate.wait()
        return threading.current_thread().name

    def metric(self, name: str) -> float | None:
        return self.registry.get_sample_value(f"steward_workers_{name}")


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.gate.set()
    made.workers.close()


async def occupied(pool: Pool) -> asyncio.Task[str]:
    """A task that holds the only thread."""
    task = asyncio.create_task(pool.workers.run(pool.task))
    await eventually(pool.running.is_set)
    return task


async def test_a_task_runs_on_a_thread_and_gives_its_result(pool):
    pool.gate.set()
    assert (await pool.workers.run(pool.task)).startswith("worker")


async def test_what_a_task_raises_reaches_its_caller(pool):
    with pytest.raises(ZeroDivisionError):
        await pool.workers.run(lambda: 1 // 0)
    pool.gate.set()
    assert await pool.workers.run(pool.task)  # the thread is free again


async def test_a_full_queue_refuses_at_once_and_says_when_to_try_again(pool):
    running = await occupied(pool)
    waiting = asyncio.create_task(pool.workers.run(pool.task))
    await eventually(lambda: pool.metric("queue_length") == 1)
    with pytest.raises(Overloaded) as caught:
        await pool.workers.run(pool.task)
    assert caught.value.metadata == {"limit": "1"}
    assert caught.value.retry_after_s == 1
    assert pool.metric("refused_total") == 1
    pool.gate.set()
    assert await running
    assert await waiting
    assert pool.metric("queue_length") == 0


async def test_a_caller_that_goes_away_leaves_the_queue(pool):
    running = await occupied(pool)
    waiting = asyncio.create_task(pool.workers.run(pool.task))
    await eventually(lambda: pool.metric("queue_length") == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert pool.metric("queue_length") == 0
    another = asyncio.create_task(pool.workers.run(pool.task))
    pool.gate.set()
    assert await running
    assert await another
    assert pool.metric("refused_total") == 0


async def test_a_thread_stays_taken_until_its_task_ends_even_without_its_caller(pool):
    running = await occupied(pool)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    waiting = asyncio.create_task(pool.workers.run(lambda: "next"))
    await eventually(lambda: pool.metric("queue_length") == 1)
    pool.gate.set()
    assert await waiting == "next"


async def test_what_a_task_logs_carries_the_id_of_its_request(pool):
    logs.request_id.set("r-7")
    with logged() as lines:
        await pool.workers.run(lambda: logging.getLogger("test").info("from a thread"))
    assert [line["request_id"] for line in lines.of("from a thread")] == ["r-7"]
