"""The body of POST /v1/chat/completions: what is read, what is ignored, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from steward.errors.v1 import reason_pb2

from gateway.transcoder.errors import clipped
from services.kit.errors import InvalidRequest, MalformedRequest, Violation

IGNORED = frozenset(
    {
        "metadata",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "safety_identifier",
        "service_tier",
        "store",
        "user",
    }
)
"""Parameters about bookkeeping, which change nothing in a completion."""

UNSUPPORTED: Mapping[str, tuple[Any, ...]] = {
    "audio": (),
    "frequency_penalty": (0,),
    "function_call": ("none",),
    "functions": ([],),
    "logit_bias": ({},),
    "logprobs": (False,),
    "modalities": (["text"],),
    "moderation": (),
    "n": (1,),
    "parallel_tool_calls": (),
    "prediction": (),
    "presence_penalty": (0,),
    "reasoning_effort": (),
    "tool_choice": ("none",),
    "tools": ([],),
    "top_logprobs": (0,),
    "verbosity": ("medium",),
    "web_search_options": (),
}
"""Parameters that would change a completion, with the values that would not and are therefore taken; null always is."""

_MAX_TOKENS = 131_072
_SPOKEN = ("role", "content", "name")


def invalid(
    param: str, why: str, reason: reason_pb2.Reason.ValueType = reason_pb2.REASON_FIELD_INVALID
) -> InvalidRequest:
    """The error for a parameter, such as "messages[0].content"."""
    return InvalidRequest([Violation(clipped(param), reason, why)])


def _text(content: Any) -> Any:
    """The text of a message, whose parts are lines if there are several."""
    if not isinstance(content, list):
        return content
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise ValueError('only parts {"type": "text", "text": "…"} are supported')
    return "\n".join(part["text"] for part in content)


def _said(message: Any) -> Any:
    """A message without what is empty: clients send answers back with all their fields."""
    if not isinstance(message, dict):
        return message
    return {key: value for key, value in message.items() if key in _SPOKEN or value not in (None, [])}


def _several(stop: Any) -> Any:
    return [stop] if isinstance(stop, str) else stop


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(_Part):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, BeforeValidator(_text)]
    name: str | None = None


class TextFormat(_Part):
    """Any text."""

    type: Literal["text"]


class JsonFormat(_Part):
    """Any JSON object."""

    type: Literal["json_object"]


class NamedSchema(_Part):
    """A JSON Schema, which is enforced whether `strict` asks for it or not."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    json_schema: dict[str, Any] = Field(alias="schema")
    description: str | None = None
    strict: bool | None = None


class SchemaFormat(_Part):
    """JSON that fits a schema."""

    type: Literal["json_schema"]
    json_schema: NamedSchema


class StreamOptions(_Part):
    """What a stream says besides the text."""

    include_usage: bool = False
    include_obfuscation: bool | None = None
    """Taken and not acted upon: padding that hides lengths from whoever reads along."""


class ChatRequest(_Part):
    """The parameters that are read."""

    model: str
    messages: list[Annotated[Message, BeforeValidator(_said)]] = Field(min_length=1, max_length=256)
    response_format: TextFormat | JsonFormat | SchemaFormat = Field(TextFormat(type="text"), discriminator="type")
    max_completion_tokens: int | None = Field(None, ge=1, le=_MAX_TOKENS)
    max_tokens: int | None = Field(None, ge=1, le=_MAX_TOKENS)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    seed: int | None = None
    stop: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=256)]], Field(max_length=4), BeforeValidator(_several)
    ] = []
    stream: bool = False
    stream_options: StreamOptions | None = None

    @property
    def json_schema(self) -> str:
        """The schema that the text must fit, as JSON; empty for any text."""
        if isinstance(self.response_format, SchemaFormat):
            return orjson.dumps(self.response_format.json_schema.json_schema).decode()
        return '{"type":"object"}' if isinstance(self.response_format, JsonFormat) else ""


def read_request(body: bytes) -> ChatRequest:
    """The request of a body.

    Raises:
        MalformedRequest: The body is no JSON object.
        InvalidRequest: A parameter is unknown, not supported or wrong.
    """
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"The body is no JSON: {error}.") from None
    if not isinstance(sent, dict):
        raise MalformedRequest("The body must be a JSON object.")
    parameters = {name: value for name, value in sent.items() if value is not None and name not in IGNORED}
    for name, value in parameters.items():
        if name in UNSUPPORTED and not any(value == neutral and value is not True for neutral in UNSUPPORTED[name]):
            raise invalid(name, "is not supported here; leave it out.")
        if name not in UNSUPPORTED and name not in ChatRequest.model_fields:
            raise invalid(name, "is no parameter of chat completions.", reason_pb2.REASON_UNKNOWN_FIELD)
    try:
        request = ChatRequest.model_validate(
            {name: parameters[name] for name in parameters.keys() - UNSUPPORTED.keys()}
        )
    except ValidationError as error:
        raise _first(error) from None
    _check_together(request)
    return request


def _first(error: ValidationError) -> InvalidRequest:
    first = error.errors(include_url=False, include_input=False)[0]
    tags = ("text", "json_object", "json_schema") if first["loc"][:1] == ("response_format",) else ()
    place = [part for at, part in enumerate(first["loc"]) if not (at == 1 and part in tags)]
    param = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    reason = reason_pb2.REASON_FIELD_REQUIRED if first["type"] == "missing" else reason_pb2.REASON_FIELD_INVALID
    return invalid(param, f"{first['msg'].removeprefix('Value error, ')}.", reason)


def _check_together(request: ChatRequest) -> None:
    if request.max_tokens is not None and request.max_completion_tokens is not None:
        raise invalid("max_tokens", "cannot be sent together with max_completion_tokens, which replaces it.")
    if request.stop and request.json_schema:
        raise invalid("stop", "cannot be sent together with a response_format of JSON, which would be cut off.")
    if request.stream_options is not None and not request.stream:
        raise invalid("stream_options", 'can only be sent together with "stream": true.')
