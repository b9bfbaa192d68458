"""Chat completions from and to the messages of GenerationService."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from steward.advice.v1.generation_service_pb2 import GenerationEnd, GenerationTask, LanguageModel, PromptMessage

from gateway.openai.request import ChatRequest, Message

_ROLES: Mapping[str, PromptMessage.Role.ValueType] = {
    "system": PromptMessage.ROLE_SYSTEM,
    "developer": PromptMessage.ROLE_SYSTEM,
    "user": PromptMessage.ROLE_USER,
    "assistant": PromptMessage.ROLE_ASSISTANT,
}
_FINISH_REASONS: Mapping[GenerationEnd.StopReason.ValueType, str] = {
    GenerationEnd.STOP_REASON_COMPLETE: "stop",
    GenerationEnd.STOP_REASON_LENGTH: "length",
}
_SEEDS = 2**32


def task_of(request: ChatRequest) -> GenerationTask:
    """What to generate for a request."""
    task = GenerationTask(
        messages=[_prompt(message) for message in request.messages],
        json_schema=request.json_schema,
        max_tokens=request.max_completion_tokens or request.max_tokens or 0,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=None if request.seed is None else request.seed % _SEEDS,
        stop=request.stop,
    )
    if request.top_p == 0:  # OpenAI's way to ask for the likeliest token each time
        task.ClearField("top_p")
        task.temperature = 0
    return task


def _prompt(message: Message) -> PromptMessage:
    return PromptMessage(role=_ROLES[message.role], content=message.content)


def model_card(model: LanguageModel) -> dict[str, Any]:
    """A model as GET /v1/models tells it; nothing tells when it was created."""
    return {"id": model.provenance.model, "object": "model", "created": 0, "owned_by": "steward"}


@dataclass(frozen=True, slots=True)
class Completion:
    """One chat completion, whole or in pieces.

    Args:
        model: The model that makes it.
        with_usage: Whether its pieces tell how many tokens it took.
    """

    model: LanguageModel
    with_usage: bool = False
    _id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(16)}")
    _created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, text: str, end: GenerationEnd) -> bytes:
        """The completion as one JSON object."""
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _FINISH_REASONS[end.stop_reason]}
        return orjson.dumps({**self._head("chat.completion"), "choices": [choice], "usage": _usage(end)})

    def first(self) -> bytes:
        """The piece before the text."""
        return self._piece({"role": "assistant", "content": "", "refusal": None})

    def text(self, text: str) -> bytes:
        """A piece of the text."""
        return self._piece({"content": text})

    def last(self, end: GenerationEnd) -> bytes:
        """The pieces after the text, and the mark that nothing follows."""
        pieces = self._piece({}, _FINISH_REASONS[end.stop_reason])
        if self.with_usage:
            pieces += _event({**self._head("chat.completion.chunk"), "choices": [], "usage": _usage(end)})
        return pieces + b"data: [DONE]\n\n"

    def _piece(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.with_usage else {}
        return _event({**self._head("chat.completion.chunk"), "choices": [choice], **usage})

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self.model.provenance.model,
            "system_fingerprint": f"fp_{self.model.provenance.artifact_sha256[:12] or self.model.provenance.version}",
        }


def failure(error: bytes) -> bytes:
    """The event that ends a stream which has failed; no mark follows it."""
    return b"data: %b\n\n" % error


def _event(piece: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % orjson.dumps(piece)


def _usage(end: GenerationEnd) -> dict[str, int]:
    prompt, completion = end.prompt_token_count, end.completion_token_count
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
