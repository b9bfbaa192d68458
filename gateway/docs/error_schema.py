"""The schema of errors: AIP-193 with the closed list of reasons."""

from __future__ import annotations

from typing import Any

import grpc

from gateway.docs.comments import paragraphs
from gateway.transcoder.descriptors import Contracts

_REASONS = "steward.errors.v1.Reason"
_PREFIX = "REASON_"
_DETAIL = "type.googleapis.com/google.rpc."
_STRING = {"type": "string"}

Schema = dict[str, Any]


def error_schema(contracts: Contracts, comments: dict[str, str]) -> Schema:
    """The schema of the body of every answer that is no success."""
    statuses = [code.name for code in grpc.StatusCode if code is not grpc.StatusCode.OK]
    error = {
        "type": "object",
        "required": ["code", "message", "status", "details"],
        "properties": {
            "code": {"type": "integer", "description": "HTTP status."},
            "message": {"type": "string", "description": "What is wrong and what to do about it, for people."},
            "status": {"type": "string", "enum": statuses, "description": "Canonical code of gRPC."},
            "details": {"type": "array", "items": {"anyOf": _details(_reasons(contracts, comments))}},
        },
    }
    return {"type": "object", "title": "Error", "required": ["error"], "properties": {"error": error}}


def _reasons(contracts: Contracts, comments: dict[str, str]) -> Schema:
    """The reason of an error, with what each means if the contracts list them."""
    enum = contracts.registry.enum(_REASONS)
    if enum is None:
        return _STRING
    lines = []
    for value in enum.values[1:]:
        comment = comments.get(f"{_REASONS}.{value.name}", "").partition("\n\n")[0]
        lines.append(f"- `{value.name.removeprefix(_PREFIX)}`: {' '.join(comment.split())}")
    names = [value.name.removeprefix(_PREFIX) for value in enum.values[1:]]
    described = paragraphs("Why the call failed, for programs.", "\n".join(lines))
    return {"type": "string", "enum": names, "description": described}


def _details(reason: Schema) -> list[Schema]:
    violation = {"type": "object", "properties": {"field": _STRING, "description": _STRING, "reason": reason}}
    metadata = {"type": "object", "additionalProperties": _STRING}
    return [
        _detail("ErrorInfo", {"reason": reason, "domain": _STRING, "metadata": metadata}),
        _detail("BadRequest", {"fieldViolations": {"type": "array", "items": violation}}),
        _detail("RetryInfo", {"retryDelay": {"type": "string", "examples": ["1s"]}}),
        {"type": "object", "required": ["@type"], "properties": {"@type": _STRING}},
    ]


def _detail(name: str, properties: Schema) -> Schema:
    own = {"@type": {"const": f"{_DETAIL}{name}"}}
    return {"type": "object", "title": name, "required": ["@type"], "properties": own | properties}
