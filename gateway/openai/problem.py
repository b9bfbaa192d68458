"""Errors in OpenAI's form: {"error": {"message", "type", "param", "code"}}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.transcoder import Reply

_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_CODES: Mapping[str, str] = {"PROMPT_TOO_LONG": "context_length_exceeded"}
"""Reasons that OpenAI has a name of its own for; the others are sent as they are, in lower case."""
_PARAMS: Mapping[str, str] = {"json_schema": "response_format", "max_tokens": "max_completion_tokens"}
"""Parameters whose fields have other names in the contract."""
_PARAMS_OF_REASONS: Mapping[str, str] = {"MODEL_NOT_FOUND": "model", "PROMPT_TOO_LONG": "messages"}
_TASK = "task."


def openai_reply(reply: Reply) -> Reply:
    """The answer for an error, made of the one that the gateway gives everywhere else."""
    error = orjson.loads(reply.body)["error"]
    info: dict[str, Any] = next((detail for detail in error["details"] if detail.get("@type") == _ERROR_INFO), {})
    reason = info.get("reason", error["status"])
    said = {
        "message": error["message"],
        "type": _type(reply.status),
        "param": _param(reason, info.get("metadata", {})),
        "code": _CODES.get(reason, reason.lower()),
    }
    return Reply(reply.status, orjson.dumps({"error": said}), reply.headers)


def _type(status: int) -> str:
    if status >= 500:
        return "server_error"
    return "rate_limit_error" if status == 429 else "invalid_request_error"


def _param(reason: str, metadata: Mapping[str, Any]) -> str | None:
    path = str(metadata.get("field", ""))
    if not path.startswith(_TASK):
        return path or _PARAMS_OF_REASONS.get(reason)
    name = path.removeprefix(_TASK)
    first = name.partition(".")[0].partition("[")[0]
    return _PARAMS.get(first, name)
