"""Errors as the domain knows them: a kind, a reason from the closed list and facts. No status codes, no transport.

    DomainError
    ├── InvalidRequest        violations of fields' rules
    ├── MalformedRequest      bytes that are no request at all
    ├── DeadlineExceeded
    ├── ServiceUnavailable
    ├── Overloaded
    └── NotServed

Services add their own below DomainError. `status.py` is the only place that turns them into wire form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from steward.errors.v1 import reason_pb2
from steward.errors.v1.reason_pb2 import Reason

DOMAIN = "steward"
_PREFIX = "REASON_"


class Kind(Enum):
    """What sort of failure an error is, for whoever must react to it."""

    INVALID = auto()
    """The request is wrong whatever the state of the system."""
    NOT_FOUND = auto()
    """The request names something that does not exist."""
    EXISTS = auto()
    """The request creates something that exists already."""
    CONFLICT = auto()
    """What the request rests on has changed meanwhile; it may be repeated after a look at what is there now."""
    UNIMPLEMENTED = auto()
    """The request asks for something that is not served."""
    PRECONDITION = auto()
    """The request is right, the state of the system is not."""
    EXHAUSTED = auto()
    """There is no room for the request now; it may be repeated later."""
    UNAVAILABLE = auto()
    """Something that is needed cannot be reached; it may be repeated."""
    DEADLINE = auto()
    """Time ran out."""
    INTERNAL = auto()
    """A fault of ours."""


def reason_name(reason: Reason.ValueType) -> str:
    """The reason as it is sent: "FIELD_REQUIRED" for REASON_FIELD_REQUIRED."""
    return reason_pb2.Reason.Name(reason).removeprefix(_PREFIX)


class DomainError(Exception):
    """A failure that the caller can act on.

    Args:
        message: One sentence that says what is wrong and what to do about it.
        metadata: Facts for programs, sent as they are.
    """

    kind: ClassVar[Kind] = Kind.INTERNAL
    reason: Reason.ValueType = reason_pb2.REASON_INTERNAL
    retry_after_s: float | None = None
    """When it makes sense to try again; None where that cannot be told."""

    def __init__(self, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that breaks a rule."""

    field: str
    """Path of the field from the request, such as "building.overall_height_m"; empty for the request itself."""
    reason: Reason.ValueType
    description: str
    """What is wrong with the value and what would be right."""


class InvalidRequest(DomainError):
    """The request's fields break rules; the first violation gives the reason."""

    kind = Kind.INVALID

    def __init__(self, violations: Sequence[Violation], **metadata: str) -> None:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        place = f"{first.field}: " if first.field else ""
        super().__init__(f"{place}{first.description}{more}", field=first.field, **metadata)
        self.reason = first.reason
        self.violations = tuple(violations)


class MalformedRequest(DomainError):
    """The bytes are no request of the expected form."""

    kind, reason = Kind.INVALID, reason_pb2.REASON_MALFORMED_REQUEST


class DeadlineExceeded(DomainError):
    """Time ran out before the answer was ready."""

    kind, reason = Kind.DEADLINE, reason_pb2.REASON_DEADLINE_EXCEEDED


class ServiceUnavailable(DomainError):
    """A service that is needed cannot be reached."""

    kind, reason = Kind.UNAVAILABLE, reason_pb2.REASON_SERVICE_UNAVAILABLE
    retry_after_s = 1.0


class Overloaded(DomainError):
    """As much work is waiting as is taken."""

    kind, reason = Kind.EXHAUSTED, reason_pb2.REASON_OVERLOADED

    def __init__(self, limit: int, retry_after_s: float) -> None:
        super().__init__(f"{limit} calls are already waiting; try again in {retry_after_s:g} s.", limit=str(limit))
        self.retry_after_s = retry_after_s


class NotServed(DomainError):
    """This part of an answer is not served here."""

    kind, reason = Kind.UNIMPLEMENTED, reason_pb2.REASON_NOT_SERVED
