"""The line of waiting tasks."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from services.advice.generation.line import Line
from services.kit.errors import DeadlineExceeded, Overloaded, ServiceUnavailable
from services.kit.metrics import WorkerMetrics


def _line(limit: int = 10, servers: str = "") -> tuple[Line[str], CollectorRegistry]:
    registry = CollectorRegistry()
    line: Line[str] = Line(limit, WorkerMetrics(registry))
    for server in servers:
        line.add(server)
    return line, registry


def _queued(registry: CollectorRegistry) -> float:
    return registry.get_sample_value("steward_workers_queue_length") or 0


async def _waiting(line: Line[str], deadline: float | None = None) -> asyncio.Task[str]:
    task = asyncio.create_task(line.take(deadline))
    await asyncio.sleep(0)
    return task


def _in(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_the_server_used_last_is_taken_first() -> None:
    line, _ = _line(servers="ab")
    first, second = await line.take(None), await line.take(None)
    line.give(first, 0.1)
    line.give(second, 0.1)

    assert await line.take(None) == second


async def test_tasks_are_served_in_the_order_in_which_they_came() -> None:
    line, registry = _line(servers="a")
    await line.take(None)
    tasks = [await _waiting(line) for _ in range(3)]
    assert _queued(registry) == 3

    for task in tasks:
        line.give("a", 0.1)
        assert await task == "a"
    assert _queued(registry) == 0


async def test_a_task_that_was_served_in_vain_goes_first_and_is_never_refused() -> None:
    line, _ = _line(limit=1, servers="a")
    await line.take(None)
    other = await _waiting(line)
    again = asyncio.create_task(line.take(None, again=True))
    await asyncio.sleep(0)

    line.give("a", 0.1)

    assert await again == "a"
    assert not other.done()
    other.cancel()


async def test_more_tasks_than_may_wait_are_refused_with_the_time_that_the_line_takes() -> None:
    line, registry = _line(limit=2, servers="a")
    line.give(await line.take(None), 3.0)
    await line.take(None)
    tasks = [await _waiting(line) for _ in range(2)]

    with pytest.raises(Overloaded) as caught:
        await line.take(None)

    assert caught.value.retry_after_s == 9.0
    assert registry.get_sample_value("steward_workers_refused_total") == 1
    assert not any(task.done() for task in tasks)
    for task in tasks:
        task.cancel()


async def test_a_task_that_would_wait_beyond_its_deadline_is_refused_at_once() -> None:
    line, _ = _line(servers="ab")
    line.give(await line.take(None), 4.0)
    await line.take(None)
    await line.take(None)

    with pytest.raises(Overloaded):
        await line.take(_in(1.9))
    patient = await _waiting(line, _in(2.5))

    assert not patient.done()
    patient.cancel()


async def test_recent_services_count_more_than_those_long_ago() -> None:
    line, _ = _line(servers="a")
    for _ in range(30):
        line.give(await line.take(None), 10.0)
    for _ in range(30):
        line.give(await line.take(None), 0.1)
    await line.take(None)

    patient = await _waiting(line, _in(1.0))

    assert not patient.done()
    patient.cancel()


async def test_a_task_whose_deadline_passes_leaves_the_line() -> None:
    line, registry = _line(servers="a")
    await line.take(None)

    with pytest.raises(DeadlineExceeded):
        await line.take(_in(0.02))

    assert _queued(registry) == 0
    line.give("a", 0.1)
    assert await line.take(None) == "a"


async def test_a_task_whose_caller_goes_away_leaves_the_line() -> None:
    line, registry = _line(servers="a")
    await line.take(None)
    gone, next_one = await _waiting(line), await _waiting(line)

    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert _queued(registry) == 1
    line.give("a", 0.1)

    assert await next_one == "a"


async def test_a_server_handed_to_a_caller_who_has_just_gone_is_not_lost() -> None:
    line, _ = _line(servers="a")
    await line.take(None)
    gone, next_one = await _waiting(line), await _waiting(line)

    line.give("a", 0.1)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    assert await next_one == "a"


async def test_a_server_that_was_removed_is_not_handed_out() -> None:
    line, _ = _line(servers="ab")

    line.remove("b")

    assert await line.take(None) == "a"
    with pytest.raises(DeadlineExceeded):
        await line.take(_in(0.01))


async def test_a_line_that_closes_fails_those_in_it_and_those_to_come() -> None:
    line, registry = _line(servers="a")
    await line.take(None)
    waiting = await _waiting(line)

    line.close(ServiceUnavailable("Closing."))

    for task in (waiting, line.take(None)):
        with pytest.raises(ServiceUnavailable):
            await task
    assert _queued(registry) == 0


async def test_a_caller_who_leaves_in_the_turn_in_which_it_is_served_gives_its_place_on() -> None:
    line, registry = _line(servers="a")
    server = await line.take(None)
    leaving, staying = await _waiting(line), await _waiting(line)
    leaving.cancel()
    line.give(server, 0.1)

    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await staying == server
    assert _queued(registry) == 0
