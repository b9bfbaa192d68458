"""A worker process, as the pool that started it sees it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any

from services.advice.generation import wire
from services.advice.generation.errors import ModelBroken
from services.advice.generation.port import End, ModelInfo, Task
from services.kit.errors import DeadlineExceeded

_GRACE_S = 5.0
"""A worker that has not stopped by then, after the token that it was at, is stuck."""

_LINE_LIMIT = 1 << 22
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class WorkerDied(Exception):
    """The process ended before its task did."""


class WorkerProcess:
    """A process that generates one text at a time.

    Args:
        process: The process, just started.
        path: The GGUF file that it loads.
    """

    def __init__(self, process: Process, path: Path) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self._path = path
        self._input, self._output = process.stdin, process.stdout
        self._number = 0
        self.busy = False
        """Whether it works on a task, or has not told yet that it has stopped."""

    @classmethod
    async def start(cls, path: Path, context_tokens: int) -> WorkerProcess:
        """Starts a process that loads a GGUF file."""
        command = (sys.executable, "-m", "services.advice.generation.worker", str(path), str(context_tokens))
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, limit=_LINE_LIMIT, env={**os.environ, **_ENVIRONMENT}
        )
        return cls(process, path)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs and can be talked to."""
        return self._process.returncode is None and not self._output.at_eof()

    async def loaded(self) -> ModelInfo:
        """Waits until the model is loaded.

        Raises:
            ModelBroken: It cannot be.
        """
        try:
            message = await self._receive()
        except WorkerDied:
            code = await self._process.wait()
            raise ModelBroken(
                f"The process that loads {self._path} died with code {code}; is the file damaged?"
            ) from None
        if "error" in message:
            raise wire.error_from(message["error"])
        return ModelInfo(**message["model"])

    async def run(
        self, task: Task, schema: dict[str, Any] | None, deadline: float | None
    ) -> AsyncGenerator[str | End, None]:
        """Generates a text: its pieces, then its end.

        Raises:
            WorkerDied: The process has ended.
            DeadlineExceeded: The deadline has passed.
            DomainError: The worker cannot generate the text; the error says why.
        """
        self._number += 1
        self.busy = True
        seconds = None if deadline is None else deadline - asyncio.get_running_loop().time()
        await self._send(wire.task_message(self._number, task, schema, seconds))
        while "text" in (message := await self._receive(deadline)):
            yield message["text"]
        self.busy = False
        yield _end(message)

    async def settle(self) -> int:
        """Cancels what the worker is at and waits until it has stopped; one that does not stop is killed.

        Returns:
            How many tokens it had generated; 0 if it had come to an end by itself.
        """
        try:
            async with asyncio.timeout(_GRACE_S):
                await self._send({"cancel": self._number})
                while "text" in (message := await self._receive()):
                    pass
            self.busy = False
            return int(message.get("stopped", 0))
        except WorkerDied:
            pass
        except TimeoutError:
            await self.end()
        return 0

    async def ended(self) -> None:
        """Waits for the end of the process."""
        await self._process.wait()

    async def end(self) -> None:
        """Ends the process at once; it has nothing to save."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            self._input.write(wire.line(message))
            await self._input.drain()
        except ConnectionError as error:
            raise WorkerDied from error

    async def _receive(self, deadline: float | None = None) -> dict[str, Any]:
        try:
            async with asyncio.timeout_at(deadline):
                line = await self._output.readline()
        except ValueError as error:
            await self.end()
            raise WorkerDied("said more than fits a line") from error
        except TimeoutError:
            raise DeadlineExceeded("Time ran out while the text was generated; ask for less or allow more.") from None
        if not line.endswith(b"\n"):
            raise WorkerDied
        message: dict[str, Any] = json.loads(line)
        return message


def _end(message: dict[str, Any]) -> End:
    if "error" in message:
        raise wire.error_from(message["error"])
    if "stopped" in message:
        raise DeadlineExceeded("Time ran out while the text was generated; ask for less or allow more.")
    return wire.end_from(message["end"])
