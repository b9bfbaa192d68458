"""Domain errors as google.rpc.Status with typed details: the one place that knows both."""

from __future__ import annotations

import logging

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from services.kit.errors import (
    DOMAIN,
    DeadlineExceeded,
    DomainError,
    InvalidRequest,
    Kind,
    NotServed,
    ServiceUnavailable,
    reason_name,
)

_log = logging.getLogger(__name__)

CODES: dict[Kind, grpc.StatusCode] = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Kind.CONFLICT: grpc.StatusCode.ABORTED,
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


def status_of_call(error: grpc.aio.AioRpcError, service: str = "", request_id: str = "") -> Status:
    """The status of a call that failed elsewhere.

    What a service says with typed details is meant for callers and passed on. Anything else comes from gRPC itself or
    from a fault and names addresses or worse: it keeps its code, gets the reason that fits it, and is only logged.

    Args:
        error: What the call raised.
        service: Full name of the service that was called, for the reason's metadata.
        request_id: Id of the request that the call was part of.
    """
    sent: Status | None
    try:
        sent = rpc_status.from_call(error)
    except ValueError:  # details that contradict the code: not from a service of ours
        sent = None
    if sent is not None:
        return sent
    _log.warning("%s failed with %s: %s", service or "a call", error.code(), error.details())
    if (known := _transport_error(error.code(), service)) is not None:
        return status_of(known)
    status = internal_status(request_id)
    status.code = error.code().value[0]
    return status


def _transport_error(code: grpc.StatusCode, service: str) -> DomainError | None:
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded("The answer was not ready before the deadline; set a longer one or ask for less.")
    # A server that has stopped taking calls resets those that arrive nevertheless; it has not begun them.
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return ServiceUnavailable(f"{service or 'A service'} cannot be reached; try again shortly.", service=service)
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return NotServed(f"{service or 'The service'} does not serve this.", service=service)
    return None
