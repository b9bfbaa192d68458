"""The documentation pages, in a real browser without the internet (L-2, M-20, V-22)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bench.figures import whole_stack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; on Debian: apt-get install chromium")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with whole_stack() as opened:
        yield opened


async def dom(url: str, profile: Path) -> str:
    """The page after its scripts have run."""
    assert CHROMIUM
    child = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--disable-quic", "--disable-dev-shm-usage"),
        # Nothing but this machine can be reached, whatever the page asks for.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={profile}",
        "--virtual-time-budget=15000",
        "--dump-dom",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(child.communicate(), 90)
    return out.decode()


@pytest.mark.parametrize("page", ["docs", "redoc"])
async def test_a_page_shows_the_operations(port: int, page: str, tmp_path: Path):
    shown = await dom(f"http://127.0.0.1:{port}/{page}", tmp_path)
    assert "Predicts the loads of one building" in shown
    assert "/v1/energy:analyze" in shown
