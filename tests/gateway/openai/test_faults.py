"""What goes wrong, in OpenAI's form of errors."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import grpc
import httpx
import openai
import pytest
from starlette.applications import Starlette

from gateway.openai import openai_routes
from gateway.transcoder import Problems
from tests.gateway.conftest import serving
from tests.gateway.openai.generator import MODEL, Generator

JSON = {"Content-Type": "application/json"}


def saying(text: str, **parameters: Any) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **parameters}


async def post(http: httpx.AsyncClient, content: Any, headers: Any = JSON) -> tuple[int, dict[str, Any]]:
    response = await http.post("/chat/completions", content=content, headers=headers)
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert response.headers["x-request-id"]
    return response.status_code, error


async def test_a_body_that_is_no_json_object_is_refused(http: httpx.AsyncClient):
    for body in (b"", b"{", b"[]", b'"a"', b"null", b'{"a": NaN}', b"\xff", b"[" * 50_000):
        status, error = await post(http, body)
        assert (status, error["code"], error["param"]) == (400, "malformed_request", None)


async def test_a_body_of_another_type_is_refused(http: httpx.AsyncClient):
    status, error = await post(http, b"model=a", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (status, error["code"]) == (415, "unsupported_media_type")


async def test_a_body_that_is_too_large_is_refused(http: httpx.AsyncClient):
    status, error = await post(http, json.dumps(saying("a" * 200_000)))
    assert (status, error["code"], error["type"]) == (413, "request_too_large", "invalid_request_error")


async def test_a_deadline_that_cannot_be_read_is_refused(http: httpx.AsyncClient):
    status, error = await post(http, json.dumps(saying("a")), {**JSON, "Grpc-Timeout": "soon"})
    assert (status, error["code"]) == (400, "header_invalid")


async def test_only_posts_complete_chats(http: httpx.AsyncClient):
    response = await http.get("/chat/completions")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("stream", [False, True])
async def test_too_much_waiting_says_when_to_come_back(client: openai.AsyncOpenAI, stream: bool):
    with pytest.raises(openai.RateLimitError) as refusal:
        await client.chat.completions.create(**saying("refuse!", stream=stream))
    assert refusal.value.response.headers["retry-after"] == "2"
    assert (refusal.value.code, refusal.value.type) == ("overloaded", "rate_limit_error")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_fault_tells_nothing_but_where_to_look(client: openai.AsyncOpenAI, stream: bool):
    with pytest.raises(openai.InternalServerError) as failure:
        await client.chat.completions.create(**saying("break!", stream=stream))
    assert (failure.value.status_code, failure.value.code) == (500, "internal")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_deadline_that_passes_is_told(client: openai.AsyncOpenAI, stream: bool):
    with pytest.raises(openai.InternalServerError) as failure:
        await client.chat.completions.create(**saying("wait!", stream=stream), extra_headers={"Grpc-Timeout": "200m"})
    assert (failure.value.status_code, failure.value.code) == (504, "deadline_exceeded")


@pytest.mark.parametrize(("word", "code"), [("break!", "internal"), ("vanish!", "internal"), ("refuse!", "overloaded")])
async def test_a_stream_that_fails_ends_with_an_error(client: openai.AsyncOpenAI, word: str, code: str):
    stream = await client.chat.completions.create(**saying(f"one two {word}", stream=True))
    pieces = [(await anext(stream)).choices[0].delta.content for _ in range(3)]
    assert pieces == ["", "one", " two"]
    with pytest.raises(openai.APIError) as failure:
        await anext(stream)
    assert failure.value.code == code


async def test_a_stream_that_fails_is_observed_as_failed(http: httpx.AsyncClient, observed: list[tuple[str, int]]):
    response = await http.post("/chat/completions", json=saying("one break!", stream=True))
    assert response.status_code == 200
    assert "[DONE]" not in response.text
    assert [status for _, status in observed] == [500]


async def test_a_stream_past_its_deadline_ends_with_an_error(client: openai.AsyncOpenAI):
    stream = await client.chat.completions.create(
        **saying("one wait!", stream=True), extra_headers={"Grpc-Timeout": "500m"}
    )
    with pytest.raises(openai.APIError) as failure:
        [chunk async for chunk in stream]
    assert failure.value.code == "deadline_exceeded"


@pytest.mark.parametrize("text", ["wait!", "one wait!"])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_stops_the_generation(
    http: httpx.AsyncClient, generator: Generator, observed: list[tuple[str, int]], text: str, stream: bool
):
    with pytest.raises(httpx.ReadTimeout):
        await http.post("/chat/completions", json=saying(text, stream=stream), timeout=0.5)
    await asyncio.wait_for(generator.cancelled.wait(), 3)
    for _ in range(100):
        if observed:
            break
        await asyncio.sleep(0.02)
    assert [status for _, status in observed] == [499]


async def test_a_service_that_is_away_is_unavailable(problems: Problems, idle_channel: grpc.aio.Channel):
    app = Starlette(routes=openai_routes(lambda _: idle_channel, problems))
    async with (
        serving(app) as port,
        openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="any", max_retries=0) as client,
    ):
        with pytest.raises(openai.InternalServerError) as of_chat:
            await client.chat.completions.create(**saying("a"))
        with pytest.raises(openai.InternalServerError) as of_models:
            await client.models.list()
    for failure in (of_chat, of_models):
        assert (failure.value.status_code, failure.value.code) == (503, "service_unavailable")
        assert failure.value.response.headers["retry-after"] == "1"


def test_nothing_is_served_without_the_service(problems: Problems):
    assert openai_routes(lambda _: None, problems) == []
