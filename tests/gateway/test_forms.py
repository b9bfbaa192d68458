"""The forms of streams: which of them an Accept header asks for, how each is written, what cannot be streamed."""

from __future__ import annotations

import orjson
import pytest

from gateway.transcoder import Contracts
from gateway.transcoder.forms import FORMS, accepted_form, names_events, unstreamable
from tests.gateway.library import compile_text

JSON, NDJSON, JSONL, SSE = "application/json", "application/x-ndjson", "application/jsonl", "text/event-stream"
ERROR = b'{"error":{}}'


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", SSE),
        (JSON, JSON),
        (NDJSON, NDJSON),
        (JSONL, JSONL),
        (SSE, SSE),
        ("Text/Event-Stream", SSE),
        (f"{SSE};charset=utf-8", SSE),
        (f"{NDJSON} ; q=1", NDJSON),
        # the highest quality
        (f"{JSON};q=0.5, {SSE};q=0.6", SSE),
        (f"{JSON};q=0.9,{NDJSON};q=0.901", NDJSON),
        (f"{SSE}; Q=0.1, */*; q=0.2", JSON),
        (f"{SSE};q=0.4, text/*;q=1, {JSON};q=0.5", JSON),
        # then the more exact, then the first
        (f"*/*, {SSE}", SSE),
        (f"text/*, {NDJSON}", NDJSON),
        (f"{SSE}, {JSON}", SSE),
        (f"{JSON}, {SSE}", JSON),
        (f"{JSONL},{NDJSON}", JSONL),
        ("text/*, */*", SSE),
        # what is ruled out
        (f"{JSON};q=0, */*", NDJSON),
        (f"{JSON};q=0, {NDJSON};q=0.0, {JSONL};q=0.000, */*;q=0.1", SSE),
        (f"application/*;q=0, {SSE};q=0.001", SSE),
        # what names no form
        ("text/html", JSON),
        ("text/html, image/*;q=0.8", JSON),
        (f"{SSE};q=0", JSON),
        ("*/*;q=0", JSON),
        # what is malformed counts for as much as it says
        (f"{SSE};q=x", SSE),
        (f",, ;, {SSE}", SSE),
        (f'text/html;x="a,{NDJSON}"', JSON),
        ("é;q=nan", JSON),
        (f"{SSE};q=nan, {JSON};q=0.9", SSE),
    ],
)
def test_the_accept_header_chooses_the_form(accept, form):
    assert accepted_form(accept) == form


def test_a_very_long_accept_header_is_read():
    assert accepted_form(",".join(f"a/{i};q=0.5" for i in range(5000)) + f",{SSE}") == SSE


@pytest.mark.parametrize("form", [JSON, NDJSON, JSONL])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("fails", [True, False])
def test_bodies_of_json_are_what_was_written(form, count, fails):
    framing = FORMS[form](has_events=False)
    messages = [b'{"n":%d}' % number for number in range(count)]
    body = b"".join(map(framing.message, messages)) + (framing.failure(ERROR) if fails else framing.end())
    parsed = orjson.loads(body) if form == JSON else [orjson.loads(line) for line in body.splitlines()]
    assert parsed == [orjson.loads(message) for message in [*messages, *([ERROR] if fails else [])]]


def test_events_are_counted_and_named_by_what_is_set():
    framing = FORMS[SSE](has_events=True)
    assert framing.message(b'{"passage":{"path":"a"}}') == b'id: 1\nevent: passage\ndata: {"passage":{"path":"a"}}\n\n'
    assert framing.message(b"{}") == b"id: 2\ndata: {}\n\n"
    assert framing.end() == b"event: end\ndata: {}\n\n"


def test_events_of_other_messages_have_no_name():
    framing = FORMS[SSE](has_events=False)
    assert framing.message(b'{"path":"a"}') == b'id: 1\ndata: {"path":"a"}\n\n'
    assert framing.failure(ERROR) == b'event: error\ndata: {"error":{}}\n\n'


@pytest.mark.parametrize(
    ("fields", "is_event"),
    [
        ("oneof event { string a = 1; M b = 2; }", True),
        ("oneof event { string a = 1; } string b = 2;", False),
        ("oneof event { string a = 1; } oneof other { string b = 2; }", False),
        ("optional string a = 1;", False),
        ("string a = 1;", False),
        ("", False),
    ],
)
def test_a_message_that_is_one_oneof_is_an_event(tmp_path, fields, is_event):
    contracts = Contracts.load(compile_text(tmp_path, f"message M {{ {fields} }}"))
    assert names_events(contracts.message("t.M")) == is_event


@pytest.mark.parametrize(
    ("message", "reserved"),
    [
        ("message M { string error = 1; }", "error"),
        ('message M { int32 other = 1; string fault = 2 [json_name = "error"]; }', "error"),
        ("message M { oneof event { string a = 1; string error = 2; } }", "error"),
        ("message M { oneof event { string a = 1; string end = 2; } }", "end"),
        ("message M { string end = 1; string errors = 2; }", None),
        ("message M { M inner = 1; oneof a { string end = 2; } }", None),
    ],
)
def test_messages_that_would_be_taken_for_the_end_are_refused(tmp_path, message, reserved):
    contracts = Contracts.load(compile_text(tmp_path, message))
    reason = unstreamable(contracts.message("t.M"), response_body="")
    assert reason == (
        reserved and f'its messages have the field "{reserved}", which would be taken for the end of the stream'
    )
