"""Asks for the stream of the test contract, and reads it in each of its forms."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.gateway.library import SERVICE

TELL = "/v1/library:tell"
RPC = f"{SERVICE}.Tell"
JSON, NDJSON, JSONL, SSE = "application/json", "application/x-ndjson", "application/jsonl", "text/event-stream"
FORMS = [JSON, NDJSON, SSE]
SLEEP = {"sleepS": 60}


async def tell(client: httpx.AsyncClient, form: str = JSON, headers: Any = None, **request: Any) -> httpx.Response:
    """The whole answer."""
    return await client.post(TELL, json=request, headers={"Accept": form, **(headers or {})})


def book(number: int) -> dict[str, Any]:
    return {"newBook": {"name": "", "title": "", "pageCount": number}}


def told(count: int, text: str = "") -> list[dict[str, Any]]:
    """The messages of a stream, as the contract tells."""
    return [{"note": text} if number % 2 else book(number) for number in range(count)]


def events_of(body: str) -> list[tuple[str | None, str | None, Any]]:
    """The events of a body as its reader sees them: id, name and data of each."""
    *events, rest = body.split("\n\n")
    assert rest == ""
    parsed = []
    for event in events:
        fields = dict(line.split(": ", 1) for line in event.split("\n"))
        if fields != {"": ""}:
            parsed.append((fields.get("id"), fields.get("event"), json.loads(fields["data"])))
    return parsed


def parse(response: httpx.Response) -> tuple[list[Any], Any]:
    """The messages of an answer, and its error if it has one."""
    form, body = response.headers["content-type"], response.text
    if form == SSE:
        *events, (_, name, data) = events_of(body)
        assert (name, data) == ("end", {}) or name == "error"
        assert [event[0] for event in events] == [str(number + 1) for number in range(len(events))]
        return [event[2] for event in events], data.get("error")
    messages = json.loads(body) if form == JSON else [json.loads(line) for line in body.split("\n")[:-1]]
    error = messages.pop()["error"] if messages and "error" in messages[-1] else None
    return messages, error
