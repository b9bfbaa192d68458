"""The OpenAPI document, of the test contract and of the real ones."""

from __future__ import annotations

import re

import orjson
import pytest
from openapi_spec_validator import validate

from gateway.docs.openapi import openapi_document
from gateway.transcoder import Contracts
from gateway.transcoder.codec import RequestCodec
from services.kit.contracts import descriptor_set_bytes
from tests.gateway.library import SERVICE, compile_text


@pytest.fixture(scope="module")
def document():
    contracts = Contracts.load(descriptor_set_bytes())
    return openapi_document(descriptor_set_bytes(), "1.2.3", [service.type_name for service in contracts.services])


@pytest.fixture(scope="module")
def library_document(library_set):
    return openapi_document(library_set, "1", [SERVICE])


def test_the_documents_are_valid(document, library_document):
    validate(document)
    validate(library_document)


def operations(document):
    return [operation for item in document["paths"].values() for operation in item.values()]


def test_operations_are_named_uniquely(document, library_document):
    for each in (document, library_document):
        ids = [operation["operationId"] for operation in operations(each)]
        assert len(set(ids)) == len(ids)
    assert "EnergyService_PredictLoads" in [operation["operationId"] for operation in operations(document)]


def test_every_operation_has_words_headers_and_errors(document):
    for operation in operations(document):
        assert operation["summary"]
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Error"}
        references = [parameter.get("$ref", "") for parameter in operation["parameters"]]
        assert {"#/components/parameters/RequestId", "#/components/parameters/Timeout"} <= set(references)


def test_reasons_are_a_closed_list(document):
    details = document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["details"]
    reason = details["items"]["anyOf"][0]["properties"]["reason"]
    assert {"UNKNOWN_FIELD", "DEADLINE_EXCEEDED", "INTERNAL"} <= set(reason["enum"])
    assert "UNSPECIFIED" not in reason["enum"]
    assert "`UNKNOWN_FIELD`: The request has a field that its message does not have." in reason["description"]


def test_rules_units_words_and_levers_are_told(document):
    schema = document["components"]["schemas"]["steward.energy.v1.Building"]
    height = schema["properties"]["overallHeightM"]
    assert (height["minimum"], height["maximum"], height["x-unit"]) == (1, 300, "m")
    assert height["x-labels"] == {"en": "overall height", "es": "altura total"}
    assert "Unit: m." in height["description"]
    assert schema["properties"]["glazingRatio"]["x-lever"] == {"values": [0, 0.1, 0.25, 0.4]}
    assert schema["properties"]["orientation"]["x-lever"]["values"][0] == "ORIENTATION_NORTH"
    assert schema["properties"]["orientation"]["not"] == {"const": "ORIENTATION_UNSPECIFIED"}
    assert "overallHeightM" in schema["required"]
    assert schema["additionalProperties"] is False
    assert schema["x-cel"][0]["id"] == "building.surface_is_wall_plus_two_roofs"
    assert "surface_area_m2 must be" in schema["description"]


def test_enums_are_told_with_their_words(document):
    enum = document["components"]["schemas"]["steward.energy.v1.Orientation"]
    assert enum["enum"][:2] == ["ORIENTATION_UNSPECIFIED", "ORIENTATION_NORTH"]
    assert "- `ORIENTATION_NORTH`: North." in enum["description"]
    assert enum["x-labels"]["ORIENTATION_NORTH"] == {"en": "north", "es": "norte"}


def test_oneofs_are_explained(document):
    described = document["components"]["schemas"]["steward.energy.v1.LoadPredictionResult"]["description"]
    assert "At most one of `prediction`, `error` is set. The outcome." in described


def test_every_example_is_taken(document):
    contracts = Contracts.load(descriptor_set_bytes())
    examples = 0
    for operation in operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in media and "$ref" in media["schema"]:
            name = media["schema"]["$ref"].rpartition("/")[2]
            RequestCodec(contracts, contracts.message(name)).wire(orjson.dumps(media["example"]))
            examples += 1
    assert examples >= 4


