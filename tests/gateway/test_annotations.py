"""Annotations that cannot be served stop start-up, naming the RPC and the reason."""

from __future__ import annotations

import pytest

from gateway.transcoder import Transcoder, UnsupportedAnnotation
from tests.gateway.library import compile_text

_MESSAGE = """
message M {
  string a = 1; repeated string many = 2; map<string, string> by = 3; M inner = 4;
  google.protobuf.Timestamp at = 5; google.protobuf.Struct any = 6;
}
message Nothing {}
message E { string error = 1; }
"""


def service(rule: str, rpc: str = "rpc Do(M) returns (M)", more: str = "") -> str:
    return f"service T {{ {rpc} {{ option (google.api.http) = {{ {rule} }}; }} {more} }}" + _MESSAGE


@pytest.mark.parametrize(
    ("contract", "reason"),
    [
        (service('get: "/v1/x"', "rpc Do(M) returns (stream E)"), 'the field "error"'),
        (service('get: "/v1/x"', "rpc Do(M) returns (stream google.protobuf.Struct)"), "whole messages with fields"),
        (service('get: "/v1/x" response_body: "inner"', "rpc Do(M) returns (stream M)"), "whole messages with fields"),
        (service('post: "/v1/x"', "rpc Do(stream M) returns (M)"), "client streaming is not supported"),
        (service('post: "/v1/x"', "rpc Do(stream M) returns (stream M)"), "bidi streaming is not supported"),
        (service('get: "/v1/{b}"'), 'variable "b", but M has no such field'),
        (service('get: "/v1/{a.b}"'), 'variable "a.b", but "a" has no fields'),
        (service('get: "/v1/{many}"'), "repeated"),
        (service('get: "/v1/{by}"'), "a map"),
        (service('get: "/v1/{inner}"'), "a message"),
        (service('get: "/v1/{any}"'), "a message"),
        (service('post: "/v1/x" body: "b"'), 'body names "b"'),
        (service('post: "/v1/x" body: "inner.a"'), 'body names "inner.a"'),
        (service('post: "/v1/x" body: "a"', "rpc Do(Nothing) returns (M)"), 'body names "a"'),
        (service('get: "/v1/x" response_body: "b"'), 'response_body names "b"'),
        (service('get: "/v1/x" body: "*"'), "GET has no body"),
        (service('get: "/v1/{a"'), "is not"),
        (service('body: "*"'), "no HTTP method"),
        (service('custom: {path: "/v1/x"}'), "no HTTP method"),
        (
            service('get: "/v1/x" additional_bindings: {get: "/v1/y" additional_bindings: {get: "/v1/z"}}'),
            "must not be nested",
        ),
        (service('get: "/v1/x" additional_bindings: {get: "/v1/x"}'), "GET /v1/x is already taken by t.T.Do"),
    ],
)
async def test_an_unsupported_annotation_stops_start_up(tmp_path, idle_channel, contract, reason):
    with pytest.raises(UnsupportedAnnotation) as caught:
        Transcoder(compile_text(tmp_path, contract), lambda _: idle_channel)
    assert caught.value.rpc == "t.T.Do"
    assert reason in str(caught.value)


async def test_two_rpcs_cannot_share_a_path(tmp_path, idle_channel):
    other = 'rpc Other(M) returns (M) { option (google.api.http) = { get: "/v1/{at}" }; }'
    contract = compile_text(tmp_path, service('get: "/v1/{a}"', more=other))
    with pytest.raises(UnsupportedAnnotation, match=r"t\.T\.Other: GET /v1/\{at\} is already taken by t\.T\.Do"):
        Transcoder(contract, lambda _: idle_channel)


async def test_a_service_without_a_channel_is_left_out_with_its_annotations(tmp_path):
    Transcoder(compile_text(tmp_path, service('get: "/v1/{nothing}"')), lambda _: None)
