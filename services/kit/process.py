"""The life of a process: start, serve until told to stop, drain."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import prometheus_client
import uvloop
from prometheus_client import CollectorRegistry

from services.kit import logs
from services.kit.settings import ProcessSettings, SettingsError, load

_S = TypeVar("_S", bound=ProcessSettings)


async def stopped() -> None:
    """Waits for SIGTERM or SIGINT."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    await event.wait()


def serve_metrics(registry: CollectorRegistry, port: int) -> None:
    """Serves Prometheus metrics at http://0.0.0.0:port/metrics; 0 serves none.

    Raises:
        OSError: The port cannot be listened on.
    """
    if not port:
        return
    try:
        prometheus_client.start_http_server(port, registry=registry)
    except OSError as error:
        raise OSError(f"Cannot serve metrics on port {port}: is another process using it?") from error


def main(settings: type[_S], serve: Callable[[_S], Coroutine[Any, Any, None]]) -> None:
    """Reads the settings and runs ``serve(settings)`` to its end.

    Exits with 2 and one sentence where the settings are wrong, or 1 where the process cannot listen.
    """
    try:
        loaded = load(settings)
        logs.configure(loaded.log_level)
        uvloop.run(serve(loaded))
    except SettingsError as error:
        sys.exit(_complain(error, 2))
    except OSError as error:
        sys.exit(_complain(error, 1))


def _complain(error: Exception, code: int) -> int:
    print(error, file=sys.stderr)
    return code
