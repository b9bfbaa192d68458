"""Calls to an OpenAI-compatible endpoint, repeated where that can help."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import httpx

from services.advice.generation.errors import GenerationFailed, PromptTooLong
from services.kit.errors import DomainError

_log = logging.getLogger(__name__)

ATTEMPTS = 4
_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 10.0
_MOST_ERROR_BYTES = 64 << 10


async def post(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> httpx.Response:
    """Posts a request and returns the answer, whose body is a stream of events that has not been read yet.

    Repeats what may pass: no connection, too many requests, a fault of the endpoint. Waits longer each time, or as
    long as the endpoint asks for.

    Raises:
        PromptTooLong: The endpoint says so.
        GenerationFailed: The endpoint cannot be reached, refuses, or answers with something else.
    """
    pause_s = _PAUSE_S
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _post(client, url, body)
        except _MayPassError as failure:
            if attempt == ATTEMPTS:
                raise failure.error from failure
            await asyncio.sleep(max(pause_s, failure.wait_s))
        pause_s *= 2
    raise AssertionError("the last attempt returns or raises")


def unreachable(error: httpx.HTTPError) -> GenerationFailed:
    """What is said of an endpoint that cannot be talked to."""
    what = type(error).__name__
    return GenerationFailed(f"The language model's endpoint cannot be reached ({what}); check STEWARD_ADVICE_MODEL.")


class _MayPassError(Exception):
    """A failure that may have passed when the request is repeated.

    Args:
        error: What it is for callers.
        wait_s: How long the endpoint asks to wait.
    """

    def __init__(self, error: DomainError, wait_s: float = 0.0) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait_s = wait_s


async def _post(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> httpx.Response:
    try:
        response = await client.send(client.build_request("POST", url, json=body), stream=True)
    except httpx.TransportError as error:
        raise _MayPassError(unreachable(error)) from error
    try:
        await _check(response)
    except BaseException:
        await response.aclose()
        raise
    return response


async def _check(response: httpx.Response) -> None:
    if response.is_success:
        kind = response.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != "text/event-stream":
            raise GenerationFailed("The language model's endpoint does not stream chat completions; is its URL right?")
        return
    said = await _start(response)
    _log.warning("the endpoint refuses", extra={"status": response.status_code, "body": said[:1000]})
    error = _refusal(response.status_code, said)
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        raise _MayPassError(error, _retry_after_s(response))
    raise error


async def _start(response: httpx.Response) -> str:
    """The beginning of a body."""
    data = b""
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > _MOST_ERROR_BYTES:
            break
    return data.decode(errors="replace")


def _refusal(status: int, said: str) -> DomainError:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return GenerationFailed("The language model's endpoint refuses the key; set STEWARD_ADVICE_MODEL_KEY.")
    if _code(said) == "context_length_exceeded":
        return PromptTooLong("The prompt is longer than the context of the endpoint's model; shorten it.")
    return GenerationFailed(f"The language model's endpoint refuses the request with status {status}; try again.")


def _code(said: str) -> Any:
    try:
        return json.loads(said)["error"]["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _retry_after_s(response: httpx.Response) -> float:
    """How long the endpoint asks to wait, within reason; a date is not understood."""
    try:
        return min(max(float(response.headers["retry-after"]), 0.0), _LONGEST_PAUSE_S)
    except (KeyError, ValueError):
        return 0.0
