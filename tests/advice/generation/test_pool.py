"""Pools of real worker processes: who waits, who is refused, and what deadlines and callers who leave end."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.advice.generation import StopReason
from services.advice.generation.json_schema import violation
from services.kit.errors import DeadlineExceeded, Overloaded
from tests.advice.generation.conftest import MakePool
from tests.advice.generation.pools import after, begun, only, until
from tests.advice.generation.talk import FORECAST, LONG, said, task

_LONG = task(schema=LONG)


async def test_tasks_are_done_by_all_workers_at_the_same_time(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow, workers=2)
    await until(lambda: len(pool.workers) == 2)

    first, second = await begun(pool, _LONG), await begun(pool, _LONG)

    assert all(worker.busy for worker in pool.workers)
    assert (await first)[-1].stop_reason is (await second)[-1].stop_reason is StopReason.COMPLETE


async def test_workers_give_way_to_their_parent(make_pool: MakePool, tiny: Path) -> None:
    pool = await make_pool(tiny)

    assert os.getpriority(os.PRIO_PROCESS, only(pool).pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5


async def test_64_tasks_wait_and_none_is_lost(make_pool: MakePool, tiny: Path) -> None:
    pool = await make_pool(tiny, workers=1, queue_limit=63)
    running = [asyncio.create_task(said(pool.generate(task(schema=FORECAST, seed=seed)))) for seed in range(70)]

    ended = await asyncio.gather(*running, return_exceptions=True)

    refused = [end for end in ended if isinstance(end, Exception)]
    assert [type(error) for error in refused] == [Overloaded] * 6
    texts = [end[0] for end in ended if isinstance(end, tuple)]
    assert len(texts) == 64
    assert not any(violation(FORECAST, text) for text in texts)


async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(make_pool: MakePool, slow: Path) -> None:
    registry = CollectorRegistry()
    pool = await make_pool(slow, queue_limit=1, registry=registry)
    running = await begun(pool, _LONG)
    waiting = asyncio.create_task(said(pool.generate(task(schema=FORECAST))))
    await asyncio.sleep(0.01)

    began = time.perf_counter()
    with pytest.raises(Overloaded) as caught:
        await said(pool.generate(task()))

    assert time.perf_counter() - began < 0.1
    assert (caught.value.retry_after_s or 0) > 0
    assert registry.get_sample_value("steward_workers_refused_total") == 1
    await asyncio.gather(running, waiting)


async def test_a_deadline_that_passes_in_the_queue_ends_the_waiting(make_pool: MakePool, slow: Path) -> None:
    registry = CollectorRegistry()
    pool = await make_pool(slow, registry=registry)
    running = await begun(pool, _LONG)

    with pytest.raises(DeadlineExceeded, match="waited for its turn"):
        await said(pool.generate(task(), after(0.05)))

    assert registry.get_sample_value("steward_workers_queue_length") == 0
    assert not running.done()
    await running


async def test_a_deadline_that_cannot_be_met_is_refused_before_waiting(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow)
    began = time.perf_counter()
    await said(pool.generate(_LONG))
    took_s = time.perf_counter() - began
    running = await begun(pool, _LONG)

    with pytest.raises(Overloaded):
        await said(pool.generate(task(), after(took_s / 10)))

    await running


async def test_a_deadline_that_passes_stops_the_decoding(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow)

    with pytest.raises(DeadlineExceeded, match="while the text was generated"):
        await said(pool.generate(_LONG, after(0.1)))

    worker = only(pool)
    await until(lambda: not worker.busy, 0.5)
    assert (await said(pool.generate(task(schema=FORECAST))))[1].stop_reason is StopReason.COMPLETE
    assert worker in pool.workers


async def test_a_caller_who_goes_away_stops_the_decoding(
    make_pool: MakePool, slow: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "services.advice.generation")
    pool = await make_pool(slow)
    generation = pool.generate(task(schema={"type": "string", "minLength": 800, "maxLength": 810}))
    await anext(generation)
    await anext(generation)

    await generation.aclose()

    await until(lambda: caplog.records, 1.0)
    (record,) = caplog.records
    # Of some hundred: those of two pieces, and what the worker decodes while the news travels.
    assert 2 <= record.tokens <= 60
    assert not only(pool).busy


async def test_a_worker_goes_on_with_the_next_task_when_a_caller_goes_away(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow)
    running = await begun(pool, _LONG)
    gone, stays = [asyncio.create_task(said(pool.generate(task(schema=FORECAST)))) for _ in range(2)]
    await asyncio.sleep(0.01)

    gone.cancel()
    running.cancel()

    assert (await stays)[1].stop_reason is StopReason.COMPLETE
    ended = await asyncio.gather(gone, running, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