def test_every_reference_leads_somewhere(document):
    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in references(document):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_parameters_follow_the_annotation(library_document):
    paths = library_document["paths"]
    get = paths["/v1/shelves/{shelve}/books/{book}"]["get"]
    assert [p["name"] for p in get["parameters"] if p.get("in") == "path"] == ["shelve", "book"]
    assert [p["name"] for p in get["parameters"] if p.get("in") == "query"] == ["page"]
    find = {p["name"]: p["schema"] for p in paths["/v1/books"]["get"]["parameters"] if p.get("in") == "query"}
    assert find["filter.minPages"]["type"] == ["string", "null"]
    assert find["filter.publishedAfter"] == {"type": "string", "format": "date-time"}
    assert find["orderBy"]["items"] == {"$ref": "#/components/schemas/library.v1.Order"}
    assert "filter.tags" not in find
    rest = paths["/v1/pages/{page}/of/{name}"]["get"]["parameters"][1]
    assert "may hold slashes" in rest["description"]
    create = paths["/v1/shelves/{shelve}/books"]["post"]
    body = create["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"] == "#/components/schemas/library.v1.Book"
    assert [p["name"] for p in create["parameters"] if p.get("in") == "query"] == ["validateOnly"]
    answer = paths["/v1/books"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["type"] == "array"


def test_streams_are_told_in_every_form(library_document):
    content = library_document["paths"]["/v1/library:tell"]["post"]["responses"]["200"]["content"]
    message = {"$ref": "#/components/schemas/library.v1.TellResponse"}
    array = content["application/json"]
    assert array["schema"]["items"] == {"anyOf": [message, {"$ref": "#/components/schemas/Error"}]}
    assert array["example"] == [{"newBook": {"name": "", "title": "", "pageCount": 0}}]
    for form in ("application/x-ndjson", "application/jsonl"):
        assert content[form]["x-itemSchema"] == message
        assert content[form]["example"] == '{"newBook":{"name":"","title":"","pageCount":0}}\n'
    events = content["text/event-stream"]
    assert "like the field that is set" in events["schema"]["description"]
    assert events["example"].startswith("id: 1\nevent: newBook\ndata: {")
    assert events["example"].endswith("\n\nevent: end\ndata: {}\n\n")
    pages = library_document["paths"]["/v1/shelves/{shelve}/books/{book}:read"]["get"]["responses"]["200"]["content"]
    assert pages["text/event-stream"]["example"].startswith('id: 1\ndata: {"number":0,"text":""}\n\n')
    assert "like the field" not in pages["text/event-stream"]["schema"]["description"]


def test_the_real_streams_are_told(document):
    for path in ("/v1/advice:streamAdvise", "/v1/energy:streamAnalyze"):
        assert len(document["paths"][path]["post"]["responses"]["200"]["content"]) == 4


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("anInt64", {"type": "string", "format": "int64"}),
        ("aUint32", {"type": "integer", "format": "uint32", "minimum": 0}),
        ("aBytes", {"type": "string", "format": "byte", "contentEncoding": "base64"}),
        ("aBool", {"type": "boolean"}),
        ("aTime", {"type": "string", "format": "date-time"}),
        ("aStruct", {"type": "object"}),
        ("byNumber", {"type": "object", "additionalProperties": {"type": "string"}}),
        ("children", {"type": "array", "items": {"$ref": "#/components/schemas/library.v1.Everything"}}),
        ("aWrappedString", {"type": ["string", "null"]}),
    ],
)
def test_types_are_those_of_protobuf_json(library_document, field, schema):
    found = library_document["components"]["schemas"]["library.v1.Everything"]["properties"][field]
    assert {key: value for key, value in found.items() if key != "description"} == schema


RULES = """
import "buf/validate/validate.proto";
service T { rpc Do(M) returns (M) { option deprecated = true; option (google.api.http) = {post: "/v1/x" body: "*"}; } }
message M {
  string code = 1 [(buf.validate.field).required = true, (buf.validate.field).string = {
    pattern: "^[A-Z]+$" max_len: 3}];
  repeated string tags = 2 [(buf.validate.field).required = true, (buf.validate.field).repeated = {
    max_items: 4 unique: true items: {string: {min_len: 2}}}];
  int64 big = 3 [(buf.validate.field).int64.gte = 5];
  int32 some = 4 [(buf.validate.field).int32 = {in: [1, 2]}, deprecated = true];
  double part = 5 [(buf.validate.field).required = true, (buf.validate.field).double = {gt: -1 lt: 1}];
  bool yes = 6 [(buf.validate.field).required = true];
  string mail = 7 [(buf.validate.field).string.email = true];
  string exact = 8 [(buf.validate.field).string.len = 5];
  map<string, int32> counts = 9 [(buf.validate.field).map = {max_pairs: 2 values: {int32: {gte: 1}}}];
  string other = 10 [(buf.validate.field).string = {not_in: ["a"]}];
  int32 odd = 11 [(buf.validate.field).cel = {id: "odd" message: "must be odd" expression: "this % 2 == 1"}];
  double positive = 12 [(buf.validate.field).required = true, (buf.validate.field).double.gt = 0];
}
"""


def test_rules_of_every_kind_become_keywords(tmp_path):
    document = openapi_document(compile_text(tmp_path, RULES), "1", ["t.T"])
    validate(document)
    found = document["components"]["schemas"]["t.M"]["properties"]
    assert found["code"] == {"type": "string", "pattern": "^[A-Z]+$", "maxLength": 3, "minLength": 1}
    items = {"type": "string", "minLength": 2}
    assert found["tags"] == {"type": "array", "items": items, "maxItems": 4, "minItems": 1, "uniqueItems": True}
    assert found["big"] == {"type": "string", "format": "int64", "x-minimum": "5"}
    assert found["some"] == {"type": "integer", "format": "int32", "enum": [1, 2], "deprecated": True}
    assert found["part"]["exclusiveMinimum"] == -1
    assert found["part"]["not"] == {"const": 0}
    assert "not" not in found["positive"]
    assert found["yes"] == {"type": "boolean", "const": True}
    assert found["mail"]["format"] == "email"
    assert (found["exact"]["minLength"], found["exact"]["maxLength"]) == (5, 5)
    assert found["counts"]["additionalProperties"]["minimum"] == 1
    assert found["counts"]["maxProperties"] == 2
    assert found["other"]["not"] == {"enum": ["a"]}
    assert found["odd"]["x-cel"][0]["id"] == "odd"
    assert "- must be odd" in found["odd"]["description"]
    assert document["paths"]["/v1/x"]["post"]["deprecated"] is True
    assert document["paths"]["/v1/x"]["post"]["requestBody"]["required"] is True


def test_paths_have_no_templates_of_google(document):
    assert all(re.fullmatch(r"(/([\w:.-]+|\{\w+(\.\w+)*\}))+(:\w+)?", path) for path in document["paths"])
