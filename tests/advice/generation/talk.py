"""Tasks, and what comes of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from services.advice.generation import End, Message, Role, Task

FORECAST = {
    "type": "object",
    "properties": {
        "headline": {"type": "string", "maxLength": 40},
        "kind": {"enum": ["heating año", "pneumonoultramicroscopicsilicovolcanoconiosis", "10 €"]},
        "count": {"type": "integer", "minimum": 0, "maximum": 9},
        "notes": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 6}},
    },
    "required": ["headline", "kind", "count", "notes"],
    "additionalProperties": False,
}
"""Free text, tokens that are forced, numbers and a list of any length."""

LONG = {"type": "string", "minLength": 300, "maxLength": 310}
"""A text of several hundred tokens, whatever the model would rather say."""


def task(*contents: str, schema: Any = None, **fields: Any) -> Task:
    """A task in which a user says ``contents``."""
    messages = tuple(Message(Role.USER, content) for content in contents or ("What shall I do?",))
    return Task(messages, json.dumps(schema) if schema is not None else "", **{"seed": 1, **fields})


def split(events: Iterable[str | End]) -> tuple[str, End]:
    """The text and how it ended."""
    *pieces, end = events
    assert isinstance(end, End)
    assert all(isinstance(piece, str) and piece for piece in pieces)
    return "".join(map(str, pieces)), end


async def heard(events: AsyncIterator[str | End], pieces: list[str | End]) -> None:
    """Adds pieces to a list as they come, for texts that are expected to fail."""
    async for piece in events:
        pieces.append(piece)  # noqa: PERF401 - those before the failure count


async def said(events: AsyncIterator[str | End]) -> tuple[str, End]:
    """The text and how it ended, once it has."""
    return split([event async for event in events])
