"""Reads a chat completion that an OpenAI-compatible endpoint streams, and believes nothing of it."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any

from services.advice.generation.errors import GenerationFailed
from services.advice.generation.port import End, StopReason

_MOST_BYTES = 8 << 20
_STOP_REASONS = {"stop": StopReason.COMPLETE, "length": StopReason.LENGTH}


async def read_events(chunks: AsyncIterable[bytes]) -> AsyncGenerator[str | End, None]:
    """The pieces of text of a completion, then its end.

    Args:
        chunks: The body of the answer, server-sent events with a JSON object each, cut anywhere.

    Raises:
        GenerationFailed: The answer is cut off, empty, too large, or no completion.
    """
    completion = _Completion()
    async for line in _lines(chunks):
        name, _, value = line.partition(b":")
        if name != b"data":
            continue
        if value.strip() == b"[DONE]":
            break
        if piece := completion.add(value):
            yield piece
    yield completion.end()


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    rest, size = b"", 0
    async for chunk in chunks:
        size += len(chunk)
        if size > _MOST_BYTES:
            raise _failed(f"is longer than {_MOST_BYTES} bytes")
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")
    if rest:
        raise _failed("is cut off")


class _Completion:
    """What is known of a completion so far."""

    def __init__(self) -> None:
        self._empty = True
        self._finish: str | None = None
        self._tokens = (0, 0)
        # Some endpoints cut a character beyond U+FFFF into its two surrogates.
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def add(self, data: bytes) -> str:
        """Takes one event and returns the text that it adds."""
        try:
            event = json.loads(data)
            if "error" in event:
                raise _failed("reports an error")
            return self._add(event)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _failed("is no chat completion") from error

    def end(self) -> End:
        """How the completion ended."""
        if self._finish is None:
            raise _failed("is cut off")
        if self._finish not in _STOP_REASONS:
            raise _failed(f"ended with {self._finish[:40]!r}")
        if self._empty:
            raise _failed("is empty")
        return End(_STOP_REASONS[self._finish], *self._tokens)

    def _add(self, event: dict[str, Any]) -> str:
        if usage := event.get("usage"):
            self._tokens = (int(usage["prompt_tokens"]), int(usage["completion_tokens"]))
        if not event["choices"]:
            return ""
        choice = event["choices"][0]
        if (finish := choice.get("finish_reason")) is not None:
            self._finish = str(finish)
        delta = choice.get("delta") or {}
        if delta.get("refusal"):
            raise _failed("is a refusal")
        text = self._decoder.decode((delta.get("content") or "").encode("utf-16-le", "surrogatepass"))
        self._empty = self._empty and not text
        return text


def _failed(what: str) -> GenerationFailed:
    return GenerationFailed(f"The answer of the language model's endpoint {what}; try again.")
