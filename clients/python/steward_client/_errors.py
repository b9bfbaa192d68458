"""What a call raises when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status

_DETAILS = "grpc-status-details-bin"
_REQUEST_ID = "x-request-id"
# What the transport reports by itself has no details; callers branch on one reason all the same.
_TRANSPORT_REASONS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
    grpc.StatusCode.UNAVAILABLE: "SERVICE_UNAVAILABLE",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that breaks a rule."""

    field: str
    """Path of the field, such as "building.overall_height_m"."""
    reason: str
    """Name of a steward.errors.v1.Reason without its prefix."""
    description: str


class StewardError(Exception):
    """A call that failed.

    Attributes:
        code: Status code of the call.
        reason: Name of a steward.errors.v1.Reason without its prefix, such as "FIELD_REQUIRED"; empty if the failure
            is one that no reason stands for.
        message: One sentence for people.
        metadata: Facts that belong to the reason.
        violations: The fields that break rules.
        retry_after_s: When it makes sense to try again; None where that cannot be told.
        request_id: Finds the call in the server's logs; empty if it never arrived.
    """

    def __init__(self, error: Any) -> None:
        self.code: grpc.StatusCode = error.code()
        self.message: str = error.details() or ""
        trailing: dict[str, Any] = dict(error.trailing_metadata() or ())
        self.request_id = str(trailing.get(_REQUEST_ID, ""))
        self.reason = ""
        self.metadata: dict[str, str] = {}
        self.violations: tuple[Violation, ...] = ()
        self.retry_after_s: float | None = None
        self._read(Status.FromString(trailing.get(_DETAILS, b"")))
        self.reason = self.reason or _TRANSPORT_REASONS.get(self.code, "")
        super().__init__(f"{self.code.name}: {self.message}")

    def _read(self, status: Status) -> None:
        info, bad, retry = details_pb2.ErrorInfo(), details_pb2.BadRequest(), details_pb2.RetryInfo()
        for detail in status.details:
            if detail.Unpack(info):
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(bad):
                self.violations = tuple(Violation(v.field, v.reason, v.description) for v in bad.field_violations)
            elif detail.Unpack(retry):
                self.retry_after_s = retry.retry_delay.ToNanoseconds() / 1e9
