"""Errors of generating text."""

from __future__ import annotations

from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, Kind


class GenerationFailed(DomainError):
    """The model gave no usable text; the same task may succeed when it is sent again."""

    kind, reason = Kind.UNAVAILABLE, reason_pb2.REASON_GENERATION_FAILED


class PromptTooLong(DomainError):
    """The prompt leaves no room in the model's context."""

    kind, reason = Kind.INVALID, reason_pb2.REASON_PROMPT_TOO_LONG


class ModelBroken(DomainError):
    """There is no model: its file is missing, damaged or of a kind that cannot be used."""

    kind, reason = Kind.PRECONDITION, reason_pb2.REASON_MODEL_BROKEN
