"""OpenAI-compatible servers on free ports: one that a pool stands behind, one that plays what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.advice.generation import End, Generator, Message, Role, Task
from services.advice.generation.errors import PromptTooLong

EVENTS = "text/event-stream"


def chunk(content: str | None = None, finish: str | None = None, **fields: Any) -> str:
    """One event of a completion."""
    delta = {} if content is None else {"content": content}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **fields})


def usage(prompt: int, completion: int) -> str:
    """The event that tells the numbers of tokens."""
    return event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion}})


def event(data: Any) -> str:
    """An event with that data."""
    return f"data: {json.dumps(data)}\n\n"


DONE = "data: [DONE]\n\n"
GOOD = chunk('{"a":') + chunk("1}") + chunk(finish="stop") + usage(7, 5) + DONE


def streamed(*parts: str | bytes) -> Response:
    """An answer that is streamed in those parts."""

    async def body() -> AsyncIterator[str | bytes]:
        for part in parts:
            yield part
            await asyncio.sleep(0)

    return StreamingResponse(body(), media_type=EVENTS)


class Script:
    """Plays one answer a call; the last one goes on."""

    def __init__(self, *answers: Callable[[], Response]) -> None:
        self._answers = answers
        self.bodies: list[Any] = []
        self.keys: list[str] = []
        self.models: Any = {"data": [{"id": "played"}]}
        self.models_status = 200

    async def complete(self, request: Request) -> Response:
        """POST /v1/chat/completions."""
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        return self._answers[min(len(self.bodies), len(self._answers)) - 1]()

    async def list_models(self, _: Request) -> Response:
        """GET /v1/models."""
        return JSONResponse(self.models, self.models_status)


class Facade:
    """Has a generator answer."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    async def complete(self, request: Request) -> Response:
        """POST /v1/chat/completions."""
        task = _task(await request.json())
        generation = self._generator.generate(task)
        try:
            first = await anext(generation)
        except PromptTooLong:
            return JSONResponse({"error": {"code": "context_length_exceeded"}}, 400)
        return StreamingResponse(self._body(first, generation), media_type=EVENTS)

    async def list_models(self, _: Request) -> Response:
        """GET /v1/models."""
        return JSONResponse({"data": [{"id": self._generator.info.name}]})

    async def _body(self, first: str | End, generation: Any) -> AsyncIterator[str]:
        yield _shown(first)
        async with aclosing(generation) as events:
            async for piece in events:
                yield _shown(piece)
        yield DONE


def _shown(piece: str | End) -> str:
    if isinstance(piece, str):
        return chunk(piece)
    finish = "stop" if piece.stop_reason.value == "complete" else "length"
    return chunk(finish=finish) + usage(piece.prompt_tokens, piece.completion_tokens)


def _task(body: Any) -> Task:
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    return Task(
        messages=tuple(Message(Role(said["role"]), said["content"]) for said in body["messages"]),
        schema="" if schema is None else json.dumps(schema),
        max_tokens=body.get("max_tokens", 0),
        temperature=body["temperature"],
        top_p=body["top_p"],
        seed=body.get("seed"),
        stop=tuple(body.get("stop", ())),
    )


@asynccontextmanager
async def serving(answers: Script | Facade) -> AsyncIterator[str]:
    """Serves on a free port; gives the base URL."""
    routes = [
        Route("/v1/chat/completions", answers.complete, methods=["POST"]),
        Route("/v1/models", answers.list_models),
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        server.should_exit = True
        await running
