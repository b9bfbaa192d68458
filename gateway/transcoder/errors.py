"""What can be wrong with an HTTP request before any service sees it.

    DomainError
    ├── RouteNotFound
    ├── MethodNotAllowed
    ├── UnsupportedMediaType
    ├── RequestTooLarge
    └── HeaderInvalid

These have an HTTP status of their own where the one of their kind would say less.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, Kind

JSON_TYPE = "application/json"
_LONGEST_ECHO = 200


class EdgeError(DomainError):
    """A request that HTTP itself has a word for."""

    kind = Kind.INVALID
    http_status: ClassVar[int]

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer."""
        return {}


class RouteNotFound(EdgeError):
    """No route has this path."""

    kind, reason, http_status = Kind.NOT_FOUND, reason_pb2.REASON_ROUTE_NOT_FOUND, 404

    def __init__(self, path: str) -> None:
        shown = clipped(path)
        super().__init__(f"There is nothing at {shown}; /openapi.json lists every path.", path=shown)


class MethodNotAllowed(EdgeError):
    """The path has routes, none of them for this HTTP method."""

    kind, reason, http_status = Kind.UNIMPLEMENTED, reason_pb2.REASON_METHOD_NOT_ALLOWED, 405

    def __init__(self, http_method: str, allowed: Sequence[str]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(f"{clipped(http_method)} is not served here; use {self.allowed}.", allowed=self.allowed)

    @property
    def headers(self) -> dict[str, str]:
        """The methods that are served."""
        return {"allow": self.allowed}


class UnsupportedMediaType(EdgeError):
    """The body has a content type that is not taken."""

    reason, http_status = reason_pb2.REASON_UNSUPPORTED_MEDIA_TYPE, 415

    def __init__(self, content_type: str) -> None:
        shown = clipped(content_type)
        super().__init__(
            f'The body must be JSON in UTF-8: send "Content-Type: {JSON_TYPE}", not "{shown}".',
            content_type=shown,
            supported=JSON_TYPE,
        )

    @property
    def headers(self) -> dict[str, str]:
        """The type that is taken."""
        return {"accept-post": JSON_TYPE}


class RequestTooLarge(EdgeError):
    """The body is larger than what is taken."""

    reason, http_status = reason_pb2.REASON_REQUEST_TOO_LARGE, 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The body is larger than {limit_bytes} bytes; send less in one request.", limit_bytes=str(limit_bytes)
        )

    @property
    def headers(self) -> dict[str, str]:
        """The rest of the body is not read, so the connection cannot be used again."""
        return {"connection": "close"}


class HeaderInvalid(EdgeError):
    """A header's value cannot be read."""

    reason, http_status = reason_pb2.REASON_HEADER_INVALID, 400

    def __init__(self, header: str, expected: str) -> None:
        super().__init__(f"The header {header} must be {expected}.", header=header)


def clipped(text: str) -> str:
    """The text, cut if it is longer than anyone wants to read."""
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"
