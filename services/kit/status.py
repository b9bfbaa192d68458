"""Domain errors as google.rpc.Status with typed details: the one place that knows both."""

from __future__ import annotations

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status

from services.kit.errors import DOMAIN, DomainError, InvalidRequest, Kind, reason_name

CODES: dict[Kind, grpc.StatusCode] = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.UNIMPLEMENTED: grpc.StatusCode.UNIMPLEMENTED,
    Kind.PRECONDITION: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Kind.DEADLINE: grpc.StatusCode.DEADLINE_EXCEEDED,
    Kind.INTERNAL: grpc.StatusCode.INTERNAL,
}


def status_of(error: DomainError) -> Status:
    """The error with ErrorInfo and, where they apply, BadRequest and RetryInfo among its details."""
    info = details_pb2.ErrorInfo(reason=reason_name(error.reason), domain=DOMAIN, metadata=error.metadata)
    details: list[Message] = [info]
    if isinstance(error, InvalidRequest):
        details.append(_bad_request(error))
    if error.retry_after_s is not None:
        delay = Duration()
        delay.FromNanoseconds(int(error.retry_after_s * 1e9))
        details.append(details_pb2.RetryInfo(retry_delay=delay))
    code = CODES[error.kind].value[0]
    return Status(code=code, message=error.message, details=[_pack(detail) for detail in details])


def _bad_request(error: InvalidRequest) -> details_pb2.BadRequest:
    violation = details_pb2.BadRequest.FieldViolation
    return details_pb2.BadRequest(
        field_violations=[
            violation(field=v.field, description=v.description, reason=reason_name(v.reason)) for v in error.violations
        ]
    )


def _pack(message: Message) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed


def internal_status(request_id: str) -> Status:
    """The status for a fault that was not foreseen: it says nothing but where to look."""
    error = DomainError(
        "Something went wrong on the server; the request id finds it in the logs.", request_id=request_id
    )
    return status_of(error)
