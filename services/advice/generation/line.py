"""The line in which tasks wait for something that can do them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Generic, TypeVar

from services.kit.errors import DeadlineExceeded, DomainError, Overloaded
from services.kit.metrics import WorkerMetrics

_T = TypeVar("_T")
_RETRY_AFTER_S = 1.0
_SMOOTHING = 0.2


class Line(Generic[_T]):
    """Hands servers, such as worker processes, to tasks, first come first served.

    Args:
        limit: Tasks that may wait.
        metrics: Where queue length and refusals are counted.
    """

    def __init__(self, limit: int, metrics: WorkerMetrics) -> None:
        self._limit = limit
        self._metrics = metrics
        self._servers = 0
        self._idle: list[_T] = []
        self._waiting: deque[asyncio.Future[_T]] = deque()
        self._service_s = 0.0
        self._closed: DomainError | None = None

    def add(self, server: _T) -> None:
        """Adds an idle server."""
        self._servers += 1
        self._hand_out(server)

    def remove(self, server: _T) -> None:
        """Takes away a server, idle or not; it must not be given back."""
        self._servers -= 1
        if server in self._idle:
            self._idle.remove(server)

    async def take(self, deadline: float | None, *, again: bool = False) -> _T:
        """Waits for a server: the one used last, if several are idle, since it remembers the most.

        Args:
            deadline: When the caller gives up, in the event loop's time; None for never.
            again: Whether the task has been served before in vain, so that it goes first and is never refused.

        Raises:
            Overloaded: Too many tasks are waiting, or the deadline would probably pass while this one waits.
            DeadlineExceeded: The deadline has passed.
        """
        if self._closed:
            raise self._closed
        if self._idle:
            return self._idle.pop()
        if not again:
            self._admit(deadline)
        place: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if again else self._waiting.append)(place)
        self._count()
        try:
            async with asyncio.timeout_at(deadline):
                return await self._at(place)
        except TimeoutError:
            raise DeadlineExceeded(
                "Time ran out while the task waited for its turn; allow more or try later."
            ) from None

    def give(self, server: _T, seconds: float) -> None:
        """Gives back a server after it has worked for that many seconds."""
        self._service_s += (seconds - self._service_s) * (_SMOOTHING if self._service_s else 1)
        self._hand_out(server)

    def fail(self, error: DomainError) -> None:
        """Ends the waiting of all tasks with an error."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_exception(error)
        self._count()

    def close(self, error: DomainError) -> None:
        """Ends the waiting of all tasks and of those that will come."""
        self._closed = error
        self.fail(error)

    async def _at(self, place: asyncio.Future[_T]) -> _T:
        try:
            return await place
        except asyncio.CancelledError:
            if place.cancelled():
                # It may have been taken out already, in this turn of the loop.
                with contextlib.suppress(ValueError):
                    self._waiting.remove(place)
                self._count()
            elif place.exception() is None:
                self._hand_out(place.result())
            raise

    def _admit(self, deadline: float | None) -> None:
        wait_s = (len(self._waiting) + 1) * self._service_s / max(self._servers, 1)
        left_s = float("inf") if deadline is None else deadline - asyncio.get_running_loop().time()
        if len(self._waiting) < self._limit and wait_s <= left_s:
            return
        self._metrics.refused.inc()
        raise Overloaded(len(self._waiting), max(round(wait_s, 1), 0.1) if wait_s else _RETRY_AFTER_S)

    def _hand_out(self, server: _T) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            self._count()
            if not place.done():
                place.set_result(server)
                return
        self._idle.append(server)

    def _count(self) -> None:
        self._metrics.queued.set(len(self._waiting))
