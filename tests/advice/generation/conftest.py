"""Tiny models and pools of real worker processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.advice.generation.pool import Pool
from services.kit.metrics import WorkerMetrics
from tests.advice.generation import ggufs

MakePool = Callable[..., Awaitable[Pool]]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of each sort of vocabulary, and one that takes about a second for a long text."""
    folder = tmp_path_factory.mktemp("models")
    ggufs.write(folder / "bytes.gguf")
    ggufs.write(folder / "long.gguf", ggufs.long_tokens())
    ggufs.write(folder / "sentencepiece.gguf", ggufs.sentencepiece())
    ggufs.write(folder / "slow.gguf", width=256, layers=6)
    return folder


@pytest.fixture
def tiny(models: Path) -> Path:
    """The smallest model."""
    return models / "bytes.gguf"


@pytest.fixture
def slow(models: Path) -> Path:
    """A model that takes about a second for a long text."""
    return models / "slow.gguf"


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
async def make_pool() -> AsyncIterator[MakePool]:
    """Starts pools; no process is left when the test ends."""
    pools: list[Pool] = []

    async def make(
        path: Path, workers: int = 1, queue_limit: int = 64, registry: CollectorRegistry | None = None
    ) -> Pool:
        pool = Pool(path, workers, queue_limit, 1024, WorkerMetrics(registry or CollectorRegistry()))
        pools.append(pool)
        await pool.start()
        return pool

    yield make
    for pool in pools:
        pids = [worker.pid for worker in pool.workers]
        await pool.stop()
        assert not [pid for pid in pids if _exists(pid)]
