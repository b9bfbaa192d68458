"""Pools whose workers die or hang, whose model is broken, and which are stopped."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.advice.generation import StopReason, process
from services.advice.generation.errors import GenerationFailed, ModelBroken
from services.advice.generation.json_schema import violation
from services.advice.generation.pool import Pool
from services.advice.generation.process import WorkerProcess
from services.kit.errors import DeadlineExceeded, ServiceUnavailable
from services.kit.metrics import WorkerMetrics
from tests.advice.generation import ggufs
from tests.advice.generation.conftest import MakePool
from tests.advice.generation.pools import after, begun, kill, only, until
from tests.advice.generation.talk import FORECAST, LONG, said, task

_LONG = task(schema=LONG)


async def test_a_worker_that_dies_while_idle_is_replaced(make_pool: MakePool, tiny: Path) -> None:
    pool = await make_pool(tiny)
    worker = only(pool)

    kill(worker)
    await until(lambda: pool.workers and worker not in pool.workers)
    text, _ = await said(pool.generate(task(schema=FORECAST)))

    assert violation(FORECAST, text) is None
    assert pool.ready() == ""


async def test_no_ready_worker_means_not_ready(make_pool: MakePool, tiny: Path) -> None:
    pool = await make_pool(tiny)
    assert pool.ready() == ""

    kill(only(pool))
    await until(lambda: not pool.workers)

    assert pool.ready() == "The language model is being loaded."
    await until(lambda: pool.ready() == "")


async def test_a_task_is_done_by_another_worker_if_its_own_dies_before_the_first_piece(
    make_pool: MakePool, slow: Path
) -> None:
    pool = await make_pool(slow)
    what = task("load " * 400, max_tokens=20)
    undisturbed = await said(pool.generate(what))
    await said(pool.generate(task("another beginning", max_tokens=1)))

    running = asyncio.create_task(said(pool.generate(what)))
    await until(lambda: only(pool).busy)
    kill(only(pool))

    assert await running == undisturbed


async def test_a_task_whose_workers_keep_dying_fails_alone(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow)
    running = asyncio.create_task(said(pool.generate(task("load " * 400))))
    other = asyncio.create_task(said(pool.generate(task(schema=FORECAST))))

    for _ in range(2):
        await until(lambda: any(worker.busy for worker in pool.workers))
        worker = only(pool)
        kill(worker)
        await until(lambda worker=worker: worker not in pool.workers)

    with pytest.raises(GenerationFailed, match="died"):
        await running
    assert (await other)[1].stop_reason is StopReason.COMPLETE


async def test_a_text_that_has_begun_fails_with_its_worker_and_the_rest_is_unharmed(
    make_pool: MakePool, slow: Path
) -> None:
    pool = await make_pool(slow)
    running = await begun(pool, _LONG)
    waiting = [asyncio.create_task(said(pool.generate(task(schema=FORECAST, seed=seed)))) for seed in range(5)]
    await asyncio.sleep(0)

    kill(only(pool))

    with pytest.raises(GenerationFailed, match="died"):
        await running
    for text, _ in await asyncio.gather(*waiting):
        assert violation(FORECAST, text) is None


async def test_a_worker_that_dies_does_not_disturb_the_other(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow, workers=2)
    await until(lambda: len(pool.workers) == 2)
    first = await begun(pool, _LONG)
    victim = next(worker for worker in pool.workers if worker.busy)
    second = await begun(pool, _LONG)

    kill(victim)

    with pytest.raises(GenerationFailed):
        await first
    assert (await second)[-1].stop_reason is StopReason.COMPLETE
    await until(lambda: len(pool.workers) == 2)


async def test_a_worker_that_hangs_is_killed_and_replaced(
    make_pool: MakePool, slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE_S", 0.3)
    pool = await make_pool(slow)
    hung = only(pool)
    running = asyncio.create_task(said(pool.generate(_LONG, after(0.5))))
    await until(lambda: hung.busy)
    os.kill(hung.pid, signal.SIGSTOP)

    with pytest.raises(DeadlineExceeded):
        await running

    await until(lambda: pool.workers and hung not in pool.workers)
    assert (await said(pool.generate(task(schema=FORECAST))))[1].stop_reason is StopReason.COMPLETE


@pytest.mark.parametrize(
    ("data", "problem"),
    [(None, "does not exist"), (b"no model", "is not a GGUF file"), (b"GGUF\x03\0\0\0", "is truncated")],
)
async def test_a_broken_model_file_is_named_and_nothing_waits_for_it(
    make_pool: MakePool, tmp_path: Path, data: bytes | None, problem: str
) -> None:
    path = tmp_path / "model.gguf"
    if data is not None:
        path.write_bytes(data)

    pool = await make_pool(path)

    assert str(path) in pool.ready()
    assert problem in pool.ready()
    for attempt in (pool.generate(task()).__anext__, lambda: _info(pool)):
        with pytest.raises(ModelBroken, match=problem):
            await attempt()


async def _info(pool: Pool) -> object:
    return pool.info


async def test_a_model_file_that_appears_later_is_used(make_pool: MakePool, tiny: Path, tmp_path: Path) -> None:
    pool = await make_pool(tmp_path / "model.gguf")
    assert pool.ready()

    shutil.copy(tiny, tmp_path / "model.gguf")

    await until(lambda: pool.ready() == "")
    assert pool.info.name == "random-words"


async def test_a_model_file_that_is_replaced_is_not_mixed_with_the_one_in_use(
    make_pool: MakePool, tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = Path(shutil.copy(tiny, tmp_path / "model.gguf"))
    pool = await make_pool(path, workers=2)
    await until(lambda: len(pool.workers) == 2)
    info, (victim, other) = pool.info, pool.workers
    ggufs.write(tmp_path / "new.gguf", ggufs.long_tokens()).replace(path)

    kill(victim)

    await until(lambda: any("was replaced while in use" in getattr(said, "problem", "") for said in caplog.records))
    assert pool.info == info
    assert pool.workers == {other}


async def test_a_process_that_dies_while_it_loads_is_reported_with_its_code(tiny: Path) -> None:
    worker = await WorkerProcess.start(tiny, 1024)

    kill(worker)

    with pytest.raises(ModelBroken, match=f"loads {tiny} died with code -9"):
        await worker.loaded()
    await worker.end()


async def test_a_process_that_says_more_than_a_line_holds_is_ended(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LINE_LIMIT", 10)
    worker = await WorkerProcess.start(tiny, 1024)

    with pytest.raises(ModelBroken, match="died"):
        await worker.loaded()

    assert not worker.alive


async def test_a_pool_can_be_stopped_while_it_starts(tiny: Path) -> None:
    for pause_s in (0.0, 0.05):
        pool = Pool(tiny, 1, 1, 1024, WorkerMetrics(CollectorRegistry()))
        starting = asyncio.create_task(pool.start())
        await asyncio.sleep(pause_s)

        async with asyncio.timeout(10):
            await pool.stop()

        await starting
        assert pool.ready()


async def test_stopping_ends_the_workers_and_fails_what_waits(make_pool: MakePool, slow: Path) -> None:
    pool = await make_pool(slow)
    pid = only(pool).pid
    running = await begun(pool, _LONG)
    waiting = asyncio.create_task(said(pool.generate(task())))
    await asyncio.sleep(0.01)

    await pool.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(GenerationFailed):
        await running
    with pytest.raises(ServiceUnavailable, match="being stopped"):
        await waiting


_PARENT = """
import asyncio, sys
from pathlib import Path
from prometheus_client import CollectorRegistry
from services.advice.generation.pool import Pool
from services.kit.metrics import WorkerMetrics
from tests.advice.generation.talk import LONG, task

async def main():
    pool = Pool(Path(sys.argv[1]), 1, 1, 1024, WorkerMetrics(CollectorRegistry()))
    await pool.start()
    async for _ in pool.generate(task(schema=LONG)):
        print(*(worker.pid for worker in pool.workers), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def test_workers_end_when_their_parent_is_killed(slow: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(slow)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()

    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_a_terminals_interrupt_leaves_workers_to_their_parent(make_pool: MakePool, tiny: Path) -> None:
    pool = await make_pool(tiny)
    worker = only(pool)

    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker.pid, number)

    assert (await said(pool.generate(task(schema=FORECAST))))[1].stop_reason is StopReason.COMPLETE
    assert pool.workers == {worker}
