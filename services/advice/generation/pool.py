"""A GGUF model in a pool of processes, each with one thread and a context of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from services.advice.generation.checking import checked
from services.advice.generation.errors import GenerationFailed, ModelBroken
from services.advice.generation.gguf_file import check_file
from services.advice.generation.line import Line
from services.advice.generation.port import End, ModelInfo, Task
from services.advice.generation.process import WorkerDied, WorkerProcess
from services.kit.errors import DomainError, ServiceUnavailable
from services.kit.metrics import WorkerMetrics

_log = logging.getLogger(__name__)

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0
"""How long a worker that cannot load the model waits before it tries again: longer each time."""


class Pool:
    """Generates text in worker processes; see `port.Generator`.

    A worker that dies is replaced. Its task is done by another one, unless part of the text was sent already.

    Args:
        path: The GGUF file.
        workers: Number of processes.
        queue_limit: Tasks that may wait for a worker.
        context_tokens: Most tokens of prompt and text together, if the model can take as many.
        metrics: Where queue length and refusals are counted.
    """

    def __init__(self, path: Path, workers: int, queue_limit: int, context_tokens: int, metrics: WorkerMetrics) -> None:
        self._path = path
        self._size = workers
        self._context_tokens = context_tokens
        self._line: Line[WorkerProcess] = Line(queue_limit, metrics)
        self._processes: set[WorkerProcess] = set()
        self._workers: set[WorkerProcess] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._settling: set[asyncio.Task[None]] = set()
        self._info: ModelInfo | None = None
        self._problem: DomainError | None = None
        self._tried = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def info(self) -> ModelInfo:
        """See `port.Generator`."""
        if self._info is None:
            raise self._unusable()
        return self._info

    @property
    def workers(self) -> frozenset[WorkerProcess]:
        """The workers that have loaded the model."""
        return frozenset(self._workers)

    def ready(self) -> str:
        """See `port.Generator`."""
        if self._workers:
            return ""
        return self._problem.message if self._problem else "The language model is being loaded."

    async def start(self) -> None:
        """Starts the workers and waits until one of them has loaded the model, or could not."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._size)]
        await self._tried.wait()

    async def stop(self) -> None:
        """Ends the workers; tasks that wait or are worked on fail."""
        self._line.close(_stopping())
        self._stopping.set()
        self._tried.set()
        await asyncio.gather(*(process.end() for process in self._processes))
        await asyncio.gather(*self._keepers, *self._settling)

    def generate(self, task: Task, deadline: float | None = None) -> AsyncGenerator[str | End, None]:
        """See `port.Generator`."""
        return checked(task, lambda schema: self._generate(task, schema, deadline))

    async def _generate(
        self, task: Task, schema: dict[str, Any] | None, deadline: float | None
    ) -> AsyncGenerator[str | End, None]:
        said = done = again = False
        while not done:
            worker = await self._take(deadline, again=again)
            began = asyncio.get_running_loop().time()
            try:
                async with aclosing(worker.run(task, schema, deadline)) as events:
                    async for event in events:
                        said = True
                        yield event
                done = True
            except WorkerDied:
                if said or again:
                    raise GenerationFailed("The process that generated the text died; try again.") from None
                again = True
            finally:
                self._give(worker, began)

    async def _take(self, deadline: float | None, *, again: bool) -> WorkerProcess:
        if not self._workers and self._problem:
            raise self._unusable()
        while True:
            worker = await self._line.take(deadline, again=again)
            if worker.alive:
                return worker

    def _give(self, worker: WorkerProcess, began: float) -> None:
        if worker.busy and worker.alive:
            # Whoever closed the iterator does not wait until the worker has heard of it.
            settling = asyncio.create_task(self._settle(worker, began))
            self._settling.add(settling)
            settling.add_done_callback(self._settling.discard)
        elif worker in self._workers and worker.alive:
            self._line.give(worker, asyncio.get_running_loop().time() - began)

    async def _settle(self, worker: WorkerProcess, began: float) -> None:
        tokens = await worker.settle()
        _log.debug("a generation was stopped", extra={"tokens": tokens})
        if not worker.busy:
            self._give(worker, began)

    async def _keep(self) -> None:
        """Keeps one worker running."""
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            if await self._run_worker():
                pause_s = _FIRST_PAUSE_S
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._stopping.wait()
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _run_worker(self) -> bool:
        """Runs a worker to its end and returns whether it had loaded the model."""
        try:
            async with self._process() as worker:
                self._know(await worker.loaded())
                await self._use(worker)
        except DomainError as error:
            self._fail(error)
            return False
        if not self._stopping.is_set():
            _log.error("a process that generates text died", extra={"pid": worker.pid})
        return True

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[WorkerProcess]:
        """A process that loads the model; it is ended in any case."""
        check_file(self._path)
        try:
            worker = await WorkerProcess.start(self._path, self._context_tokens)
        except OSError as error:
            raise ServiceUnavailable(f"No process can be started to generate text: {error.strerror}.") from error
        self._processes.add(worker)
        try:
            if self._stopping.is_set():
                raise _stopping()
            yield worker
        finally:
            await worker.end()
            self._processes.discard(worker)

    async def _use(self, worker: WorkerProcess) -> None:
        self._workers.add(worker)
        self._line.add(worker)
        try:
            await worker.ended()
        finally:
            self._workers.discard(worker)
            self._line.remove(worker)

    def _know(self, info: ModelInfo) -> None:
        if self._info not in (None, info) and self._workers:
            raise ModelBroken(f"{self._path} was replaced while in use; restart the service.")
        self._info, self._problem = info, None
        self._tried.set()

    def _unusable(self) -> DomainError:
        if self._problem is None:
            return ServiceUnavailable("The language model is being loaded; try again in a moment.")
        # The same error is raised for many callers; what it knows of the last one would pile up.
        return self._problem.with_traceback(None)

    def _fail(self, error: DomainError) -> None:
        if self._stopping.is_set():
            return
        _log.error("the language model cannot be loaded", extra={"problem": error.message})
        self._problem = error
        self._tried.set()
        if not self._workers:
            self._line.fail(error)


def _stopping() -> ServiceUnavailable:
    return ServiceUnavailable("The language model is being stopped; try again later.")
