"""Endpoints that are good, down, slow, overloaded, or answer rubbish; each a real server on a free port."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.advice.generation import End, Message, Role, StopReason, calls, completion, endpoint
from services.advice.generation.endpoint import Endpoint
from services.advice.generation.errors import GenerationFailed, PromptTooLong
from services.kit.errors import DeadlineExceeded, Overloaded, ServiceUnavailable
from services.kit.metrics import WorkerMetrics
from tests.advice.generation.chat_server import DONE, EVENTS, GOOD, Script, chunk, event, serving, streamed, usage
from tests.advice.generation.talk import heard, said, task

_A = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}


def _good() -> Response:
    return streamed(GOOD)


def _status(status: int, **headers: str) -> Callable[[], Response]:
    return lambda: JSONResponse({"error": {"message": "no"}}, status, headers)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats soon, and never by way of a proxy."""
    monkeypatch.setattr(calls, "_PAUSE_S", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")


@asynccontextmanager
async def _asking(url: str, model: str = "", key: str = "", concurrency: int = 4) -> AsyncIterator[Endpoint]:
    asked = Endpoint(url, model, key, concurrency, 0, WorkerMetrics(CollectorRegistry()))
    await asked.start()
    yield asked
    await asked.stop()


@asynccontextmanager
async def _played(*answers: Callable[[], Response]) -> AsyncIterator[tuple[Endpoint, Script]]:
    script = Script(*answers)
    async with serving(script) as url, _asking(url) as asked:
        yield asked, script


def _in(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_an_answer_is_passed_on_piece_by_piece() -> None:
    async with _played(_good) as (asked, script):
        events = [event async for event in asked.generate(task("How?", schema=_A, max_tokens=9, top_p=0.5))]

    assert events == ['{"a":', "1}", End(StopReason.COMPLETE, 7, 5)]
    (body,) = script.bodies
    assert body == {
        "model": "played",
        "messages": [{"role": "user", "content": "How?"}],
        "temperature": 0.7,
        "top_p": 0.5,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 9,
        "seed": 1,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": _A, "strict": True}},
    }


async def test_stop_texts_and_roles_are_passed_on() -> None:
    async with _played(_good) as (asked, script):
        what = task(stop=("END",), seed=None)
        await said(asked.generate(what))
        rules = (Message(Role.SYSTEM, "Be brief."), Message(Role.ASSISTANT, "Yes."), *what.messages)
        await said(asked.generate(type(what)(rules)))

    assert script.bodies[0]["stop"] == ["END"]
    assert "seed" not in script.bodies[0]
    assert "max_tokens" not in script.bodies[0]
    assert [message["role"] for message in script.bodies[1]["messages"]] == ["system", "assistant", "user"]


async def test_the_key_and_the_name_that_are_set_are_used() -> None:
    script = Script(_good)
    async with serving(script) as url, _asking(url + "/", model="my-model", key="secret") as asked:
        await said(asked.generate(task()))
        assert asked.info.name == "my-model"

    assert script.bodies[0]["model"] == "my-model"
    assert script.keys == ["Bearer secret"]


@pytest.mark.parametrize(
    ("models", "status", "problem"),
    [
        ({"data": []}, 200, "lists no model"),
        ("rubbish", 200, "lists no model"),
        ({}, 401, "refuses the key; set STEWARD_ADVICE_MODEL_KEY"),
        ({}, 503, "answers with status 503"),
    ],
)
async def test_an_endpoint_that_cannot_be_used_is_not_ready_and_says_why(models, status: int, problem: str) -> None:
    script = Script(_good)
    script.models, script.models_status = models, status
    async with serving(script) as url, _asking(url) as asked:
        assert problem in asked.ready()
        with pytest.raises(ServiceUnavailable, match=problem):
            await said(asked.generate(task()))


async def test_an_endpoint_that_comes_back_is_ready_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_PROBE_EVERY_S", 0.02)
    script = Script(_good)
    script.models_status = 503
    async with serving(script) as url, _asking(url) as asked:
        assert asked.ready()
        script.models_status = 200
        async with asyncio.timeout(5):
            while asked.ready():
                await asyncio.sleep(0.01)
        assert (await said(asked.generate(task())))[0] == '{"a":1}'


async def test_an_endpoint_that_is_down_fails_after_several_attempts() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        async with _asking(url, model="any") as asked:
            assert "cannot be reached (ConnectError)" in asked.ready()
            began = time.perf_counter()
            with pytest.raises(GenerationFailed, match="cannot be reached"):
                await said(asked.generate(task()))
            assert time.perf_counter() - began >= 0.01 + 0.02 + 0.04


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    async with _played(_status(status), _status(status), _good) as (asked, script):
        text, _ = await said(asked.generate(task(schema=_A)))

    assert text == '{"a":1}'
    assert len(script.bodies) == 3


async def test_what_does_not_pass_fails_in_the_end() -> None:
    async with _played(_status(503)) as (asked, script):
        with pytest.raises(GenerationFailed, match="status 503"):
            await said(asked.generate(task()))

    assert len(script.bodies) == calls.ATTEMPTS


async def test_the_wait_that_an_endpoint_asks_for_is_kept() -> None:
    async with _played(_status(429, **{"retry-after": "0.3"}), _good) as (asked, _):
        began = time.perf_counter()
        await said(asked.generate(task()))

    assert time.perf_counter() - began >= 0.3


@pytest.mark.parametrize(("status", "message"), [(400, "status 400"), (404, "status 404"), (401, "refuses the key")])
async def test_a_refusal_is_not_tried_again(status: int, message: str) -> None:
    async with _played(_status(status)) as (asked, script):
        with pytest.raises(GenerationFailed, match=message):
            await said(asked.generate(task()))

    assert len(script.bodies) == 1


async def test_a_prompt_beyond_the_context_is_the_callers_to_shorten() -> None:
    answer = JSONResponse({"error": {"code": "context_length_exceeded"}}, 400)
    async with _played(lambda: answer) as (asked, _):
        with pytest.raises(PromptTooLong):
            await said(asked.generate(task()))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda: HTMLResponse("<h1>It works</h1>"), "does not stream chat completions"),
        (lambda: JSONResponse({"choices": []}), "does not stream chat completions"),
        (streamed, "is cut off"),
        (lambda: streamed(DONE), "is cut off"),
        (lambda: streamed("hello\n", "<html>\n"), "is cut off"),
        (lambda: streamed(chunk('{"a":1}')), "is cut off"),
        (lambda: streamed(chunk('{"a":1}'), 'data: {"choi'), "is cut off"),
        (lambda: streamed(chunk(finish="stop"), DONE), "is empty"),
        (lambda: streamed(chunk("x", "content_filter"), DONE), "ended with 'content_filter'"),
        (lambda: streamed("data: no json\n\n"), "is no chat completion"),
        (lambda: streamed("data: [1, 2]\n\n"), "is no chat completion"),
        (lambda: streamed("data: " + "[" * 100_000 + "\n\n"), "is no chat completion"),
        (lambda: streamed(b"data: \xff\xfe\n\n"), "is no chat completion"),
        (lambda: streamed(event({"choices": [{"delta": {"content": 5}}]})), "is no chat completion"),
        (lambda: streamed(event({"choices": "many"})), "is no chat completion"),
        (lambda: streamed(event({"choices": [], "usage": {"prompt_tokens": "x"}})), "is no chat completion"),
        (lambda: streamed(event({"error": {"message": "out of memory"}})), "reports an error"),
        (lambda: streamed(event({"choices": [{"delta": {"refusal": "I cannot."}}]})), "is a refusal"),
        (lambda: streamed(chunk('{"a":"b"}', "stop"), DONE), "does not fit the schema"),
        (lambda: streamed(chunk("```json\n{}\n```", "stop"), DONE), "does not fit the schema"),
        (lambda: streamed(chunk('{"a":1', "stop"), DONE), "does not fit the schema"),
    ],
)
async def test_rubbish_is_never_a_complete_text(answer: Callable[[], Response], message: str) -> None:
    async with _played(answer) as (asked, _):
        with pytest.raises(GenerationFailed, match=message):
            await said(asked.generate(task(schema=_A)))


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "_MOST_BYTES", 10_000)
    for part in (chunk("more and more"), "x" * 1000):
        async with _played(lambda part=part: streamed(*[part] * 1000)) as (asked, _):
            with pytest.raises(GenerationFailed, match="is longer than 10000 bytes"):
                await said(asked.generate(task()))


