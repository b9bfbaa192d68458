"""Errors as HTTP answers, in the one form of AIP-193.

{"error": {"code": 400, "message": "…", "status": "INVALID_ARGUMENT", "details": [{"@type": "…", …}]}}
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
import orjson
from google.rpc.status_pb2 import Status as StatusPb
from protobuf import Message

from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.errors import EdgeError
from services.kit.errors import DeadlineExceeded, DomainError
from services.kit.status import internal_status, status_of, status_of_call

_LOG = logging.getLogger(__name__)

HTTP_STATUS: dict[grpc.StatusCode, int] = {
    grpc.StatusCode.OK: 200,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNKNOWN: 500,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DATA_LOSS: 500,
    grpc.StatusCode.UNAUTHENTICATED: 401,
}
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_DETAILS = "grpc-status-details-bin"
_RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"

JSON_HEADER = (b"content-type", b"application/json")
CLIENT_GONE = 499
"""The status of a request whose client did not wait for the answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer without the headers that every answer has."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class Problems:
    """Makes answers of errors.

    Args:
        contracts: What the details of errors are printed with; details of types that it does not know are left out.
    """

    def __init__(self, contracts: Contracts) -> None:
        self._registry = contracts.registry
        self._status = contracts.message("google.rpc.Status").type

    def of(self, error: Exception, service: str, request_id: str) -> Reply:
        """The answer for whatever a request raised; the caller gets an answer and the log the facts.

        Args:
            error: What was raised.
            service: Full name of the service that was called, empty if none was.
            request_id: Id of the request.
        """
        if isinstance(error, DomainError):
            return self.of_error(error)
        if isinstance(error, grpc.aio.AioRpcError):
            return self.of_call(error, service, request_id)
        _LOG.error("A request failed in a way that was not foreseen.", exc_info=error, extra={"request_id": request_id})
        return self.internal(request_id)

    def of_error(self, error: DomainError) -> Reply:
        """The answer for an error of the edge itself."""
        http = error.http_status if isinstance(error, EdgeError) else None
        headers = error.headers if isinstance(error, EdgeError) else {}
        return self._reply(status_of(error), http, headers)

    def of_call(self, error: grpc.aio.AioRpcError, service: str, request_id: str) -> Reply:
        """The answer for an error of a call.

        Args:
            error: What the call raised.
            service: Full name of the service that was called.
            request_id: Id of the request.
        """
        return self._reply(status_of_call(error, service, request_id))

    def internal(self, request_id: str) -> Reply:
        """The answer for a fault that was not foreseen; it says nothing but where to look."""
        return self._reply(internal_status(request_id))

    def _reply(self, status: StatusPb, http: int | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
        http = http or HTTP_STATUS[code]
        message: Any = self._status.from_binary(status.SerializeToString())
        details = list(self._printed(message.details))
        error = {"code": http, "message": status.message, "status": code.name, "details": details}
        sent = [(name.encode(), value.encode("latin-1", "replace")) for name, value in (headers or {}).items()]
        return Reply(http, orjson.dumps({"error": error}), [*sent, *_retry_after(details)])

    def _printed(self, details: list[Message]) -> Iterator[dict[str, Any]]:
        for detail in details:
            try:
                yield orjson.loads(detail.to_json(always_emit_implicit=True, registry=self._registry))
            except Exception:  # noqa: BLE001 - a detail more or less must not hide the error
                _LOG.warning("An error has a detail that cannot be printed.", exc_info=True)


def deadline_exceeded() -> DeadlineExceeded:
    """The error for a request whose time ran out."""
    return DeadlineExceeded("Time ran out before the answer was ready; send a longer Grpc-Timeout or ask for less.")


def _retry_after(details: list[dict[str, Any]]) -> Iterator[tuple[bytes, bytes]]:
    for detail in details:
        if detail.get("@type") == _RETRY_INFO:
            seconds = float(detail.get("retryDelay", "0s").removesuffix("s"))
            yield b"retry-after", b"%d" % max(1, math.ceil(seconds))
