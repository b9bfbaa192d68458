"""Runs the whole stack on this machine until it is told to stop, or until one of its processes ends.

A `.env` file beside the Makefile is read first. Data are kept below `var/`. With the name of a module, it runs that one
with its arguments instead, in the same environment: what it does is done to the data of the stack.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROCESSES = ("services.prediction", "services.advice", "services.maintenance", "gateway")
"""Modules of the processes, in the order in which they start."""

_READY_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 30.0


def environment() -> dict[str, str]:
    """The environment of the processes: this one's, and what .env sets besides."""
    found: dict[str, str] = {}
    if (ROOT / ".env").exists():
        for line in (ROOT / ".env").read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator and not name.lstrip().startswith("#"):
                found[name.strip()] = value.strip()
    return {**found, **os.environ}


async def main() -> int:
    """Starts the processes, waits for the end of any, and stops the rest in reverse order.

    Returns:
        0 if the stack was told to stop, else 1.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    env = environment()
    # A session of its own each, so that Ctrl-C reaches them through us alone and in order.
    children = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", module, cwd=ROOT, env=env, start_new_session=True)
        for module in PROCESSES
    ]
    waits = [asyncio.create_task(child.wait()) for child in children]
    told = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(_announce(int(env.get("STEWARD_GATEWAY_PORT", "8000"))))
    await asyncio.wait([*waits, told], return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    for module, wait in zip(PROCESSES, waits, strict=True):
        if wait.done():
            print(f"{module} has ended with {wait.result()}; stopping the rest.", file=sys.stderr, flush=True)
    for child in reversed(children):
        await _stop(child)
    told.cancel()
    return 0 if stop.is_set() else 1


async def _announce(port: int) -> None:
    url = f"http://localhost:{port}"
    deadline = asyncio.get_running_loop().time() + _READY_TIMEOUT_S
    while asyncio.get_running_loop().time() < deadline:
        if await asyncio.to_thread(_serving, f"{url}/health"):
            print(f"\nSteward is ready: {url}/docs\n", file=sys.stderr, flush=True)
            return
        await asyncio.sleep(0.1)
    print(f"Steward is not ready after {_READY_TIMEOUT_S:g} s; see {url}/health.", file=sys.stderr, flush=True)


def _serving(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:  # noqa: S310 - our own address
            return bool(json.load(response)["status"] == "SERVING")
    except (OSError, ValueError):
        return False


async def _stop(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _STOP_TIMEOUT_S)
    except TimeoutError:
        child.kill()
        await child.wait()


if __name__ == "__main__":
    if sys.argv[1:]:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", *sys.argv[1:]], environment())  # noqa: S606 - our own modules
    sys.exit(asyncio.run(main()))