async def test_a_connection_that_breaks_in_the_middle_fails_the_text() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {EVENTS}\r\ntransfer-encoding: chunked\r\n\r\n"
        part = chunk("half an ans")
        writer.write(f"{head}{len(part):x}\r\n{part}\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, _asking(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", model="any") as asked:
        pieces: list[str | End] = []
        with pytest.raises(GenerationFailed, match="cannot be reached"):
            await heard(asked.generate(task()), pieces)

    assert pieces == ["half an ans"]


async def test_a_slow_answer_ends_with_the_deadline() -> None:
    async def body() -> AsyncIterator[str]:
        yield chunk("first")
        await asyncio.sleep(30)

    def slow() -> Response:
        response = streamed()
        response.body_iterator = body()
        return response

    async with _played(slow) as (asked, _):
        pieces: list[str | End] = []
        began = time.perf_counter()
        with pytest.raises(DeadlineExceeded):
            await heard(asked.generate(task(), _in(0.3)), pieces)

    assert pieces == ["first"]
    assert time.perf_counter() - began < 3


async def test_attempts_end_with_the_deadline() -> None:
    async with _played(_status(503, **{"retry-after": "5"})) as (asked, script):
        with pytest.raises(DeadlineExceeded):
            await said(asked.generate(task(), _in(0.2)))

    assert len(script.bodies) == 1


async def test_more_calls_at_a_time_than_set_are_refused_or_wait() -> None:
    script = Script(_good)
    async with serving(script) as url, _asking(url, concurrency=1) as asked:
        generation = asked.generate(task())
        await anext(generation)

        with pytest.raises(Overloaded):
            await said(asked.generate(task()))

        await generation.aclose()
        assert (await said(asked.generate(task())))[0] == '{"a":1}'


async def test_characters_that_arrive_in_halves_are_put_together() -> None:
    parts = (chunk("a\ud83d"), chunk("\ude00b"), chunk("\ud83d"), chunk("c", "stop"), usage(1, 2), DONE)
    async with _played(lambda: streamed(*parts)) as (asked, _):
        text, _ = await said(asked.generate(task()))

    assert text == "a😀b\ufffdc"


async def test_comments_other_fields_and_any_line_ends_are_understood() -> None:
    raw = ": hello\r\nevent: message\r\nid: 1\r\n" + GOOD.replace("\n", "\r\n")
    pieces = [raw[start : start + 7] for start in range(0, len(raw), 7)]
    async with _played(lambda: streamed(*pieces)) as (asked, _):
        text, end = await said(asked.generate(task(schema=_A)))

    assert (text, end.completion_tokens) == ('{"a":1}', 5)
