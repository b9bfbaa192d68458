"""What a pool and its worker processes tell each other: JSON objects, one a line.

to a worker:    {"number", "task", "schema", "seconds"}       a task and how long its caller waits
                {"cancel": number}                            nobody waits for the text of that task any more
from a worker:  {"model"} or {"error"}                        once, after loading
                {"number", "text"}                            a piece
                {"number", "end"} or {"number", "error"}      how a task ended
                {"number", "stopped": tokens}                 it was cancelled or its time ran out
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from services.advice.generation.errors import GenerationFailed, ModelBroken, PromptTooLong
from services.advice.generation.port import End, Message, Role, StopReason, Task
from services.advice.generation.schema_error import SchemaNotEnforceable
from services.kit.errors import DomainError

_ERRORS = {error.__name__: error for error in (GenerationFailed, ModelBroken, PromptTooLong, SchemaNotEnforceable)}


def line(message: dict[str, Any]) -> bytes:
    """A message as it is sent."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def task_message(number: int, task: Task, schema: dict[str, Any] | None, seconds: float | None) -> dict[str, Any]:
    """A task with its schema, checked; its caller waits for that many seconds."""
    messages = [(message.role.value, message.content) for message in task.messages]
    fields = {
        "messages": messages,
        "max_tokens": task.max_tokens,
        "temperature": task.temperature,
        "top_p": task.top_p,
        "seed": task.seed,
        "stop": task.stop,
    }
    return {"number": number, "task": fields, "schema": schema, "seconds": seconds}


def task_from(fields: dict[str, Any]) -> Task:
    """The task in a message, without its schema."""
    messages = tuple(Message(Role(role), content) for role, content in fields["messages"])
    return Task(**{**fields, "messages": messages, "stop": tuple(fields["stop"])})


def end_message(end: End) -> dict[str, Any]:
    """How a text ended."""
    return {**asdict(end), "stop_reason": end.stop_reason.value}


def end_from(fields: dict[str, Any]) -> End:
    """How a text ended, from a message."""
    return End(**{**fields, "stop_reason": StopReason(fields["stop_reason"])})


def error_message(error: DomainError) -> dict[str, Any]:
    """An error of the domain."""
    return {"name": type(error).__name__, "message": error.message, "metadata": error.metadata}


def error_from(fields: dict[str, Any]) -> DomainError:
    """The error in a message; one that only workers have becomes GenerationFailed."""
    kind = _ERRORS.get(fields["name"], GenerationFailed)
    # Some make their message of what they are constructed with; here it is made already.
    error = kind.__new__(kind)
    DomainError.__init__(error, fields["message"], **fields["metadata"])
    return error
