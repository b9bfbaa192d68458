"""Pages cover a list once, in its order (P7)."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import InvalidRequest
from services.kit.paging import DEFAULT_PAGE_SIZE, page


@given(items=st.lists(st.integers(), max_size=130), size=st.integers(0, 140))
def test_pages_put_together_are_the_list(items, size):
    found, token, pages = [], "", 0
    while True:
        part, token = page(items, size, token)
        assert len(part) <= (size or DEFAULT_PAGE_SIZE)
        found += part
        pages += 1
        if not token:
            break
    assert found == items
    assert pages == max(1, -(-len(items) // (size or DEFAULT_PAGE_SIZE)))


@given(token=st.text(min_size=1, max_size=300))
def test_a_token_of_anybodys_making_is_read_or_refused(token):
    with contextlib.suppress(InvalidRequest):
        part, _ = page([1, 2, 3], 1, token)
        assert len(part) <= 1


@pytest.mark.parametrize(
    "token",
    [
        "!",
        "AAAA",
        "ñ",
        base64.urlsafe_b64encode(b"o-1").decode(),
        base64.urlsafe_b64encode(b"o" + b"9" * 5000).decode(),
    ],
    ids=["no Base64", "no offset", "no ASCII", "negative", "endless"],
)
def test_a_token_that_is_none_of_ours_names_its_field(token):
    with pytest.raises(InvalidRequest, match="no token of a page") as caught:
        page([1], 1, token)
    assert caught.value.metadata == {"field": "page_token"}


def test_a_token_from_before_the_list_shrank_gives_an_empty_page():
    _, token = page(range(10), 5, "")
    assert page(range(3), 5, token) == (range(3, 3), "")
