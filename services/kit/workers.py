"""A bounded pool of threads for work that would block the event loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from services.kit.errors import Overloaded
from services.kit.metrics import WorkerMetrics

_T = TypeVar("_T")
_RETRY_AFTER_S = 1.0


class Workers:
    """Threads with a bounded queue; what does not fit is refused at once.

    Args:
        threads: Number of threads.
        queue_limit: Tasks that may wait for a thread.
        metrics: Where queue length and refusals are counted.
    """

    def __init__(self, threads: int, queue_limit: int, metrics: WorkerMetrics) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="worker")
        self._part_threads = ThreadPoolExecutor(threads, thread_name_prefix="part")
        self._limit = queue_limit
        self._waiting = 0
        self._slots = asyncio.Semaphore(threads)
        self._metrics = metrics

    async def run(self, task: Callable[[], _T]) -> _T:
        """Runs ``task`` on a thread and returns its result.

        A caller that is cancelled while waiting leaves the queue. One that is cancelled while its task runs gets no
        result, but the thread stays taken until the task ends.

        Raises:
            Overloaded: The queue is full.
        """
        if self._slots.locked() and self._waiting >= self._limit:
            self._metrics.refused.inc()
            raise Overloaded(self._limit, _RETRY_AFTER_S)
        self._waiting += 1
        self._metrics.queued.set(self._waiting)
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
            self._metrics.queued.set(self._waiting)
        context = contextvars.copy_context()  # what the task logs carries the id of the request
        future = asyncio.get_running_loop().run_in_executor(self._executor, context.run, task)
        future.add_done_callback(lambda _: self._slots.release())
        return await asyncio.shield(future)

    def assist(self, part: Callable[[], _T]) -> Future[_T]:
        """Starts a part of a running task on another thread, so that both go on at the same time.

        Parts have threads of their own: a task that waits for its parts never waits for another task.
        """
        return self._part_threads.submit(part)

    def close(self) -> None:
        """Waits for running tasks and ends the threads."""
        self._executor.shutdown()
        self._part_threads.shutdown()
