"""The request headers that the edge reads: length and type of the body, deadline, request id."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.transcoder.errors import HeaderInvalid, UnsupportedMediaType
from services.kit.logs import usable_request_id

_TIMEOUT = re.compile(r"(\d{1,8})([HMSmun])")
_UNITS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w-]+)\"?", re.IGNORECASE)


class RequestHeaders:
    """What the edge reads of a request's headers."""

    __slots__ = ("_timeout", "content_length", "content_type", "has_body", "request_id")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        found = dict(headers)
        self.content_type = found.get(b"content-type")
        length = found.get(b"content-length")
        self.content_length = int(length) if length is not None and length.isdigit() else None
        """Length of the body, if it is told."""
        self.has_body = bool(self.content_length) or b"transfer-encoding" in found
        """Whether a body follows."""
        self.request_id = usable_request_id(found.get(b"x-request-id", b"").decode("latin-1"))
        """The caller's id of the request if it has a usable one, otherwise a new one."""
        self._timeout = found.get(b"grpc-timeout")

    def timeout(self, default_s: float, max_s: float) -> float:
        """Seconds that the request may take.

        Raises:
            HeaderInvalid: The header that tells is malformed.
        """
        if self._timeout is None:
            return default_s
        match = _TIMEOUT.fullmatch(self._timeout.decode("latin-1"))
        if match is None:
            raise HeaderInvalid("Grpc-Timeout", 'up to 8 digits and one of H, M, S, m, u, n, such as "500m" for 0.5 s')
        return min(int(match[1]) * _UNITS[match[2]], max_s)

    def check_json(self) -> None:
        """Makes sure that the body is JSON as far as the headers tell; without a content type it is taken for JSON.

        Raises:
            UnsupportedMediaType: It is something else.
        """
        content_type = self.content_type
        if content_type is None or content_type == b"application/json":
            return
        text = content_type.decode("latin-1")
        charset = _CHARSET.search(text)
        is_json = text.partition(";")[0].strip().lower() == "application/json"
        if not is_json or (charset is not None and charset[1].lower() not in ("utf-8", "utf8")):
            raise UnsupportedMediaType(text)
