"""Every parameter of chat completions: read, ignored because it changes nothing, or refused by name."""

from __future__ import annotations

from typing import Any, get_type_hints

import httpx
from openai.types.chat.completion_create_params import CompletionCreateParamsBase

from gateway.openai.request import IGNORED, UNSUPPORTED, ChatRequest
from tests.gateway.openai.generator import MODEL

HELLO = [{"role": "user", "content": "Say it back"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "one", "schema": {"type": "null"}}}
PART = {"type": "text", "text": "a"}

UNSUPPORTED_VALUES: dict[str, Any] = {
    "audio": {"format": "wav", "voice": "ash"},
    "frequency_penalty": 0.5,
    "function_call": "auto",
    "functions": [{"name": "f"}],
    "logit_bias": {"50256": -100},
    "logprobs": True,
    "modalities": ["text", "audio"],
    "moderation": {"model": "any"},
    "n": 2,
    "parallel_tool_calls": True,
    "prediction": {"type": "content", "content": "a"},
    "presence_penalty": -1,
    "reasoning_effort": "low",
    "tool_choice": "auto",
    "tools": [TOOL],
    "top_logprobs": 2,
    "verbosity": "high",
    "web_search_options": {},
}
IGNORED_VALUES: dict[str, Any] = {
    "metadata": {"a": "b"},
    "prompt_cache_key": "a",
    "prompt_cache_options": {"mode": "implicit"},
    "prompt_cache_retention": "24h",
    "safety_identifier": "a",
    "service_tier": "auto",
    "store": True,
    "user": "a",
}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("model", {"model": 3}),
    ("model", {"model": None}),
    ("messages", {"messages": []}),
    ("messages", {"messages": HELLO * 257}),
    ("messages", {"messages": "Hello"}),
    ("messages[0]", {"messages": ["Hello"]}),
    ("messages[1].role", {"messages": [*HELLO, {"role": "tool", "content": "a"}]}),
    ("messages[0].content", {"messages": [{"role": "user"}]}),
    ("messages[0].content", {"messages": [{"role": "assistant", "content": None}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": 3}]}),
    ("messages[0].content", {"messages": [{"role": "user", "content": [PART, {"type": "image_url"}]}]}),
    ("messages[0].tool_calls", {"messages": [{"role": "assistant", "content": "a", "tool_calls": [{"id": "b"}]}]}),
    ("temperature", {"temperature": 2.1}),
    ("temperature", {"temperature": "hot"}),
    ("top_p", {"top_p": 1.1}),
    ("max_tokens", {"max_tokens": 0}),
    ("max_tokens", {"max_tokens": 5, "max_completion_tokens": 5}),
    ("max_completion_tokens", {"max_completion_tokens": 1.5}),
    ("seed", {"seed": "a"}),
    ("stop", {"stop": ["a", "b", "c", "d", "e"]}),
    ("stop[0]", {"stop": ""}),
    ("stop", {"stop": "a", "response_format": SCHEMA}),
    ("stream", {"stream": "yes"}),
    ("stream_options", {"stream_options": {"include_usage": True}}),
    ("stream_options.usage", {"stream": True, "stream_options": {"usage": True}}),
    ("response_format", {"response_format": {"type": "xml"}}),
    ("response_format", {"response_format": "json"}),
    ("response_format.json_schema", {"response_format": {"type": "json_schema"}}),
    ("response_format.json_schema.schema", {"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}),
    ("response_format.json_schema.name", {"response_format": {**SCHEMA, "json_schema": {"name": "a b", "schema": {}}}}),
    ("response_format", {"response_format": {**SCHEMA, "json_schema": {"name": "a", "schema": {"minLenght": 1}}}}),
    ("max_token", {"max_token": 5}),
]


async def refused(http: httpx.AsyncClient, **parameters: Any) -> tuple[int, Any]:
    """The status of an answer, and the parameter that its error names if it is one."""
    response = await http.post("/chat/completions", json={"model": MODEL, "messages": HELLO, **parameters})
    error = response.json().get("error", {"param": None, "type": "invalid_request_error", "message": ""})
    assert error["type"] == "invalid_request_error"
    assert len(error["message"]) < 600
    return response.status_code, error["param"]


def test_every_parameter_of_the_api_is_known():
    known = set(ChatRequest.model_fields) | IGNORED | set(UNSUPPORTED)
    assert set(get_type_hints(CompletionCreateParamsBase)) | {"stream"} == known
    assert set(UNSUPPORTED_VALUES) == set(UNSUPPORTED)
    assert set(IGNORED_VALUES) == IGNORED


async def test_a_parameter_that_is_not_supported_is_refused_by_name(http: httpx.AsyncClient):
    for name, value in UNSUPPORTED_VALUES.items():
        assert await refused(http, **{name: value}) == (400, name)


async def test_a_parameter_that_asks_for_nothing_is_taken(http: httpx.AsyncClient):
    for name, values in UNSUPPORTED.items():
        for value in (*values, None):
            assert await refused(http, **{name: value}) == (200, None), (name, value)


async def test_bookkeeping_is_taken(http: httpx.AsyncClient):
    assert await refused(http, **IGNORED_VALUES) == (200, None)


async def test_a_wrong_parameter_is_named(http: httpx.AsyncClient):
    for param, parameters in WRONG:
        assert await refused(http, **parameters) == (400, param), parameters
