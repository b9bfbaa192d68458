"""The processes as they are started in production, one by one, so that each can be stopped, stalled and killed."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from deploy.stack import PROCESSES
from tests.ports import free_port, stack_environment

ROOT = Path(__file__).parents[2]


class Processes:
    """All processes of the stack on free ports."""

    def __init__(self) -> None:
        self.http_port, *self._grpc_ports = (free_port() for _ in range(5))
        self._folder = TemporaryDirectory()
        self._running: dict[str, asyncio.subprocess.Process] = {}

    @property
    def url(self) -> str:
        """Where REST is served."""
        return f"http://127.0.0.1:{self.http_port}"

    async def start(self, module: str) -> None:
        """Starts a process."""
        environment = stack_environment(self.http_port, *self._grpc_ports, Path(self._folder.name))
        self._running[module] = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    def signal(self, module: str, number: signal.Signals) -> None:
        """Sends a signal to a process."""
        self._running[module].send_signal(number)

    async def ended(self, module: str) -> int:
        """Waits for a process to end; its exit code."""
        return await asyncio.wait_for(self._running.pop(module).wait(), 30)

    def pid(self, module: str) -> int:
        """Id of a process."""
        return self._running[module].pid

    async def until(self, client: httpx.AsyncClient, status: str) -> None:
        """Waits until /health tells the status."""
        for _ in range(600):
            try:
                if (await client.get("/health")).json()["status"] == status:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
        raise TimeoutError(f"health never became {status}")

    async def stop(self) -> None:
        """Ends whatever runs."""
        for child in self._running.values():
            child.send_signal(signal.SIGCONT)
            child.kill()
            await child.wait()
        self._folder.cleanup()


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Processes, httpx.AsyncClient]]:
    """All processes, ready, and a client for REST."""
    processes = Processes()
    try:
        for module in PROCESSES:
            await processes.start(module)
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(base_url=processes.url, timeout=30, limits=limits) as client:
            await processes.until(client, "SERVING")
            yield processes, client
    finally:
        await processes.stop()
