"""Every keyword of JSON Schema 2020-12: the texts that its grammar takes and leaves, or its refusal.

What a text should do is told by the `jsonschema` library, not by this table alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY

from services.advice.generation.json_schema import SchemaNotEnforceable, check_schema, violation
from services.advice.generation.schema_grammar import byte_matcher
from services.advice.generation.schema_rules import ANNOTATIONS, ENFORCED, REFUSED, ROOT_ANNOTATIONS


@dataclass(frozen=True)
class Case:
    """A schema, texts that fit it and texts that do not."""

    keywords: str
    schema: dict[str, Any]
    fits: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()


def case(keywords: str, schema: dict[str, Any], fits: str, misfits: str) -> Case:
    """Texts are separated by two blanks."""
    return Case(keywords, schema, tuple(fits.split("  ")), tuple(misfits.split("  ")))


string = partial(dict, type="string")
number = partial(dict, type="number")
integer = partial(dict, type="integer")
array = partial(dict, type="array")
closed = partial(dict, type="object", additionalProperties=False)
CAT = closed(properties={"kind": {"const": "cat"}, "lives": {"type": "integer"}}, required=["kind"])
DOG = closed(properties={"kind": {"const": "dog"}, "name": {"type": "string"}}, required=["kind"])
TREE = closed(properties={"value": {"type": "integer"}, "left": {"$ref": "#"}}, required=["value"])

CASES = [
    case("type", {"type": "null"}, "null", '0  false  ""  []  {}'),
    case("type", {"type": "boolean"}, "true  false", '0  null  "true"'),
    case("type", string(), '"a"  ""  "é\\n"  "😀"', '1  null  ["a"]'),
    case("type", integer(), "0  -7  12345678901234567890", '1.5  "1"  true  01'),
    case("type", number(), "0  -1.5  2e3  1E-7", '"1"  .5  1.  null  NaN  Infinity'),
    case("type", array(), '[]  [1,"a",[null]]', "{}  1"),
    case("type", {"type": "object"}, '{}  {"a":{"b":1}}', "[]  null  {1:2}"),
    case("type", {"type": ["integer", "null"]}, "3  null", '1.5  "a"  true'),
    case(
        "enum",
        {"enum": ["a", 1, None, True, {"b": [2]}]},
        '"a"  1  null  true  {"b":[2]}',
        '"b"  2  false  {"b":[3]}  {}',
    ),
    case("enum type", integer(enum=[1, "a", 2.5]), "1", '"a"  2.5  2'),
    case("const", {"const": 'ein "Wort"\n'}, '"ein \\"Wort\\"\\n"', '"ein Wort"  1'),
    case("const", {"const": None}, "null", "0  false"),
    case("const", {"const": 0.1}, "0.1", "0.2  0.11  1"),
    case("const", {"const": False}, "false", "0  true"),
    case(
        "minLength maxLength",
        string(minLength=2, maxLength=3),
        '"ab"  "éñü"  "😀😀"  "\\n\\""',
        '"a"  "é"  "😀"  "abcd"',
    ),
    case("pattern", string(pattern="b+"), '"b"  "abbc"', '"a"  ""  "B"'),
    case("pattern", string(pattern="^b+$"), '"b"  "bbb"', '"ab"  "b\\n"  ""'),
    case("pattern", string(pattern="^a|b$"), '"ax"  "xb"', '"xbx"  "xa"'),
    case("pattern", string(pattern=r"^\d{2}\s\w[^\d]$"), '"12 a-"  "12\\t_é"', '"1२ a-"  "12 aa1"  "12 é-"'),
    case("pattern", string(pattern=r"^[a&&b~~c\]-]{2}$"), '"a&"  "-b"  "]~"', '"d&"  "[a"'),
    case("pattern", string(pattern="^.$"), '"é"  "😀"  "\\\\"', '"\\n"  ""  "ab"'),
    case("pattern", string(pattern=r"^\u00e9\x41\/\$$"), '"éA/$"', '"éA/"'),
    case("pattern maxLength", string(pattern="^(ab)*$", minLength=3, maxLength=5), '"abab"', '"ab"  "ababab"  "aba"'),
    case("pattern anyOf", {"anyOf": [string(pattern=r"^[^\s\S]$"), string(pattern="^a$")]}, '"a"', '"b"  ""'),
    case("pattern", {"pattern": "^a"}, '"a"  1  null', '"b"'),
    case(
        "format",
        string(format="date"),
        '"2024-02-29"  "2023-12-31"',
        '"2023-02-29"  "1900-02-29"  "2023-13-01"  "23-01-01"',
    ),
    case("format", string(format="time"), '"00:00:00Z"  "23:59:59.5+01:30"', '"24:00:00Z"  "12:00:00"  "12:00Z"'),
    case(
        "format",
        string(format="date-time"),
        '"2024-02-29T23:59:59Z"  "2024-01-01T00:00:00.25-05:00"',
        '"2024-01-01"  "2024-01-01T25:00:00Z"  "2023-02-29T00:00:00Z"  "2024-01-01T00:00:00"',
    ),
    case("format", string(format="duration"), '"P1Y2M3D"  "PT5M"  "P2W"', '"P"  "1D"  "P1DT"'),
    case("format", string(format="email"), '"ana.ruiz@example.org"  "a@b"', '"a@"  "@b"  "a b@c"  "a@-b"'),
    case("format", string(format="hostname"), '"a"  "x-1.example.org"', f'"-a"  "a-"  "a..b"  "{"a" * 64}"  ""'),
    case("format", string(format="ipv4"), '"192.168.0.1"', '"256.1.1.1"  "1.2.3"  "01.2.3.4"'),
    case("format", string(format="ipv6"), '"::1"  "2001:db8::ff00:42:8329"', '"1:2:3"  "::g"  "1::2::3"'),
    case("format", string(format="uri"), '"https://a.org/b?c#d"  "urn:a:b"', '"a b"  "/a"  "//a"  "http://[::1"'),
    case("format", string(format="uuid"), '"123e4567-e89b-12d3-a456-426614174000"', '"123e4567"  ""'),
    case(
        "format pattern maxLength", string(format="date", pattern="^2024", maxLength=10), '"2024-05-01"', '"2023-05-01"'
    ),
    case("format", {"format": "ipv4"}, '"1.2.3.4"  7', '"x"'),
    case("minimum maximum", integer(minimum=-3, maximum=12), "-3  0  12", "-4  13  100"),
    case("minimum maximum", number(minimum=0.5, maximum=1.25), "0.5  1  1.25", "0.49  1.26  -1  0.4999"),
    case("minimum", integer(minimum=2.5), "3  10", "2  0  -3"),
    case("maximum", number(maximum=-1), "-1  -1.5  -200", "-0.99  0  1"),
    case("minimum", {"minimum": 3}, '3  "a"  null', "2  2.99"),
    case("exclusiveMinimum exclusiveMaximum", integer(exclusiveMinimum=1, exclusiveMaximum=4), "2  3", "1  4"),
    case(
        "exclusiveMinimum exclusiveMaximum",
        number(exclusiveMinimum=0, exclusiveMaximum=1),
        "0.1  0.99",
        "0  0.0  1  1.0",
    ),
    case("minimum exclusiveMinimum", integer(minimum=3, exclusiveMinimum=3), "4", "3"),
    case("multipleOf", integer(multipleOf=7), "0  7  -14  700", "8  1"),
    case("multipleOf", number(multipleOf=0.01), "0.07  1  3.5  -0.29", "0.075  0.001"),
    case("multipleOf type", integer(multipleOf=1.5), "3  0", "1  2"),
    case("multipleOf minimum", integer(multipleOf=5, minimum=6, maximum=11), "10", "5  6  15"),
    case("items", array(items={"type": "integer"}), "[]  [1,2]", '["a"]  [1,"a"]  [1.5]'),
    case("items", array(items=False), "[]", "[1]"),
    case("prefixItems", array(prefixItems=[string(), integer()]), '[]  ["a"]  ["a",1,null]', '[1]  ["a","b"]'),
    case(
        "prefixItems items minItems",
        array(prefixItems=[string(), integer()], items=False, minItems=2),
        '["a",1]',
        '["a"]  ["a",1,2]  []',
    ),
    case("minItems maxItems", array(items=integer(), minItems=1, maxItems=2), "[1]  [1,2]", "[]  [1,2,3]"),
    case("minItems", {"minItems": 1}, "[1]  7", "[]"),
    case(
        "properties required additionalProperties",
        closed(properties={"a": integer(), "b": string()}, required=["a"]),
        '{"a":1}  {"a":1,"b":"x"}',
        '{}  {"b":"x"}  {"a":"x"}  {"a":1,"c":2}  {"a":1,"a":2}',
    ),
    case(
        "additionalProperties",
        {"type": "object", "properties": {"a": integer()}, "additionalProperties": string()},
        '{"a":1,"b":"x"}  {"b":"x"}  {}',
        '{"b":1}  {"a":"x"}  {"\\u0061":"x"}',
    ),
    case(
        "properties",
        {"type": "object", "properties": {"a": integer()}},
        '{"a":1,"b":[]}  {"b":1}',
        '{"a":"x"}  {"\\u0061":"x"}',
    ),
    case("properties", closed(properties={"a/b~\n": integer(), "ñ": True}), '{"a/b~\\n":1,"ñ":2}', '{"a/b~\\n":"x"}'),
    case("properties", {"type": "object", "properties": {"a": False}}, '{"b":1}', '{"a":1}'),
    case("required", {"type": "object", "required": ["z"]}, '{"z":null}  {"z":1,"a":2}', '{}  {"a":1}'),
    case(
        "patternProperties additionalProperties",
        closed(properties={"n_x": {"maximum": 5}}, patternProperties={"^n_": integer(), "^s_": string()}),
        '{"n_x":3}  {"n_y":9,"s_a":"b"}  {}',
        '{"n_x":6}  {"n_x":1.5}  {"n_y":"a"}  {"s_a":1}  {"a":1}',
    ),
    case("maxProperties", {"type": "object", "maxProperties": 1}, '{}  {"a":1}', '{"a":1,"b":2}'),
    case(
        "minProperties maxProperties",
        closed(properties={"a": integer(), "b": integer()}, minProperties=1, maxProperties=1),
        '{"a":1}  {"b":1}',
        '{}  {"a":1,"b":1}',
    ),
    case("minProperties", closed(properties={"a": {}, "b": {}}, minProperties=1), '{"a":1}  {"a":1,"b":1}', "{}"),
    case(
        "minProperties required",
        {"type": "object", "required": ["a", "b"], "minProperties": 2},
        '{"a":1,"b":1}',
        '{"a":1}',
    ),
    case("anyOf", {"anyOf": [integer(), string(maxLength=1)]}, '1  "a"', '1.5  "ab"'),
    case(
        "anyOf",
        {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        '{"a":1}  {"b":1}',
        '{}  {"c":1}',
    ),
    case("allOf", {"allOf": [number(minimum=2), integer(maximum=4)]}, "2  4", "1  5  2.5"),
    case(
        "allOf additionalProperties",
        {"allOf": [{"properties": {"a": integer()}}], **closed(properties={"a": {}, "b": {}})},
        '{"a":1,"b":2}',
        '{"a":"x"}  {"c":1}',
    ),
    case(
        "allOf multipleOf",
        {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]},
        "12  0  -24",
        "4  6  8",
    ),
    case("oneOf", {"oneOf": [integer(), string(), {"type": "null"}]}, '1  "a"  null', "1.5  []"),
    case(
        "oneOf",
        {"oneOf": [CAT, DOG]},
        '{"kind":"cat","lives":9}  {"kind":"dog"}',
        '{"kind":"cow"}  {"kind":"dog","lives":9}',
    ),
    case(
        "oneOf $ref $defs discriminator",
        {
            "$defs": {"cat": CAT, "dog": DOG},
            "oneOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}],
            "discriminator": {"propertyName": "kind"},
        },
        '{"kind":"cat","lives":9}  {"kind":"dog","name":"a"}',
        '{"kind":"cow"}  {"kind":"cat","name":"a"}',
    ),
    case(
        "$ref $defs",
        {"$defs": {"a": integer(minimum=3)}, "items": {"$ref": "#/$defs/a"}, "type": "array"},
        "[3]",
        "[2]",
    ),
    case("$ref definitions", {"definitions": {"a": integer()}, "$ref": "#/definitions/a"}, "3", '"a"'),
    case("$ref", {"$ref": "#/$defs/a", "maximum": 5, "$defs": {"a": integer(minimum=3)}}, "3  5", "2  6"),
    case("$ref", TREE, '{"value":1}  {"value":1,"left":{"value":2}}', '{"value":1,"left":{}}  {"value":1,"left":3}'),
    case("$ref", {"anyOf": [{"type": "null"}, array(items={"$ref": "#"})]}, "null  [[null],[]]", "1  [1]"),
    case(
        "$schema $id",
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://a.org/b", "type": "null"},
        "null",
        "1",
    ),
    case("$schema", {"$schema": "http://json-schema.org/draft-07/schema#", "type": "null"}, "null", "1"),
    case(
        "$comment title description default examples deprecated readOnly writeOnly",
        integer(title="a", description="b", default="c", examples=[1], deprecated=True, readOnly=True, writeOnly=False)
        | {"$comment": "d"},
        "1",
        '"c"',
    ),
    case(
        "contentEncoding contentMediaType contentSchema",
        string(contentEncoding="base64", contentMediaType="application/json", contentSchema={"type": "integer"}),
        '"a"',
        "1",
    ),
    case("uniqueItems", array(uniqueItems=False), "[1,1]", "1"),
]

REFUSALS = [
    ("$anchor", {"$anchor": "a"}),
    ("$dynamicAnchor", {"$dynamicAnchor": "a"}),
    ("$dynamicRef", {"$dynamicRef": "#a"}),
    ("$id", array(items={"$id": "https://a.org/b"})),
    ("$recursiveAnchor", {"$recursiveAnchor": True}),
    ("$recursiveRef", {"$recursiveRef": "#"}),
    ("$ref", {"$ref": "https://a.org/b"}),
    ("$ref", {"$ref": "#a"}),
    ("$ref", {"$ref": "#/$defs/none"}),
    ("$ref", {"$ref": "#/$defs/a~1b", "$defs": {"a/b": {}}}),
    ("$ref", {"$ref": "#"}),
    ("$ref", {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {}]}}, "$ref": "#/$defs/a"}),
    ("$ref", closed(properties={"a": {"$ref": "#"}}, required=["a"])),
    ("$schema", {"$schema": "http://json-schema.org/draft-04/schema#"}),
    ("$schema", array(items={"$schema": "https://json-schema.org/draft/2020-12/schema"})),
    ("$vocabulary", {"$vocabulary": {}}),
    ("additionalItems", array(additionalItems=False)),
    ("const", {"const": 2**53 + 1}),
    ("const", {"const": "\x01"}),
    ("contains", array(contains={})),
    ("dependencies", {"dependencies": {}}),
    ("dependentRequired", {"dependentRequired": {}}),
    ("dependentSchemas", {"dependentSchemas": {}}),
    ("else", {"else": {}}),
    ("enum", {"enum": []}),
    ("enum", {"enum": [{"a": [1e300]}]}),
    ("exclusiveMinimum", integer(minimum=1, exclusiveMinimum=True)),
    ("format", string(format="regex")),
    ("format", string(format="uri-reference")),
    ("format", string(format="made-up")),
    ("if", {"if": {}}),
    ("items", array(items=[{}])),
    ("maxContains", array(maxContains=1)),
    ("maxLength", string(maxLength=-1)),
    ("maxLength", string(maxLength=1.5)),
    ("maximum", number(maximum="3")),
    ("minContains", array(minContains=1)),
    ("minLenght", string(minLenght=1)),
    ("minProperties", {"type": "object", "minProperties": 1}),
    ("minProperties", closed(properties={"a": {}, "b": {}, "c": {}}, minProperties=2)),
    ("multipleOf", integer(multipleOf=0)),
    ("multipleOf", integer(multipleOf=100_003)),
    ("multipleOf", number(multipleOf=0.07)),
    ("not", {"not": {}}),
    ("nullable", string(nullable=True)),
    ("oneOf", {"oneOf": [integer(), number()]}),
    ("oneOf", {"oneOf": [closed(properties={"a": {}}), closed(properties={"b": {}})]}),
    ("pattern", string(pattern=r"(a)\1")),
    ("pattern", string(pattern="(?=a)")),
    ("pattern", string(pattern="(?i)a")),
    ("pattern", string(pattern=r"\bword\b")),
    ("pattern", string(pattern=r"^\p{L}$")),
    ("pattern", string(pattern="a++")),
    ("pattern", string(pattern="a{2,1}")),
    ("pattern", string(pattern="a{,3}")),
    ("pattern", string(pattern="[b-a]")),
    ("pattern", string(pattern="[]")),
    ("pattern", string(pattern="(a")),
    ("pattern", string(pattern="a)")),
    ("pattern", string(pattern="^*")),
    ("pattern", string(pattern="\\")),
    ("pattern", string(pattern=r"\x0")),
    ("pattern", string(pattern=r"\ud83d\ude00")),
    ("pattern", string(pattern="^\x01$")),
    ("patternProperties", {"patternProperties": {"(?=a)": {}}}),
    ("prefixItems", array(prefixItems=[{}]) | {"$schema": "http://json-schema.org/draft-07/schema"}),
    ("propertyNames", {"propertyNames": {}}),
    ("required", {"required": ["a", "a"]}),
    ("then", {"then": {}}),
    ("type", {"type": "any"}),
    ("type", {"type": []}),
    ("unevaluatedItems", {"unevaluatedItems": False}),
    ("unevaluatedProperties", {"unevaluatedProperties": False}),
    ("uniqueItems", array(uniqueItems=True)),
    ("x-guidance", {"x-guidance": {"lenient": True}}),
]

ENGINE_REFUSALS = [
    string(minLength=3, maxLength=2),
    string(pattern="^a$", minLength=2),
    string(pattern="x^a"),
    integer(minimum=2, maximum=1),
    integer(multipleOf=5, minimum=6, maximum=9),
    integer(exclusiveMinimum=1, exclusiveMaximum=2),
    array(items=False, minItems=1),
    array(minItems=2, maxItems=1),
    closed(properties={"a": False}, required=["a"]),
    closed(properties={}, required=["a"]),
    {"type": "object", "patternProperties": {"^a": {}, "^ab": {}}},
    {"type": "object", "properties": {"a": {}}, "maxProperties": 2},
    {"allOf": [{"type": "integer"}, {"type": "string"}]},
    {"type": "object", "properties": {"c": {"$ref": "#", "required": ["c"]}}},
]


READ_OTHERWISE = {
    "format",  # asserts nothing unless a checker is given
    '"b\\n"',  # in Python, $ matches before a last line feed
    '"1२ a-"',  # and \\d every digit of Unicode
    '"12 é-"',  # and \\w every letter
    '{"a":1,"a":2}',  # the last one counts
}
"""Keywords, and texts, that the library takes for valid; JSON Schema or JSON do not."""


def takes(schema: dict[str, Any], text: str) -> bool:
    """Whether the grammar of a schema takes a text as complete."""
    matcher = byte_matcher(check_schema(json.dumps(schema)))
    tokens = list(text.encode())
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


def is_valid(schema: dict[str, Any], text: str) -> bool:
    """Whether the library finds a text to be JSON that fits."""
    try:
        value = json.loads(text, parse_constant=lambda _: json.loads(""))
    except ValueError:
        return False
    return Draft202012Validator(schema).is_valid(value)


# Python's own warning that [a&&b] may mean something else one day.
@pytest.mark.filterwarnings("ignore:Possible set:FutureWarning")
@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.keywords}: {json.dumps(one.schema)[:60]}")
def test_the_grammar_takes_what_fits_and_nothing_else(one: Case):
    checked = check_schema(json.dumps(one.schema))
    for text in one.fits:
        assert takes(one.schema, text), f"left {text}"
        assert violation(checked, text) is None
        assert is_valid(one.schema, text) or "multipleOf" in one.keywords
    for text in one.misfits:
        assert not takes(one.schema, text), f"took {text}"
        assert violation(checked, text) is not None or text == '{"a":1,"a":2}'
        assert not is_valid(one.schema, text) or READ_OTHERWISE & {text, *one.keywords.split()}


@pytest.mark.parametrize(("keyword", "schema"), REFUSALS, ids=lambda part: str(part)[:60])
def test_what_cannot_be_enforced_is_refused_by_name(keyword: str, schema: dict[str, Any]):
    with pytest.raises(SchemaNotEnforceable) as refusal:
        check_schema(json.dumps({"type": "object", "properties": {"a": {"$defs": {"x": {}}}}} | schema))
    assert refusal.value.metadata["keyword"] == keyword
    assert refusal.value.metadata["field"] == "task.json_schema"


@pytest.mark.parametrize("schema", ENGINE_REFUSALS, ids=lambda schema: json.dumps(schema)[:60])
def test_what_the_engine_cannot_make_or_no_text_fits_is_refused(schema: dict[str, Any]):
    checked = check_schema(json.dumps(schema))
    with pytest.raises(SchemaNotEnforceable, match="cannot be made a grammar"):
        byte_matcher(checked)


def test_the_pointer_names_the_subschema():
    schema = {"properties": {"a/b": {"items": {"anyOf": [{}, {"not": {}}]}}}}
    with pytest.raises(SchemaNotEnforceable) as refusal:
        check_schema(json.dumps(schema))
    assert refusal.value.metadata["pointer"] == "/properties/a~1b/items/anyOf/1"


def test_every_keyword_of_the_draft_is_enforced_refused_or_an_annotation_and_in_the_tables():
    tried = {keyword for one in CASES for keyword in one.keywords.split()} | {keyword for keyword, _ in REFUSALS}
    draft = "https://json-schema.org/draft/2020-12/"
    vocabularies = ["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"]
    for name in [f"{draft}schema", *(f"{draft}meta/{vocabulary}" for vocabulary in vocabularies)]:
        for keyword in REGISTRY.contents(name)["properties"]:
            known = sum(keyword in group for group in (ENFORCED, REFUSED, ANNOTATIONS | ROOT_ANNOTATIONS))
            # The two that an older draft left behind are unknown here, and refused as such.
            assert known == (0 if keyword.startswith("$recursive") else 1), keyword
            assert keyword in tried, keyword
    assert tried >= ENFORCED | REFUSED | ANNOTATIONS | ROOT_ANNOTATIONS
