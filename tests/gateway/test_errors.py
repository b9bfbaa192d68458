"""Errors of services and of gRPC as HTTP answers, and the errors of HTTP itself."""

from __future__ import annotations

import base64
import logging

import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status

from gateway.transcoder.problem import HTTP_STATUS
from services.kit.errors import Overloaded
from services.kit.status import status_of
from tests.gateway.problems import error_of, metadata_of, reason_of

ACT = "/v1/library:act"
TABLE = {
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "UNAUTHENTICATED": 401,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
}
BARE_REASONS = {
    "UNIMPLEMENTED": "NOT_SERVED",
    "UNAVAILABLE": "SERVICE_UNAVAILABLE",
    "DEADLINE_EXCEEDED": "DEADLINE_EXCEEDED",
}


def acted(status: Status) -> dict[str, str]:
    return {"status": base64.b64encode(status.SerializeToString()).decode()}


def test_every_code_has_an_http_status():
    assert {code.name: http for code, http in HTTP_STATUS.items()} == {"OK": 200, **TABLE}
    assert set(HTTP_STATUS) == set(grpc.StatusCode)


@pytest.mark.parametrize(("code", "http"), TABLE.items())
async def test_an_error_without_details_is_told_safely(client, code, http):
    response = await client.post(ACT, json={"code": grpc.StatusCode[code].value[0]})
    if code == "CANCELLED":  # not by this client: by a service that is about to stop
        code, http = "UNAVAILABLE", 503
    assert response.status_code == http
    assert error_of(response)["status"] == code
    assert reason_of(response) == BARE_REASONS.get(code, "INTERNAL")
    assert "secret" not in response.text
    assert "10.0.0.7" not in response.text


async def test_what_is_not_told_is_logged_with_the_request_id(client, caplog):
    with caplog.at_level(logging.WARNING):
        response = await client.post(ACT, json={"code": 13})
    assert metadata_of(response) == {"request_id": response.headers["x-request-id"]}
    assert "secret" in caplog.text


@pytest.mark.parametrize(("code", "http"), TABLE.items())
async def test_an_error_with_details_is_passed_on(client, code, http):
    info = details_pb2.ErrorInfo(reason="LEVER_UNKNOWN", domain="steward", metadata={"lever": "colour"})
    status = Status(code=grpc.StatusCode[code].value[0], message="No such lever.")
    status.details.add().Pack(info)
    response = await client.post(ACT, json=acted(status))
    assert response.status_code == http
    assert error_of(response) == {
        "code": http,
        "message": "No such lever.",
        "status": code,
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "LEVER_UNKNOWN",
                "domain": "steward",
                "metadata": {"lever": "colour"},
            }
        ],
    }


async def test_retry_info_becomes_retry_after(client):
    response = await client.post(ACT, json=acted(status_of(Overloaded(256, 1.2))))
    assert response.status_code == 429
    assert response.headers["retry-after"] == "2"


async def test_a_detail_of_an_unknown_type_is_left_out(client):
    status = status_of(Overloaded(1, 1))
    status.details.append(Any(type_url="type.googleapis.com/unknown.Message", value=b"\x08\x01"))
    response = await client.post(ACT, json=acted(status))
    assert [d["@type"].rpartition(".")[2] for d in error_of(response)["details"]] == ["ErrorInfo", "RetryInfo"]


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/enrgy", "/v1/books/", "/v1/shelves/1", "/v1/x%FFy"])
async def test_an_unknown_path_is_not_found(client, path, observed):
    response = await client.get(path)
    assert (response.status_code, reason_of(response)) == (404, "ROUTE_NOT_FOUND")
    assert error_of(response)["status"] == "NOT_FOUND"
    assert observed == [("", 404)]


async def test_an_rpc_without_annotation_has_no_path(client):
    assert (await client.post("/library.v1.LibraryService/Hidden", json={})).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/library:act", "POST"),
        ("POST", "/v1/books", "GET, REPORT"),
        ("POST", "/v1/shelves/1/books/2", "DELETE, GET, PATCH, PUT"),
        ("HEAD", "/v1/library:act", "POST"),
        ("OPTIONS", "/v1/library:act", "POST"),
    ],
)
async def test_another_method_is_refused_with_those_that_are_served(client, method, path, allowed):
    response = await client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert method == "HEAD" or reason_of(response) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("limit", ["", "1", "S", "-1S", "1.5S", "1 S", "1s", "123456789S", "1SS", "é"])
async def test_a_malformed_timeout_is_refused(client, limit):
    response = await client.post(ACT, json={}, headers={"Grpc-Timeout": limit.encode()})
    assert (response.status_code, reason_of(response)) == (400, "HEADER_INVALID")
    assert metadata_of(response) == {"header": "Grpc-Timeout"}


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [("2S", 2), ("2000m", 2), ("3000000u", 3), ("99999999n", 0.1), ("1M", 20), ("1H", 20), (None, 5)],
)
async def test_the_service_gets_the_deadline_of_the_request(client, library, limit, seconds):
    response = await client.post(ACT, json={}, headers={"Grpc-Timeout": limit} if limit else {})
    assert response.status_code == 200
    assert library.remaining[-1] <= seconds
    assert library.remaining[-1] > seconds - 2


@pytest.mark.parametrize("limit", ["50m", "0S"])
async def test_an_expired_deadline_is_told(client, limit):
    response = await client.post(ACT, json={"sleepS": 30}, headers={"Grpc-Timeout": limit})
    assert (response.status_code, reason_of(response)) == (504, "DEADLINE_EXCEEDED")


async def test_a_usable_request_id_is_kept_and_passed_on(client, library):
    response = await client.post(ACT, json={}, headers={"X-Request-Id": "a.b_c-1"})
    assert response.headers["x-request-id"] == "a.b_c-1"
    assert library.metadata[-1]["x-request-id"] == "a.b_c-1"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a/b", None])
async def test_an_unusable_request_id_is_replaced(client, library, sent):
    response = await client.post(ACT, json={}, headers={"X-Request-Id": sent} if sent is not None else {})
    assert len(response.headers["x-request-id"]) == 32
    assert library.metadata[-1]["x-request-id"] == response.headers["x-request-id"]


async def test_an_unforeseen_fault_says_nothing(client, transcoder, monkeypatch, caplog):
    monkeypatch.setattr("gateway.transcoder.app.call_unary", lambda *_: 1 / 0)
    response = await client.post(ACT, json={}, headers={"X-Request-Id": "fault-1"})
    assert (response.status_code, reason_of(response)) == (500, "INTERNAL")
    assert metadata_of(response) == {"request_id": "fault-1"}
    assert "division" not in response.text
    assert "ZeroDivisionError" in caplog.text


async def test_an_answer_that_is_no_message_is_a_fault(client, monkeypatch):
    async def garbage(*_):
        return b"\xff"

    monkeypatch.setattr("gateway.transcoder.app.call_unary", garbage)
    assert reason_of(await client.post(ACT, json={})) == "INTERNAL"


async def test_every_answer_is_observed_with_its_rpc(client, observed):
    await client.post(ACT, json={})
    await client.post(ACT, json=[])
    assert observed == [("library.v1.LibraryService.Act", 200), ("library.v1.LibraryService.Act", 400)]
