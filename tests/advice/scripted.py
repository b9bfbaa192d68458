"""The deterministic twin of a language model: it says what a test gives it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from services.advice.generation.port import End, ModelInfo, StopReason, Task


class Scripted:
    """Gives each text in turn, in pieces of a few characters.

    Args:
        texts: What to say, one text per task; an error is raised instead.
        stop_reason: How every text ends.
    """

    def __init__(self, *texts: str | Exception, stop_reason: StopReason = StopReason.COMPLETE) -> None:
        self._texts = list(texts)
        self._stop_reason = stop_reason
        self.tasks: list[Task] = []
        self.closed_early = 0
        self.problem = ""

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("scripted", "1.0.0", "0" * 64, 4096)

    def ready(self) -> str:
        return self.problem

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def generate(self, task: Task, deadline: float | None = None) -> AsyncGenerator[str | End, None]:
        self.tasks.append(task)
        text = self._texts.pop(0)
        if isinstance(text, Exception):
            raise text
        try:
            for start in range(0, len(text), 7):
                yield text[start : start + 7]
        except GeneratorExit:
            self.closed_early += 1
            raise
        yield End(self._stop_reason, 10, len(text))
