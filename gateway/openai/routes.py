"""The routes of the OpenAI-compatible face."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.openai.generation import SERVICE, Caller, Generation
from gateway.openai.problem import openai_reply
from gateway.openai.request import read_request
from gateway.openai.stream import CompletionStream
from gateway.openai.wire import Completion, model_card, task_of
from gateway.transcoder import ChannelFor, Observe, Problems, Reply, TranscoderSettings
from gateway.transcoder.body import ClientGone, linger, read_body
from gateway.transcoder.errors import RequestTooLarge
from gateway.transcoder.headers import RequestHeaders
from gateway.transcoder.problem import CLIENT_GONE, JSON_HEADER

Answer = Callable[[Request, Caller], Awaitable[bytes | CompletionStream]]
"""Answers a request, with JSON or with a stream that has begun."""


def openai_routes(
    channel_for: ChannelFor,
    problems: Problems,
    settings: TranscoderSettings | None = None,
    observe: Observe | None = None,
) -> list[BaseRoute]:
    """POST /v1/chat/completions, GET /v1/models and GET /v1/models/{id}; none if GenerationService has no channel.

    Args:
        channel_for: Gives the channel of a service by its full name.
        problems: Makes the answers for errors, which are then put into OpenAI's form.
        settings: Limits of bodies and deadlines.
        observe: Is told of every answer, as of an RPC of GenerationService.
    """
    channel = channel_for(SERVICE)
    if channel is None:
        return []
    face = _Face(Generation(channel), settings or TranscoderSettings())
    return [
        Route(path, _Endpoint(rpc, answer, face.settings, problems, observe), methods=[method])
        for method, path, rpc, answer in (
            ("POST", "/v1/chat/completions", "Generate", face.complete),
            ("GET", "/v1/models", "GetLanguageModel", face.models),
            ("GET", "/v1/models/{id:path}", "GetLanguageModel", face.model),
        )
    ]


class _Face:
    def __init__(self, generation: Generation, settings: TranscoderSettings) -> None:
        self._generation = generation
        self.settings = settings

    async def models(self, _request: Request, caller: Caller) -> bytes:
        card = model_card(await self._generation.model(caller))
        return orjson.dumps({"object": "list", "data": [card]})

    async def model(self, request: Request, caller: Caller) -> bytes:
        return orjson.dumps(model_card(await self._generation.model(caller, request.path_params["id"])))

    async def complete(self, request: Request, caller: Caller) -> bytes | CompletionStream:
        headers = RequestHeaders(request.scope["headers"])
        headers.check_json()
        body = await read_body(caller.receive, headers, self.settings.max_body_bytes, caller.remaining_s)
        chat = read_request(body)
        model = await self._generation.model(caller, chat.model)
        if not chat.stream:
            response = await self._generation.generate(task_of(chat), caller)
            return Completion(model).whole(response.text, response.end)
        completion = Completion(model, with_usage=bool(chat.stream_options and chat.stream_options.include_usage))
        stream = CompletionStream(self._generation.stream(task_of(chat), caller), completion)
        await stream.begin()
        return stream


class _Endpoint:
    """An ASGI application, since a framework's request does not say when its client leaves."""

    def __init__(
        self, rpc: str, answer: Answer, settings: TranscoderSettings, problems: Problems, observe: Observe | None
    ) -> None:
        self._rpc = f"{SERVICE}.{rpc}"
        self._answer = answer
        self._settings = settings
        self._problems = problems
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers = RequestHeaders(scope["headers"])
        status = await self._send(scope, receive, send, headers)
        if self._observe is not None:
            self._observe(self._rpc, status, time.perf_counter() - started, headers.request_id)

    async def _send(self, scope: Scope, receive: Receive, send: Send, headers: RequestHeaders) -> int:
        """Answers the request and returns the HTTP status that tells how that ended."""
        try:
            timeout = headers.timeout(self._settings.default_timeout_s, self._settings.max_timeout_s)
            caller = Caller(receive, headers.request_id, time.perf_counter() + timeout)
            answer = await self._answer(Request(scope), caller)
        except ClientGone:
            return CLIENT_GONE
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            if isinstance(error, RequestTooLarge):
                await linger(receive)  # a connection that is closed with unread data loses its answer
            reply = self._problem(error, headers.request_id)
        else:
            if isinstance(answer, CompletionStream):
                return await answer.send(send, headers.request_id, self._problem)
            reply = Reply(200, answer)
        response = Response(reply.body, reply.status)
        response.raw_headers += [JSON_HEADER, *reply.headers, (b"x-request-id", headers.request_id.encode())]
        await response(scope, receive, send)
        return reply.status

    def _problem(self, error: Exception, request_id: str) -> Reply:
        return openai_reply(self._problems.of(error, SERVICE, request_id))
