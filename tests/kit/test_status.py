"""Domain errors in wire form (C-20, C-37)."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status
from grpc.aio import AioRpcError, Metadata
from steward.errors.v1 import reason_pb2

from services.kit.errors import (
    DeadlineExceeded,
    DomainError,
    InvalidRequest,
    MalformedRequest,
    NotServed,
    Overloaded,
    ServiceUnavailable,
    Violation,
)
from services.kit.status import internal_status, status_of, status_of_call
from services.prediction.errors import LeverUnknown, ModelBroken, ModelNotFound, ModelVersionNotFound

Code = grpc.StatusCode


def details(status: Status, kind: type) -> list[Any]:
    """The details of one type."""
    found = []
    for detail in status.details:
        message = kind()
        if detail.Unpack(message):
            found.append(message)
    return found


CASES = [
    (MalformedRequest("No JSON.", position="17"), Code.INVALID_ARGUMENT, "MALFORMED_REQUEST", {"position": "17"}),
    (DeadlineExceeded("Too late."), Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", {}),
    (ServiceUnavailable("Gone.", service="a.B"), Code.UNAVAILABLE, "SERVICE_UNAVAILABLE", {"service": "a.B"}),
    (Overloaded(256, 2), Code.RESOURCE_EXHAUSTED, "OVERLOADED", {"limit": "256"}),
    (NotServed("No.", leg="advice"), Code.UNIMPLEMENTED, "NOT_SERVED", {"leg": "advice"}),
    (DomainError("Odd."), Code.INTERNAL, "INTERNAL", {}),
    (ModelNotFound("m", ["a", "b"]), Code.NOT_FOUND, "MODEL_NOT_FOUND", {"model": "m"}),
    (
        ModelVersionNotFound("m", "9.0.0", ["1.1.0", "1.0.0"]),
        Code.NOT_FOUND,
        "MODEL_VERSION_NOT_FOUND",
        {"model": "m", "version": "9.0.0", "versions": "1.1.0,1.0.0"},
    ),
    (ModelBroken("m", "1.0.0", "odd."), Code.UNAVAILABLE, "MODEL_BROKEN", {"model": "m", "version": "1.0.0"}),
    (
        LeverUnknown("levers[0]", "colour", ["shape"]),
        Code.INVALID_ARGUMENT,
        "LEVER_UNKNOWN",
        {"field": "levers[0]", "lever": "colour", "levers": "shape"},
    ),
]


@pytest.mark.parametrize(("error", "code", "reason", "metadata"), CASES, ids=lambda case: type(case).__name__)
def test_an_error_becomes_its_code_its_reason_and_its_facts(error, code, reason, metadata):
    status = status_of(error)
    (info,) = details(status, details_pb2.ErrorInfo)
    assert (status.code, status.message) == (code.value[0], error.message)
    assert (info.reason, info.domain, dict(info.metadata)) == (reason, "steward", metadata)


@pytest.mark.parametrize(("error", "seconds"), [(Overloaded(1, 1.5), 1.5), (ServiceUnavailable("Gone."), 1)])
def test_an_error_that_passes_says_when_to_try_again(error, seconds):
    (retry,) = details(status_of(error), details_pb2.RetryInfo)
    assert retry.retry_delay.ToNanoseconds() == seconds * 1e9


def test_an_error_that_stays_does_not_ask_for_another_try():
    assert details(status_of(NotServed("No.")), details_pb2.RetryInfo) == []


def test_violations_are_listed_in_their_order():
    wrong = [
        Violation("a.b", reason_pb2.REASON_FIELD_REQUIRED, "a value is required"),
        Violation("", reason_pb2.REASON_FIELDS_INCONSISTENT, "a contradicts b"),
    ]
    error = InvalidRequest(wrong, rule="x")
    status = status_of(error)
    (bad,) = details(status, details_pb2.BadRequest)
    (info,) = details(status, details_pb2.ErrorInfo)
    assert [(v.field, v.reason, v.description) for v in bad.field_violations] == [
        ("a.b", "FIELD_REQUIRED", "a value is required"),
        ("", "FIELDS_INCONSISTENT", "a contradicts b"),
    ]
    assert (info.reason, dict(info.metadata)) == ("FIELD_REQUIRED", {"field": "a.b", "rule": "x"})
    assert status.message == "a.b: a value is required (and 1 more)"


def test_a_violation_of_the_request_itself_has_no_place_in_the_message():
    assert InvalidRequest([Violation("", reason_pb2.REASON_FIELD_INVALID, "wrong")]).message == "wrong"


def test_a_fault_of_ours_says_only_where_to_look():
    status = internal_status("r-1")
    (info,) = details(status, details_pb2.ErrorInfo)
    assert (status.code, info.reason, dict(info.metadata)) == (13, "INTERNAL", {"request_id": "r-1"})


@pytest.mark.parametrize(
    ("code", "expected", "reason"),
    [
        (Code.DEADLINE_EXCEEDED, Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
        (Code.UNAVAILABLE, Code.UNAVAILABLE, "SERVICE_UNAVAILABLE"),
        (Code.UNIMPLEMENTED, Code.UNIMPLEMENTED, "NOT_SERVED"),
        (Code.UNKNOWN, Code.UNKNOWN, "INTERNAL"),
        (Code.CANCELLED, Code.UNAVAILABLE, "SERVICE_UNAVAILABLE"),
    ],
)
def test_a_failure_of_the_transport_gets_the_reason_that_fits_its_code(code, expected, reason):
    status = status_of_call(AioRpcError(code, Metadata(), Metadata(), "ipv4:10.0.0.7:8001 refused"), "a.B")
    (info,) = details(status, details_pb2.ErrorInfo)
    assert (status.code, info.reason) == (expected.value[0], reason)
    assert "10.0.0.7" not in status.message


def test_details_that_contradict_the_code_are_not_passed_on():
    sent = Status(code=5, message="not ours").SerializeToString()
    error = AioRpcError(Code.UNAVAILABLE, Metadata(), Metadata(("grpc-status-details-bin", sent)), "gone")
    assert status_of_call(error).code == Code.UNAVAILABLE.value[0]
    assert "A service cannot be reached" in status_of_call(error).message
