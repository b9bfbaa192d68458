"""Bodies that are no request: each is answered with what is wrong, where, and what would be right."""

from __future__ import annotations

import json

import pytest

from tests.gateway.problems import error_of, metadata_of, reason_of, violations_of

ECHO = "/v1/library:echo"


async def post(client, content: bytes, **headers: str):
    return await client.post(ECHO, content=content, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b'{"aString": "x"', "15"),
        (b'{"aDouble": NaN}', "12"),
        (b'{"aDouble": Infinity}', "12"),
        (b'{"aDouble": 1e999}', "12"),
        (b'{"aDouble": 1' + b"0" * 5000 + b"}", "12"),
        (b'{"aDouble": 01}', "13"),
        (b'{"aString": "\xff"}', "13"),
        (b'{"aString": "\\ud800"}', "13"),
        (b'{"aString": "\x01"}', "13"),
        (b"{'aString': 'x'}", "1"),
        (b'{"aBool": true,}', "15"),
        (b"{} {}", "3"),
        (b"\xef\xbb\xbf{}", "0"),
        (b"  ", "1"),
        (b"{", "1"),
        ("{}".encode("utf-16"), "0"),
    ],
)
async def test_broken_json_is_told_with_its_position(client, body, position):
    response = await post(client, body)
    assert (response.status_code, reason_of(response)) == (400, "MALFORMED_REQUEST")
    assert abs(int(metadata_of(response)["position"]) - int(position)) <= 2


DEEP = 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP,
        b"[" * DEEP + b"]" * DEEP,
        b'{"child":' * DEEP,
        b'{"child":' * DEEP + b"{}" + b"}" * DEEP,
        b'{"child":' * 1000 + b"{}" + b"}" * 1000,
        b'{"child":' * 102 + b"{}" + b"}" * 102,
        b'{"children":[' * 102 + b"{}" + b"]}" * 102,
        b'{"unknown":' * 240 + b"{}" + b"}" * 240,
        b'{"aStruct":' + b'{"x":' * 120 + b"1" + b"}" * 121,
        b'{"aValue":' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"anAny":' + b'{"@type":"type.googleapis.com/google.protobuf.Any","value":' * 260 + b"{}" + b"}" * 261,
        b'{"aString":"' + b"]" * 50 + b'","child":' + b"[" * DEEP,
    ],
)
@pytest.mark.parametrize("path", [ECHO, "/v1/shelves/1/books"])
async def test_deeply_nested_json_is_refused(client, body, path):
    response = await client.post(path, content=body[:99_000])
    assert response.status_code == 400
    assert reason_of(response) in {"MALFORMED_REQUEST", "FIELD_WRONG_TYPE", "UNKNOWN_FIELD"}


async def test_a_hundred_levels_are_taken(client):
    response = await post(client, b'{"child":' * 98 + b"{}" + b"}" * 98)
    assert response.status_code == 200


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"1", b"true"])
async def test_a_body_that_is_no_object_is_refused(client, body):
    response = await post(client, body)
    assert response.status_code == 400
    assert violations_of(response) == {"": "FIELD_WRONG_TYPE"}


async def test_an_empty_body_is_an_empty_message(client, library):
    response = await client.post(ECHO)
    assert response.status_code == 200
    assert library.requests[-1].ByteSize() == 0


async def test_unknown_field_is_named_with_the_closest_one(client):
    response = await post(client, b'{"child": {"aStrng": "x"}}')
    assert violations_of(response) == {"child.aStrng": "UNKNOWN_FIELD"}
    assert metadata_of(response) == {"field": "child.aStrng"}
    assert "did you mean aString?" in error_of(response)["message"]


WRONG = {
    "aDouble": ("a_double", ["x", True, [], {}, "", " 1", "0x1"]),
    "aFloat": ("a_float", [1e39, "x"]),
    "anInt32": ("an_int32", [1.5, 2147483648, "x", 1e300]),
    "anInt64": ("an_int64", ["9223372036854775808", 1.5, 10**30]),
    "aUint32": ("a_uint32", [-1, 4294967296]),
    "aUint64": ("a_uint64", [-1, "18446744073709551616"]),
    "aBool": ("a_bool", ["true", 1, 0]),
    "aString": ("a_string", [1, True, {}, []]),
    "aBytes": ("a_bytes", ["*", 1]),
    "anOrder": ("an_order", ["TITLE", "order_title", 1.5, 99999999999, True]),
    "aTime": ("a_time", ["noon", 1, "2026-13-01T00:00:00Z"]),
    "aDuration": ("a_duration", ["1", "1.5", 1]),
    "aMask": ("a_mask", [1, "a_b"]),
    "aWrappedInt64": ("a_wrapped_int64", ["x", 1.5]),
    "aStruct": ("a_struct", ["x", []]),
    "anAny": ("an_any", ["x", {"@type": "type.googleapis.com/library.v1.Nothing"}]),
    "child": ("child", ["x", [], 1]),
    "doubles": ("doubles", ["x", {}, 1]),
    "byName": ("by_name", [[], "x"]),
}
CASES = [(name, path, value) for name, (path, values) in WRONG.items() for value in values]


