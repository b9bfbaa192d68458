"""A language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx

from services.advice.generation import calls
from services.advice.generation.checking import checked
from services.advice.generation.completion import read_events
from services.advice.generation.line import Line
from services.advice.generation.port import End, ModelInfo, Task
from services.kit.errors import DeadlineExceeded, ServiceUnavailable
from services.kit.metrics import WorkerMetrics

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_PROBE_EVERY_S = 10.0


class Endpoint:
    """Generates text over HTTP; see `port.Generator`.

    Args:
        url: Base URL, such as http://localhost:11434/v1.
        model: Name of the model; empty for the first that the endpoint lists.
        key: Bearer token; empty for none.
        concurrency: Most calls at the same time.
        queue_limit: Tasks that may wait for a call to end.
        metrics: Where queue length and refusals are counted.
    """

    def __init__(
        self, url: str, model: str, key: str, concurrency: int, queue_limit: int, metrics: WorkerMetrics
    ) -> None:
        self._url = url.rstrip("/")
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._concurrency = concurrency
        self._line: Line[int] = Line(queue_limit, metrics)
        self._problem = "The language model's endpoint has not been asked yet."
        self._client: httpx.AsyncClient
        self._prober: asyncio.Task[None]

    @property
    def info(self) -> ModelInfo:
        """See `port.Generator`."""
        if not self._model:
            raise ServiceUnavailable(self._problem)
        return ModelInfo(self._model)

    def ready(self) -> str:
        """See `port.Generator`."""
        return self._problem

    async def start(self) -> None:
        """Asks the endpoint whether it is there, and goes on asking from time to time."""
        limits = httpx.Limits(max_connections=self._concurrency + 1)
        self._client = httpx.AsyncClient(headers=self._headers, timeout=_TIMEOUT, limits=limits)
        for slot in range(self._concurrency):
            self._line.add(slot)
        self._problem = await self._probe()
        self._prober = asyncio.create_task(self._keep_probing())

    async def stop(self) -> None:
        """Closes the connections; tasks that wait or are worked on fail."""
        self._line.close(ServiceUnavailable("The language model is being stopped; try again later."))
        self._prober.cancel()
        await asyncio.gather(self._prober, return_exceptions=True)
        await self._client.aclose()

    def generate(self, task: Task, deadline: float | None = None) -> AsyncGenerator[str | End, None]:
        """See `port.Generator`."""
        return checked(task, lambda _: self._generate(task, deadline))

    async def _generate(self, task: Task, deadline: float | None) -> AsyncGenerator[str | End, None]:
        body = _body(task, self.info.name)
        slot = await self._line.take(deadline)
        began = asyncio.get_running_loop().time()
        try:
            async with aclosing(self._events(body)) as events:
                while (event := await _next(events, deadline)) is not None:
                    yield event
        finally:
            self._line.give(slot, asyncio.get_running_loop().time() - began)

    async def _events(self, body: dict[str, Any]) -> AsyncGenerator[str | End, None]:
        response = await calls.post(self._client, f"{self._url}/chat/completions", body)
        try:
            async with aclosing(read_events(response.aiter_bytes())) as events:
                async for event in events:
                    yield event
        except httpx.HTTPError as error:
            raise calls.unreachable(error) from error
        finally:
            await response.aclose()

    async def _keep_probing(self) -> None:
        while True:
            await asyncio.sleep(_PROBE_EVERY_S)
            self._problem = await self._probe()

    async def _probe(self) -> str:
        """Why the endpoint cannot be asked; finds out its first model if none was named."""
        try:
            response = await self._client.get(f"{self._url}/models")
        except httpx.InvalidURL as error:
            return f"STEWARD_ADVICE_MODEL is no URL: {error}."
        except httpx.HTTPError as error:
            return calls.unreachable(error).message
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return "The language model's endpoint refuses the key; set STEWARD_ADVICE_MODEL_KEY."
        if response.is_server_error:
            return f"The language model's endpoint answers with status {response.status_code}."
        # A model that is named need not be listed: not every endpoint has lists.
        self._model = self._model or _first_model(response)
        return "" if self._model else "The language model's endpoint lists no model; set STEWARD_ADVICE_MODEL_NAME."


def _body(task: Task, model: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role.value, "content": message.content} for message in task.messages],
        "temperature": task.temperature,
        "top_p": task.top_p,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if task.max_tokens:
        body["max_tokens"] = task.max_tokens
    if task.seed is not None:
        body["seed"] = task.seed
    if task.schema:
        schema = {"name": "answer", "schema": json.loads(task.schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif task.stop:
        body["stop"] = list(task.stop)
    return body


async def _next(events: AsyncGenerator[str | End, None], deadline: float | None) -> str | End | None:
    """The next event, or None after the last."""
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(events, None)
    except TimeoutError:
        raise DeadlineExceeded("Time ran out while the text was generated; ask for less or allow more.") from None


def _first_model(response: httpx.Response) -> str:
    try:
        return str(response.json()["data"][0]["id"])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return ""
