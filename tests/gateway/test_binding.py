"""Where the parts of an HTTP request go in the request message."""

from __future__ import annotations

import pytest
from google.protobuf import json_format

from tests.gateway.problems import reason_of, violations_of


def as_dict(message):
    return json_format.MessageToDict(message)


@pytest.mark.parametrize(
    ("method", "url", "body", "expected"),
    [
        ("GET", "/v1/shelves/1/books/2", None, {"name": "shelves/1/books/2"}),
        ("GET", "/v1/shelves/1/books/2?page=7", None, {"name": "shelves/1/books/2", "page": 7}),
        ("GET", "/v1/books/emma", None, {"name": "emma"}),
        ("GET", "/v1/books/a%2Fb%20c", None, {"name": "a/b c"}),
        ("GET", "/v1/shelves/a%2Fb/books/c", None, {"name": "shelves/a%2Fb/books/c"}),
        ("GET", "/v1/pages/3/of/a/b/c", None, {"page": 3, "name": "a/b/c"}),
        ("GET", "/v1/pages/3/of", None, {"page": 3}),
        ("DELETE", "/v1/shelves/1/books/2", None, {"name": "shelves/1/books/2"}),
        ("POST", "/v1/shelves/1/books/2:burn", {"page": 4}, {"name": "shelves/1/books/2", "page": 4}),
        ("POST", "/v1/shelves/1/books/2:burn", {"name": "x"}, {"name": "shelves/1/books/2"}),
        ("POST", "/v1/shelves/1/books/2:burn", None, {"name": "shelves/1/books/2"}),
        (
            "POST",
            "/v1/shelves/1/books?validateOnly=true",
            {"title": "Emma"},
            {"parent": "shelves/1", "book": {"title": "Emma"}, "validateOnly": True},
        ),
        (
            "PATCH",
            "/v1/shelves/1/books/2?update_mask=title,pageCount",
            {"title": "Emma", "page_count": 3},
            {"book": {"name": "shelves/1/books/2", "title": "Emma", "pageCount": 3}, "updateMask": "title,pageCount"},
        ),
        (
            "PUT",
            "/v1/shelves/1/books/2",
            {"book": {"title": "Emma"}, "updateMask": "title"},
            {"book": {"name": "shelves/1/books/2", "title": "Emma"}, "updateMask": "title"},
        ),
        ("REPORT", "/v1/books?filter.ratio=0.5", None, {"filter": {"ratio": 0.5}}),
    ],
)
async def test_every_part_of_a_request_reaches_its_field(client, library, method, url, body, expected):
    response = await client.request(method, url, json=body)
    assert response.status_code == 200, response.text
    assert as_dict(library.requests[-1]) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter.title_words=a&filter.titleWords=b", {"filter": {"titleWords": ["a", "b"]}}),
        ("filter.minPages=9007199254740993", {"filter": {"minPages": "9007199254740993"}}),
        ("filter.lent=true&filter.old=false", {"filter": {"lent": True}}),
        ("filter.publishedAfter=2026-11-20T13:00:00Z", {"filter": {"publishedAfter": "2026-11-20T13:00:00Z"}}),
        ("filter.lentFor=1.5s", {"filter": {"lentFor": "1.500s"}}),
        ("filter.fields=name,pageCount", {"filter": {"fields": "name,pageCount"}}),
        ("filter.ratio=1e-3&filter.cover=AAE%3D", {"filter": {"ratio": 0.001, "cover": "AAE="}}),
        ("orderBy=ORDER_TITLE&order_by=2", {"orderBy": ["ORDER_TITLE", "ORDER_PAGES"]}),
        ("filter.titleWords=%C3%A9+%26&filter.titleWords=", {"filter": {"titleWords": ["é &", ""]}}),
        ("filter.ratio=NaN", {"filter": {"ratio": "NaN"}}),
        ("", {}),
    ],
)
async def test_query_parameters_fill_fields_of_every_type(client, library, query, expected):
    response = await client.get(f"/v1/books?{query}")
    assert response.status_code == 200, response.text
    assert as_dict(library.requests[-1]) == expected


@pytest.mark.parametrize(
    ("url", "violations"),
    [
        ("/v1/books?colour=red", {"colour": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.colour=red&x=1", {"filter.colour": "UNKNOWN_FIELD", "x": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.ratio.x=1", {"filter.ratio.x": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.publishedAfter.seconds=1", {"filter.published_after.seconds": "UNKNOWN_FIELD"}),
        ("/v1/books?filter=x", {"filter": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.tags=x", {"filter.tags": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.extra=x", {"filter.extra": "UNKNOWN_FIELD"}),
        ("/v1/books?filter.ratio=1&filter.ratio=2", {"filter.ratio": "MALFORMED_REQUEST"}),
        ("/v1/books?filter.ratio=tall", {"filter.ratio": "FIELD_WRONG_TYPE"}),
        (
            "/v1/books?filter.old=yes&filter.lent=1",
            {"filter.old": "FIELD_WRONG_TYPE", "filter.lent": "FIELD_WRONG_TYPE"},
        ),
        ("/v1/books?orderBy=TITLE", {"order_by[0]": "FIELD_WRONG_TYPE"}),
        ("/v1/books?filter.publishedAfter=noon", {"filter.published_after": "FIELD_WRONG_TYPE"}),
        ("/v1/books/emma?name=other", {"name": "UNKNOWN_FIELD"}),
        ("/v1/pages/three/of/emma", {"page": "FIELD_WRONG_TYPE"}),
    ],
)
async def test_wrong_parameters_are_all_named(client, url, violations):
    response = await client.get(url)
    assert response.status_code == 400
    assert violations_of(response) == violations


async def test_fields_of_the_body_are_refused_in_the_query(client):
    assert violations_of(await client.post("/v1/library:echo?aBool=true", json={})) == {"a_bool": "UNKNOWN_FIELD"}
    response = await client.post("/v1/shelves/1/books?book.title=x", json={})
    assert violations_of(response) == {"book.title": "UNKNOWN_FIELD"}


async def test_errors_in_a_body_field_are_named_from_the_request(client):
    response = await client.post("/v1/shelves/1/books", json={"pageCount": "many"})
    assert violations_of(response) == {"book.page_count": "FIELD_WRONG_TYPE"}


async def test_a_body_cannot_break_out_of_its_field(client):
    response = await client.post("/v1/shelves/1/books", content=b'{},"validateOnly":true,"book":{}')
    assert reason_of(response) == "MALFORMED_REQUEST"


async def test_a_body_where_none_is_taken_is_refused(client):
    response = await client.request("GET", "/v1/books", json={})
    assert response.status_code == 400
    assert reason_of(response) == "MALFORMED_REQUEST"


@pytest.mark.parametrize("query", ["filter.titleWords=%FF", "&".join(["filter.titleWords=x"] * 1001)])
async def test_an_unreadable_query_is_refused(client, query):
    response = await client.get(f"/v1/books?{query}")
    assert response.status_code == 400
    assert reason_of(response) == "MALFORMED_REQUEST"


async def test_response_body_sends_one_field(client):
    assert (await client.get("/v1/books")).json() == [{"name": "", "title": "Emma", "pageCount": 0}]


async def test_enums_are_names_and_zero_values_are_sent(client):
    answer = (await client.post("/v1/library:echo", json={"an_order": 1})).json()
    assert answer["anOrder"] == "ORDER_TITLE"
    assert answer["aDouble"] == 0.0
    assert answer["anInt64"] == "0"
    assert "maybeDouble" not in answer
