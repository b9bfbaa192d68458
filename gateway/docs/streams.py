"""The answers of server-streaming RPCs: one content per form of a stream, with an example each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from protobuf import DescMessage

from gateway.docs.examples import example_of
from gateway.docs.schemas import Schemas
from gateway.transcoder.codec import ResponseCodec
from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.errors import JSON_TYPE
from gateway.transcoder.fields import is_plain_message, type_of
from gateway.transcoder.forms import FORMS, SSE_TYPE, names_events

STREAMS = """\
RPCs that stream choose the form of their answer by `Accept`: a JSON array (the default), NDJSON or server-sent events.
`Grpc-Timeout` is for the whole stream. An error before the first message is an answer with its own status; a later one
can only be told inside the stream, whose status is then 200: its last element, line or event holds `error` in the one
form. Server-sent events close with the event `end` or `error`; after either, close an `EventSource`, which would
otherwise ask again."""
_ERROR = {"$ref": "#/components/schemas/Error"}
_LINES = "One JSON object a line, each as `x-itemSchema` says. If the stream fails, the last line holds `error`."
_EVENTS = (
    "Server-sent events with an `id` that counts from 1, the JSON of each `data` as `x-itemSchema` says{named}. "
    'The last event is `end`, or `error` if the stream failed; comments (": ") keep the connection alive.'
)
_NAMED = ", named by `event` like the field that is set"


def stream_content(schemas: Schemas, contracts: Contracts, message: DescMessage) -> dict[str, Any]:
    """The contents of an answer that streams messages of a type, by media type."""
    schema = schemas.message(message, is_closed=False)
    examples = list(_examples(contracts, message))
    array: dict[str, Any] = {"type": "array", "items": {"anyOf": [schema, _ERROR]}}
    told = "The messages as they come. If the stream fails, the last element holds `error`."
    contents: dict[str, Any] = {
        JSON_TYPE: {"schema": array | {"description": told}, "example": [orjson.loads(json) for json in examples]}
    }
    for media_type, form in FORMS.items():
        if media_type == JSON_TYPE:
            continue
        has_events = names_events(message)
        framing = form(has_events)
        body = b"".join(map(framing.message, examples)) + framing.end()
        described = _EVENTS.format(named=_NAMED if has_events else "") if media_type == SSE_TYPE else _LINES
        text = {"type": "string", "description": described}
        contents[media_type] = {"schema": text, "x-itemSchema": schema, "example": body.decode()}
    return contents


def _examples(contracts: Contracts, message: DescMessage) -> Iterator[bytes]:
    """Messages of a short stream as JSON: one for each event, or one if the messages are no events."""
    printed = ResponseCodec(contracts, message, field=None)
    for document in _documents(contracts, message):
        parsed = message.type.from_json(orjson.dumps(document), registry=contracts.registry)
        yield printed.json(parsed.to_binary())


def _documents(contracts: Contracts, message: DescMessage) -> Iterator[dict[str, Any]]:
    if not names_events(message):
        yield example_of(contracts, message) or {}
        return
    for field in message.fields:
        kind = type_of(field)
        if is_plain_message(kind):
            assert isinstance(kind, DescMessage)
            yield {field.json_name: example_of(contracts, kind) or {}}
