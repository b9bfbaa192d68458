"""The forms in which a stream of messages is sent, and which of them a client accepts.

| Accept | Messages | End | Failure after the first message |
|---|---|---|---|
| application/json, or none of these | an array that grows | `]` | a last element {"error": …} |
| application/x-ndjson, application/jsonl | one a line | the end of the body | a last line {"error": …} |
| text/event-stream | events with an id that counts from 1 | an event "end" | a last event "error" |

An event is named like the field that is set if its message is nothing but one oneof; other events have no name. The
error is that of an ordinary answer. `unstreamable` refuses messages that could be taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from protobuf import DescMessage

from gateway.transcoder.errors import JSON_TYPE
from gateway.transcoder.fields import is_plain_message

SSE_TYPE = "text/event-stream"
_ERROR, _END = "error", "end"
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")


class Framing(Protocol):
    """Puts the messages of one stream into the bytes of a body."""

    comment: bytes
    """What can be sent at any time without meaning anything; empty if the form has no such thing."""

    def message(self, json: bytes) -> bytes:
        """The bytes of the next message, given its JSON in one line."""

    def end(self) -> bytes:
        """The bytes that end the stream after its last message."""

    def failure(self, error: bytes) -> bytes:
        """The bytes that end the stream with an error, given its JSON in one line."""


class JsonArray:
    """A JSON array that grows."""

    comment = b""

    def __init__(self, has_events: bool) -> None:
        self._before = b"["

    def message(self, json: bytes) -> bytes:
        """An element."""
        before, self._before = self._before, b",\n"
        return before + json

    def end(self) -> bytes:
        """The bracket; both if there was no message."""
        return b"[]" if self._before == b"[" else b"]"

    def failure(self, error: bytes) -> bytes:
        """A last element."""
        return self.message(error) + b"]"


class Lines:
    """NDJSON: one JSON object a line."""

    comment = b""

    def __init__(self, has_events: bool) -> None:
        pass

    def message(self, json: bytes) -> bytes:
        """A line."""
        return json + b"\n"

    def end(self) -> bytes:
        """Nothing: the end of the body is the end of the stream."""
        return b""

    def failure(self, error: bytes) -> bytes:
        """A last line."""
        return self.message(error)


class ServerSentEvents:
    """Server-sent events.

    The end is an event too: a browser's EventSource connects again after a connection that merely ends.
    """

    comment = b": \n\n"

    def __init__(self, has_events: bool) -> None:
        self._has_events = has_events
        self._count = 0

    def message(self, json: bytes) -> bytes:
        """An event."""
        self._count += 1
        # Such a message prints as an object of one key, or of none if nothing is set.
        name = json[2 : json.index(b'"', 2)] if self._has_events and json != b"{}" else b""
        return b"id: %d\n%bdata: %b\n\n" % (self._count, b"event: %b\n" % name if name else b"", json)

    def end(self) -> bytes:
        """An event that says so."""
        return b"event: %b\ndata: {}\n\n" % _END.encode()

    def failure(self, error: bytes) -> bytes:
        """An event that says what went wrong; no "end" follows it."""
        return b"event: %b\ndata: %b\n\n" % (_ERROR.encode(), error)


FORMS: Mapping[str, Callable[[bool], Framing]] = {
    JSON_TYPE: JsonArray,
    "application/x-ndjson": Lines,
    "application/jsonl": Lines,
    SSE_TYPE: ServerSentEvents,
}
"""Makes the framing of a stream by its media type, given whether its messages name events; preferred ones first."""


def accepted_form(accept: str) -> str:
    """The media type of the form that an Accept header asks for.

    The highest quality wins, then the type that is named more exactly, then the one that is named first. A header that
    names none of the forms gets the JSON array, because calls that are not streams do not look at it either.
    """
    asked: dict[str, tuple[float, int]] = {}
    for place, media_range in enumerate(accept.lower().split(",")):
        name, *parameters = media_range.split(";")
        asked.setdefault(name.strip(), (_quality(parameters), -place))

    def wish(form: str) -> tuple[float, int, int]:
        for vagueness, name in enumerate((form, f"{form.partition('/')[0]}/*", "*/*")):
            if name in asked:
                quality, order = asked[name]
                return quality, -vagueness, order
        return 0, 0, 0

    best = max(FORMS, key=wish)
    return best if wish(best)[0] else JSON_TYPE


def names_events(message: DescMessage) -> bool:
    """Whether a message is nothing but one oneof, whose fields are then the names of events."""
    return len(message.oneofs) == 1 and len(message.oneofs[0].fields) == len(message.fields)


def unstreamable(message: DescMessage, response_body: str) -> str | None:
    """Why a stream of messages cannot be served; None if it can."""
    if response_body or not is_plain_message(message):
        return "a stream must be of whole messages with fields of their own, so that its failure can be told from them"
    reserved = {_ERROR, _END} if names_events(message) else {_ERROR}
    taken = next((field.json_name for field in message.fields if field.json_name in reserved), None)
    return taken and f'its messages have the field "{taken}", which would be taken for the end of the stream'


def _quality(parameters: Sequence[str]) -> float:
    found = filter(None, map(_QUALITY.fullmatch, parameters))
    return next((float(match[1]) for match in found), 1.0)
