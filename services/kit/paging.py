"""Pages of lists that fit into memory."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from steward.errors.v1 import reason_pb2

from services.kit.errors import InvalidRequest, Violation

DEFAULT_PAGE_SIZE = 50

_T = TypeVar("_T")


def page(items: Sequence[_T], page_size: int, page_token: str) -> tuple[Sequence[_T], str]:
    """The items of one page and the token of the next, empty if there is none.

    Args:
        items: All items, in an order that does not change between calls.
        page_size: Largest number of items to return; 0 is 50.
        page_token: Token from the page before; empty for the first.

    Raises:
        InvalidRequest: The token is none of ours.
    """
    start = _offset(page_token)
    end = start + (page_size or DEFAULT_PAGE_SIZE)
    return items[start:end], _token(end) if end < len(items) else ""


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode()


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token).decode()
        if text[:1] == "o" and text[1:].isdecimal():
            return int(text[1:])
    except ValueError:  # no Base64, no ASCII, no UTF-8, or more digits than a number may have
        pass
    reason = reason_pb2.REASON_FIELD_INVALID
    raise InvalidRequest([Violation("page_token", reason, "this is no token of a page; leave it empty to start over")])
