"""The last look at a text before it counts as complete, whatever generated it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from services.advice.generation.errors import GenerationFailed
from services.advice.generation.json_schema import check_schema, violation
from services.advice.generation.port import End, StopReason, Task

Events = AsyncGenerator[str | End, None]


async def checked(task: Task, generate: Callable[[dict[str, Any] | None], Events]) -> Events:
    """Generates a text for a task and checks it against the task's schema.

    Args:
        task: What to generate.
        generate: Generates it, given the schema, if there is one.

    Raises:
        SchemaNotEnforceable: The schema has something that cannot be enforced; nothing is generated.
        GenerationFailed: The text does not fit the schema.
    """
    schema = check_schema(task.schema) if task.schema else None
    said: list[str] = []
    async with aclosing(generate(schema)) as events:
        async for event in events:
            if isinstance(event, str):
                said.append(event)
            elif schema is not None and event.stop_reason is StopReason.COMPLETE:
                _check("".join(said), schema)
            yield event


def _check(text: str, schema: dict[str, Any]) -> None:
    problem = violation(schema, text)
    if problem:
        raise GenerationFailed(f"The language model's text does not fit the schema: {problem.rstrip('.')}. Try again.")
