"""Server streams over HTTP: their forms, and their errors before and after the first message."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest

from gateway.app import AppSettings, create_app
from gateway.transcoder import TranscoderSettings
from services.kit.errors import Overloaded
from services.kit.status import status_of
from tests.gateway.conftest import serving
from tests.gateway.library import SERVICE
from tests.gateway.problems import error_of, reason_of
from tests.gateway.streams import FORMS, JSON, JSONL, NDJSON, RPC, SLEEP, SSE, TELL, events_of, parse, tell, told

NOTE = 'á "quoted"\r\n\n: line\u2028next\x00 🏠'


@pytest.mark.parametrize("form", [*FORMS, JSONL])
async def test_each_form_tells_every_message(client, observed, form):
    response = await tell(client, form, count=5, text=NOTE)
    assert response.status_code == 200
    assert response.headers["content-type"] == form
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert parse(response) == (told(5, NOTE), None)
    assert observed == [(RPC, 200)]


async def test_the_array_is_the_default(client):
    response = await client.post(TELL, json={"count": 2, "text": "x"})
    assert response.headers["content-type"] == JSON
    assert response.text == '[{"newBook":{"name":"","title":"","pageCount":0}},\n{"note":"x"}]'


async def test_lines_end_after_each_message(client):
    response = await tell(client, NDJSON, count=2, text="x")
    assert response.text == '{"newBook":{"name":"","title":"","pageCount":0}}\n{"note":"x"}\n'


async def test_events_are_named_like_what_is_told_and_end_with_an_event(client):
    response = await tell(client, SSE, count=2, text="x")
    assert response.text == (
        'id: 1\nevent: newBook\ndata: {"newBook":{"name":"","title":"","pageCount":0}}\n\n'
        'id: 2\nevent: note\ndata: {"note":"x"}\n\n'
        "event: end\ndata: {}\n\n"
    )


async def test_an_event_that_tells_nothing_has_no_name(client):
    response = await tell(client, SSE, raw=base64.b64encode(b"\x7a\x00").decode())
    assert events_of(response.text) == [("1", None, {}), (None, "end", {})]


@pytest.mark.parametrize(("form", "body"), [(JSON, "[]"), (NDJSON, ""), (SSE, "event: end\ndata: {}\n\n")])
async def test_an_empty_stream_is_a_success(client, observed, form, body):
    response = await tell(client, form, count=0)
    assert (response.status_code, response.headers["content-type"], response.text) == (200, form, body)
    assert observed == [(RPC, 200)]


async def test_other_messages_are_streamed_from_a_path_with_variables(client):
    response = await client.get("/v1/shelves/1/books/2:read", headers={"Accept": SSE})
    pages = [{"number": number, "text": "shelves/1/books/2"} for number in (1, 2, 3)]
    assert events_of(response.text) == [
        *((str(page["number"]), None, page) for page in pages),
        (None, "end", {}),
    ]


async def test_a_query_gives_the_request(client):
    response = await client.get(f"{TELL}?count=2&text=x&then.code=5")
    messages, error = parse(response)
    assert messages == told(2, "x")
    assert error["status"] == "NOT_FOUND"


async def test_several_accept_headers_are_one(client):
    headers = [("Accept", "text/html"), ("Accept", f"{NDJSON};q=0.9"), ("Accept", "*/*;q=0.1")]
    response = await client.post(TELL, json={}, headers=headers)
    assert response.headers["content-type"] == NDJSON


async def test_the_request_id_is_returned_and_passed_on(client, library):
    response = await tell(client, headers={"X-Request-Id": "mine"}, count=1)
    assert response.headers["x-request-id"] == library.metadata[-1]["x-request-id"] == "mine"


@pytest.mark.parametrize("form", FORMS)
async def test_an_error_before_the_first_message_is_an_ordinary_answer(client, observed, form):
    status = status_of(Overloaded(4, 2))
    then = {"status": base64.b64encode(status.SerializeToString()).decode()}
    response = await tell(client, form, then=then)
    assert (response.status_code, reason_of(response)) == (429, "OVERLOADED")
    assert response.headers["retry-after"] == "2"
    assert observed == [(RPC, 429)]


@pytest.mark.parametrize("form", FORMS)
async def test_an_error_after_messages_is_told_in_the_stream(client, observed, form):
    status = status_of(Overloaded(4, 2))
    then = {"status": base64.b64encode(status.SerializeToString()).decode()}
    response = await tell(client, form, count=3, text="x", then=then)
    assert response.status_code == 200
    messages, error = parse(response)
    assert messages == told(3, "x")
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["details"][0]["reason"] == "OVERLOADED"
    assert observed == [(RPC, 429)]


@pytest.mark.parametrize("form", FORMS)
async def test_an_error_without_details_is_told_safely(client, form):
    response = await tell(client, form, count=1, then={"code": 13})
    _, error = parse(response)
    assert error["code"] == 500
    assert "10.0.0.7" not in response.text


async def test_a_stream_is_never_both_ended_and_failed(client):
    response = await tell(client, SSE, count=1, then={"code": 3})
    assert [name for _, name, _ in events_of(response.text)] == ["newBook", "error"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_message_that_cannot_be_read_is_a_fault_told_in_the_stream(client, observed, caplog, form):
    response = await tell(client, form, count=1, raw=base64.b64encode(b"\xff").decode(), headers={"X-Request-Id": "f"})
    messages, error = parse(response)
    assert messages == told(1)
    assert error["details"][0]["metadata"] == {"request_id": "f"}
    assert observed == [(RPC, 500)]
    assert "not foreseen" in caplog.text


async def test_a_first_message_that_cannot_be_read_is_a_fault(client, library):
    response = await tell(client, raw=base64.b64encode(b"\xff").decode(), then=SLEEP)
    assert (response.status_code, reason_of(response)) == (500, "INTERNAL")
    await asyncio.wait_for(library.cancelled.wait(), 10)


@pytest.mark.parametrize(
    ("content", "headers", "status", "reason"),
    [
        ("{", {}, 400, "MALFORMED_REQUEST"),
        ('{"cuont": 1}', {}, 400, "UNKNOWN_FIELD"),
        ("{}", {"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("{}", {"Grpc-Timeout": "soon"}, 400, "HEADER_INVALID"),
        ("{}", {"Grpc-Timeout": "0S"}, 504, "DEADLINE_EXCEEDED"),
        (" " * 100_001, {}, 413, "REQUEST_TOO_LARGE"),
    ],
)
async def test_a_bad_request_is_refused_before_the_call(client, library, content, headers, status, reason):
    response = await client.post(TELL, content=content, headers={"Accept": SSE, **headers})
    assert (response.status_code, reason_of(response)) == (status, reason)
    assert library.requests == []


async def test_head_is_not_served(client):
    assert (await client.head(TELL)).status_code == 405


async def test_a_service_that_is_down_is_told_with_its_status(client, library):
    await library.stop()
    response = await tell(client, SSE, headers={"Grpc-Timeout": "2S"}, count=1)
    assert (response.status_code, reason_of(response)) == (503, "SERVICE_UNAVAILABLE")


@pytest.mark.parametrize("form", FORMS)
async def test_a_service_that_dies_after_messages_is_told_in_the_stream(client, library, form):
    call = asyncio.create_task(tell(client, form, count=2, then=SLEEP))
    await library.began.wait()
    await library.stop()
    messages, error = parse(await call)
    assert messages == told(2)
    assert error["code"] in (499, 503)


@pytest.mark.parametrize("form", FORMS)
async def test_a_deadline_before_the_first_message_is_an_ordinary_answer(client, form):
    response = await tell(client, form, headers={"Grpc-Timeout": "100m"}, then=SLEEP)
    assert error_of(response)["code"] == 504


@pytest.mark.parametrize("form", FORMS)
async def test_a_deadline_within_the_stream_is_told_in_it(client, library, observed, form):
    response = await tell(client, form, headers={"Grpc-Timeout": "400m"}, count=3, then=SLEEP)
    messages, error = parse(response)
    assert messages == told(3)
    assert (error["code"], error["details"][0]["reason"]) == (504, "DEADLINE_EXCEEDED")
    assert observed == [(RPC, 504)]
    await asyncio.wait_for(library.cancelled.wait(), 10)


@pytest.mark.parametrize(("limit", "seconds"), [("2S", 2), ("1H", 20), (None, 5)])
async def test_the_service_gets_the_deadline_of_the_request(client, library, limit, seconds):
    await tell(client, headers={"Grpc-Timeout": limit} if limit else {}, count=1)
    assert seconds - 2 < library.remaining[-1] <= seconds


async def test_streams_pass_through_the_whole_application(library_set, library):
    settings = AppSettings({SERVICE: library.target}, TranscoderSettings(), cors_origins=("https://a.example",))
    headers = {"Accept": SSE, "Origin": "https://a.example"}
    async with serving(create_app(settings, library_set)) as port, httpx.AsyncClient() as web:
        for path in (f"{TELL}?count=2", "/v1/shelves/1/books/2:read"):
            response = await web.get(f"http://127.0.0.1:{port}{path}", headers=headers)
            assert response.headers["access-control-allow-origin"] == "https://a.example"
            assert response.headers["content-type"] == SSE
            assert events_of(response.text)[-1] == (None, "end", {})
