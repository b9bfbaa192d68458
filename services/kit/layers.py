"""What happens around every call, in one declared order.

A layer acts before the handler (``enter``) and after it (``leave``, in reverse order). Layers never wait, so the same
ones serve every shape of call; `rpc.py` runs them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

import grpc
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from protovalidate import Validator

from services.kit import logs
from services.kit.errors import DeadlineExceeded, DomainError
from services.kit.metrics import ServerMetrics
from services.kit.status import internal_status, status_of, status_of_call
from services.kit.violations import invalid_request

_log = logging.getLogger("steward.rpc")

REQUEST_ID_KEY = "x-request-id"
_QUIET = ("/grpc.health.v1.Health/", "/grpc.reflection.")


class Call:
    """One call while it is served."""

    __slots__ = ("code", "context", "error", "method", "request_id", "started", "status", "timeout")

    def __init__(self, method: str, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        self.method = method
        """Full method, "/package.Service/Method"."""
        self.context = context
        self.started = time.perf_counter()
        self.request_id = ""
        self.timeout: float | None = None
        """Seconds that the handler gets; None where the transport enforces the caller's deadline."""
        self.error: BaseException | None = None
        """What the handler or an inner layer raised."""
        self.status: Status | None = None
        """The error in wire form; None if the call succeeded or was cancelled."""
        self.code = "OK"
        """Name of the status code that the caller gets."""


def time_remaining(context: Any) -> float | None:
    """Seconds until the caller's deadline; None if the caller has set none (grpc's types leave that out)."""
    remaining: float | None = context.time_remaining()
    return remaining


class Layer(Protocol):
    """Something that happens around every call."""

    def enter(self, call: Call) -> None:
        """Acts before the handler; raising a DomainError refuses the call."""

    def check(self, request: Any) -> None:
        """Acts on each request message; raising a DomainError refuses the call."""

    def leave(self, call: Call) -> None:
        """Acts after the handler, whatever became of it."""


class _Layer:
    def enter(self, call: Call) -> None: ...

    def check(self, request: Any) -> None: ...

    def leave(self, call: Call) -> None: ...


class RequestId(_Layer):
    """Gives the call the id that its metadata carry, or a new one."""

    def enter(self, call: Call) -> None:
        sent = ""
        for key, value in call.context.invocation_metadata() or ():
            if key == REQUEST_ID_KEY:
                sent = str(value)
        call.request_id = logs.usable_request_id(sent)
        logs.request_id.set(call.request_id)


class AccessLog(_Layer):
    """Writes one line per call; health checks and reflection only when debugging."""

    def leave(self, call: Call) -> None:
        level = logging.DEBUG if call.method.startswith(_QUIET) else logging.INFO
        if not _log.isEnabledFor(level):
            return
        fields: dict[str, Any] = {
            "request_id": call.request_id,
            "method": call.method,
            "code": call.code,
            "duration_ms": round((time.perf_counter() - call.started) * 1e3, 3),
        }
        if call.status is not None:
            fields["error"] = call.status.message
        logs.write(_log, level, "call", fields)


class Metrics(_Layer):
    """Counts calls and how long they take."""

    def __init__(self, metrics: ServerMetrics) -> None:
        self._metrics = metrics

    def enter(self, call: Call) -> None:
        self._metrics.started(call.method)

    def leave(self, call: Call) -> None:
        self._metrics.finished(call.method, call.code, time.perf_counter() - call.started)


class Errors(_Layer):
    """Turns what was raised into a status; what is no DomainError becomes INTERNAL and is logged, not sent."""

    def leave(self, call: Call) -> None:
        error = call.error
        if error is None:
            return
        if isinstance(error, TimeoutError):
            error = DeadlineExceeded("The answer was not ready within the server's time limit; set a longer deadline.")
        if isinstance(error, DomainError):
            call.status = status_of(error)
        elif isinstance(error, grpc.aio.AioRpcError):
            call.status = status_of_call(error, request_id=call.request_id)
        elif isinstance(error, Exception) and not isinstance(error, grpc.aio.AbortError):
            _log.error("unforeseen error in %s", call.method, exc_info=error)
            call.status = internal_status(call.request_id)
        call.code = _code_name(call, error)


def _code_name(call: Call, error: BaseException) -> str:
    if call.status is not None:
        return _CODE_NAMES[call.status.code]
    if isinstance(error, grpc.aio.AbortError):
        code: Any = call.context.code()
        return code.name if isinstance(code, grpc.StatusCode) else _CODE_NAMES.get(code, "UNKNOWN")
    # The transport cancels the handler both when the caller goes away and when the caller's deadline passes.
    remaining = time_remaining(call.context)
    return "DEADLINE_EXCEEDED" if remaining is not None and remaining <= 0 else "CANCELLED"


_CODE_NAMES: dict[int, str] = {code.value[0]: code.name for code in grpc.StatusCode}


class Deadline(_Layer):
    """Refuses calls whose time is over and limits those that came without a deadline; live streams have none."""

    def __init__(self, default_s: float) -> None:
        self._default_s = default_s

    def enter(self, call: Call) -> None:
        remaining = time_remaining(call.context)
        if remaining is None:
            call.timeout = self._default_s
        elif remaining <= 0:
            raise DeadlineExceeded("The deadline had passed when the call arrived; set a longer one.")


class Validation(_Layer):
    """Checks each request against the rules of its contract."""

    def __init__(self) -> None:
        self._validator = Validator()

    def check(self, request: Any) -> None:
        if isinstance(request, Message) and (violations := self._validator.collect_violations(request)):
            raise invalid_request(violations)


def standard_layers(metrics: ServerMetrics, default_deadline_s: float) -> Sequence[Layer]:
    """The layers of every server, the outermost first."""
    return (
        RequestId(),  # first, so that everything below can name the request
        AccessLog(),  # outside errors, so that it logs the code that the caller gets
        Metrics(metrics),  # outside errors, so that mapped codes are counted
        Errors(),  # outside what raises
        Deadline(default_deadline_s),  # before validation: no work for a caller that has given up
        Validation(),
    )