@pytest.mark.parametrize(("name", "path", "value"), CASES, ids=[f"{c[0]}={c[2]!r:.20}" for c in CASES])
async def test_a_value_of_the_wrong_type_is_named_by_its_path(client, name, path, value):
    for key in (name, path):
        response = await post(client, json.dumps({"child": {key: value}}).encode())
        assert response.status_code == 400
        assert violations_of(response) == {f"child.{path}": "FIELD_WRONG_TYPE"}


async def test_an_unknown_enum_value_lists_the_valid_ones(client):
    message = error_of(await post(client, b'{"anOrder": "TITLE"}'))["message"]
    assert message == 'an_order: must be one of ORDER_UNSPECIFIED, ORDER_TITLE, ORDER_PAGES, not "TITLE"'


async def test_all_problems_are_told_at_once(client):
    body = {
        "doubles": [1, "x", None],
        "children": [{}, {"anOrder": 1.5}, {"byName": {"k": {"aBool": "x"}}}, 3],
        "byNumber": {"one": "y", "2": 3},
        "byFlag": {"yes": 1, "true": 1},
        "times": ["noon"],
        "colour": "red",
    }
    assert violations_of(await post(client, json.dumps(body).encode())) == {
        "doubles[1]": "FIELD_WRONG_TYPE",
        "doubles[2]": "FIELD_WRONG_TYPE",
        "children[1].an_order": "FIELD_WRONG_TYPE",
        'children[2].by_name["k"].a_bool': "FIELD_WRONG_TYPE",
        "children[3]": "FIELD_WRONG_TYPE",
        'by_number["one"]': "FIELD_WRONG_TYPE",
        'by_number["2"]': "FIELD_WRONG_TYPE",
        'by_flag["yes"]': "FIELD_WRONG_TYPE",
        "times[0]": "FIELD_WRONG_TYPE",
        "colour": "UNKNOWN_FIELD",
    }


async def test_a_body_full_of_problems_is_told_twenty(client):
    response = await post(client, json.dumps({"doubles": ["x"] * 5000}).encode())
    assert len(violations_of(response)) == 20


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"aString": "a", "aString": "b"}', "a_string"),
        (b'{"aString": "a", "aString": "\\u0022\\u0022\\u0022\\u0022"}', "a_string"),
        (b'{"aString": "a", "\\u0061String": "b"}', "a_string"),
        (b'{"child": {"aBool": true, "aBool": true}}', "child.a_bool"),
        (b'{"children": [{}, {"aBool": true, "aBool": true}]}', "children[1].a_bool"),
        (b'{"byName": {"a": {}, "a": {}}}', 'by_name["a"]'),
        (b'{"aStruct": {"a": 1, "a": 2}}', "a_struct"),
    ],
)
async def test_a_duplicate_key_is_named(client, body, field):
    response = await post(client, body)
    assert response.status_code == 400
    assert violations_of(response) == {field: "MALFORMED_REQUEST"}


@pytest.mark.parametrize("body", [b'{"aString": "\\u0022"}', b'{"aString": "\\"\\\\\\""}', b'{"aString": "a\\":\\"b"}'])
async def test_escaped_quotes_are_no_duplicates(client, body):
    assert (await post(client, body)).json()["aString"] == json.loads(body)["aString"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "", "json"]
)
async def test_another_content_type_is_refused(client, content_type):
    response = await post(client, b"{}", **{"content-type": content_type})
    assert (response.status_code, reason_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert error_of(response)["status"] == "INVALID_ARGUMENT"
    assert metadata_of(response) == {"content_type": content_type, "supported": "application/json"}


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_json_in_utf_8_is_taken(client, content_type):
    assert (await post(client, b"{}", **{"content-type": content_type})).status_code == 200


async def test_a_body_without_content_type_is_json(client):
    assert (await client.post(ECHO, content=b'{"aString": "x"}')).json()["aString"] == "x"


async def test_a_body_over_the_limit_is_refused(client, settings):
    response = await post(client, b" " * (settings.max_body_bytes + 1))
    assert (response.status_code, reason_of(response)) == (413, "REQUEST_TOO_LARGE")
    assert metadata_of(response) == {"limit_bytes": "100000"}
    assert error_of(response)["status"] == "INVALID_ARGUMENT"


async def test_a_body_at_the_limit_is_taken(client, settings):
    assert (await post(client, b"{}".ljust(settings.max_body_bytes))).status_code == 200
