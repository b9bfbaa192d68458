"""What generates text, whichever model does it: a task goes in, pieces of text come out, then how it ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

DEFAULT_TEMPERATURE = 0.7


class Role(Enum):
    """Who speaks in a conversation."""

    SYSTEM = "system"
    """Who sets the rules."""
    USER = "user"
    """Who asks."""
    ASSISTANT = "assistant"
    """The model."""


class StopReason(Enum):
    """Why a generation ended."""

    COMPLETE = "complete"
    """The text is complete; one with a schema fits it."""
    LENGTH = "length"
    """The number of tokens ran out; a text with a schema is cut off."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Task:
    """A text to be generated."""

    messages: tuple[Message, ...]
    """The conversation, the oldest message first; at least one."""
    schema: str = ""
    """JSON Schema that the text must fit, as JSON; any text if empty."""
    max_tokens: int = 0
    """Most tokens to generate; as many as the context holds if 0."""
    temperature: float = DEFAULT_TEMPERATURE
    """How much the text varies, 0 to 2; 0 takes the likeliest token each time."""
    top_p: float = 1.0
    """Share of the probability that tokens are drawn from, the likeliest first; above 0, at most 1."""
    seed: int | None = None
    """The same task with the same seed and model gives the same text; None draws a seed."""
    stop: tuple[str, ...] = ()
    """Texts before which the text ends; they have no effect on a text with a schema."""


@dataclass(frozen=True, slots=True)
class End:
    """How a generation ended."""

    stop_reason: StopReason
    prompt_tokens: int
    completion_tokens: int
    forced_tokens: int = 0
    """How many of the completion's tokens the schema left no choice about."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which language model generates."""

    name: str
    version: str = ""
    """Empty if that is not known."""
    sha256: str = ""
    """Of the model's file, as hexadecimal digits; empty if that is not known."""
    context_tokens: int = 0
    """Most tokens of prompt and text together; 0 if that is not known."""
    prompt_format: str = ""
    """Notation of prompts that the model was trained on; empty for one that talks in plain language."""


class Generator(Protocol):
    """A language model that is ready to be asked.

    Use as ``await generator.start()`` … ``await generator.stop()``.
    """

    @property
    def info(self) -> ModelInfo:
        """The model.

        Raises:
            DomainError: It is not known yet, or cannot be used; the error says why.
        """

    def ready(self) -> str:
        """Why the model cannot be asked now; empty if it can."""

    async def start(self) -> None:
        """Starts what is needed and returns as soon as `ready` tells how that went."""

    async def stop(self) -> None:
        """Ends everything that was started; what is being generated fails."""

    def generate(self, task: Task, deadline: float | None = None) -> AsyncGenerator[str | End, None]:
        """Generates a text: pieces of whole characters, then its `End`.

        Closing the iterator ends the generation.

        Args:
            task: What to generate.
            deadline: When the caller gives up, in the event loop's time; None for never.

        Raises:
            SchemaNotEnforceable: The schema has something that cannot be enforced.
            PromptTooLong: The prompt leaves no room in the context.
            Overloaded: Too many tasks are waiting, or the deadline would pass while this one waits.
            DeadlineExceeded: The deadline has passed.
            GenerationFailed: The model gave no usable text.
            ModelBroken: There is no model to be asked.
        """
