"""Path templates: what they match, what they capture, and which of several wins."""

from __future__ import annotations

import pytest

from gateway.transcoder.errors import MethodNotAllowed, RouteNotFound
from gateway.transcoder.routes import DuplicateRoute, RouteTable
from gateway.transcoder.template import TemplateError, parse_template


def find(template: str, path: str):
    table: RouteTable[str] = RouteTable()
    table.add("GET", parse_template(template), "route")
    try:
        return table.find("GET", path, path.encode())[1]
    except RouteNotFound:
        return None


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/v1/a", "/v1/a", []),
        ("/v1/a", "/v1/a/", None),
        ("/v1/a:go", "/v1/a:go", []),
        ("/v1/a:go", "/v1/a:stop", None),
        ("/v1/*", "/v1/x", []),
        ("/v1/*", "/v1/x/y", None),
        ("/v1/*", "/v1/", None),
        ("/v1/**", "/v1/x/y", []),
        ("/v1/**", "/v1", []),
        ("/v1/{a}", "/v1/x", ["x"]),
        ("/v1/{a}", "/v1/x.y-z_~1", ["x.y-z_~1"]),
        ("/v1/{a}/b/{c.d}", "/v1/x/b/y", ["x", "y"]),
        ("/v1/{a=b/*}", "/v1/b/x", ["b/x"]),
        ("/v1/{a=b/*}", "/v1/c/x", None),
        ("/v1/{a=**}", "/v1/x/y", ["x/y"]),
        ("/v1/{a=**}", "/v1", [""]),
        ("/v1/{a=b/**}", "/v1/b", ["b"]),
        ("/v1/{a=b/**}", "/v1/b/x/y", ["b/x/y"]),
        ("/v1/{a=b/*/c/*}:go", "/v1/b/1/c/2:go", ["b/1/c/2"]),
        ("/v1/{a=**}:go", "/v1/x/y:go", ["x/y"]),
        ("/v1/{a}:go", "/v1/x:y:go", ["x:y"]),
        ("/v1/{a}", "/v1/x%20y", ["x y"]),
        ("/v1/{a}", "/v1/x%2Fy", ["x/y"]),
        ("/v1/{a=**}", "/v1/x%2Fy/z%2fw", ["x%2Fy/z%2Fw"]),
        ("/v1/{a}", "/v1/%252F", ["%2F"]),
        ("/v1/{a}", "/v1/%C3%A9", ["é"]),
        ("/v1/{a}", "/v1/\n", ["\n"]),
        ("/v1/.", "/v1/x", None),
    ],
)
def test_a_template_matches_and_captures(template, path, values):
    assert find(template, path) == values


@pytest.mark.parametrize(
    "text",
    ["", "/", "v1", "/v1/", "//a", "/v1/{a", "/v1/a}", "/v1/{a=}", "/v1/{=x}", "/v1/{a}/{a}", "/v1/x*", "/v1/{a=**}/b",
     "/v1/{a=x//y}", "/v1/{a-b}", "/v1/{a={b}}", "/v1/{a=b=c}", "/***", "/v1/***"],
)  # fmt: skip
def test_a_malformed_template_is_refused(text):
    with pytest.raises(TemplateError):
        parse_template(text)


@pytest.mark.parametrize("order", [1, -1])
def test_the_more_specific_template_wins_whatever_came_first(order):
    table: RouteTable[str] = RouteTable()
    for text in ["/v1/{a=**}", "/v1/{a}", "/v1/{a}:go", "/v1/x", "/v1/{a=x/*}", "/v1/{a}/{b}"][::order]:
        table.add("GET", parse_template(text), text)
    won = {
        path: table.find("GET", path, None)[0]
        for path in ["/v1/x", "/v1/y", "/v1/y:go", "/v1/x/1", "/v1/y/1", "/v1/1/2/3"]
    }
    assert won == {
        "/v1/x": "/v1/x",
        "/v1/y": "/v1/{a}",
        "/v1/y:go": "/v1/{a}:go",
        "/v1/x/1": "/v1/{a=x/*}",
        "/v1/y/1": "/v1/{a}/{b}",
        "/v1/1/2/3": "/v1/{a=**}",
    }


def test_templates_that_match_the_same_paths_are_duplicates():
    table: RouteTable[str] = RouteTable()
    table.add("GET", parse_template("/v1/{a=x/*}"), "first")
    table.add("POST", parse_template("/v1/{b=x/*}"), "another method")
    with pytest.raises(DuplicateRoute) as caught:
        table.add("GET", parse_template("/v1/x/{b}"), "second")
    assert caught.value.other == "first"


def test_a_route_for_every_method_is_second_to_one_for_a_method():
    table: RouteTable[str] = RouteTable()
    table.add("*", parse_template("/v1/a"), "any")
    table.add("GET", parse_template("/v1/a"), "get")
    assert table.find("GET", "/v1/a", None)[0] == "get"
    assert table.find("BREW", "/v1/a", None)[0] == "any"


def test_methods_of_literals_and_templates_are_allowed_together():
    table: RouteTable[str] = RouteTable()
    table.add("GET", parse_template("/v1/a"), "get")
    table.add("PUT", parse_template("/v1/{x}"), "put")
    with pytest.raises(MethodNotAllowed) as caught:
        table.find("POST", "/v1/a", None)
    assert caught.value.allowed == "GET, PUT"
