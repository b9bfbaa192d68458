"""Schemas that are meant to cost much: refused, or enforced, in bounded time and memory, whatever they try."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from services.advice.generation.json_schema import SchemaNotEnforceable, check_schema, violation
from services.advice.generation.schema_grammar import byte_matcher

MEMORY_BYTES = 2 << 30
TIME_S = 2.0


def pattern(text: str) -> dict[str, Any]:
    return {"type": "string", "pattern": text}


def nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    schema: Any = {"type": "integer"}
    for _ in range(depth):
        schema = wrap(schema)
    return schema


def chain(length: int, link: Callable[[Any], Any]) -> dict[str, Any]:
    """Definitions of which each is made of the next one."""
    links = {f"d{index}": link({"$ref": f"#/$defs/d{index + 1}"}) for index in range(length)}
    return {"$ref": "#/$defs/d0", "$defs": {**links, f"d{length}": {"type": "null"}}}


HOSTILE: dict[str, Any] = {
    "60,000 groups": pattern("(" * 60_000 + "a" + ")" * 60_000),
    "100 groups": pattern("(" * 100 + "a" + ")" * 100),
    "a long pattern": pattern("a" * 100_000),
    "a million repetitions": pattern("^a{1000000}$"),
    "repeated repetitions": pattern("^(((((a{1,99}){1,99}){1,99}){1,99}){1,99})$"),
    "300 levels of properties": nested(300, lambda inner: {"properties": {"a": inner}}),
    "a hundred levels of anyOf": nested(100, lambda inner: {"anyOf": [inner, {"type": "null"}]}),
    "20,000 properties": {"properties": {f"p{index}": {} for index in range(20_000)}},
    "2,000 subschemas": {"prefixItems": [{"prefixItems": [{}] * 200}] * 10},
    "20,000 values": {"enum": list(range(20_000))},
    "a huge number": {"minimum": 10**4_000},
    "a huge count": {"type": "string", "maxLength": 10**12},
    "a product of alternatives": {
        "type": "object",
        "allOf": [
            {"anyOf": [{"properties": {f"p{i}{j}": {"const": "a"}}, "required": [f"p{i}{j}"]} for j in range(4)]}
            for i in range(12)
        ],
    },
    "alternatives that exclude none other": {"oneOf": [{"required": [f"p{index}"]} for index in range(300)]},
    "circular combinations": {
        "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
        "$defs": {name: {"type": "object", "properties": {"c": {"$ref": f"#/$defs/{name}"}}} for name in "ab"},
    },
    "an endless list": {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
    "endless definitions": {
        **chain(300, lambda link: {"type": "array", "items": link, "minItems": 1}),
        "$defs": {f"d{i}": {"type": "array", "items": {"$ref": f"#/$defs/d{i}"}, "minItems": 1} for i in range(300)},
    },
}
"""Refused."""

HEAVY: dict[str, Any] = {
    "a catastrophic pattern": pattern("^(a+)+$"),
    "an exponential automaton": pattern("^.*a.{400}$"),
    "catastrophic alternatives": pattern("^(a|a|b|ab)*c$"),
    "a class of thousands": pattern("^[" + "".join(chr(0x4E00 + 2 * index) for index in range(4_000)) + "]*$"),
    "5,000 values": {"enum": [f"value {index}" for index in range(5_000)]},
    "400 properties": {"type": "object", "properties": {f"p{index}": {"type": "integer"} for index in range(400)}},
    "a billion items": {"type": "array", "items": {"type": "null"}, "minItems": 1, "maxItems": 10**9},
    "30 levels": nested(30, lambda inner: {"type": "object", "properties": {"a": inner}, "required": ["a"]}),
    "doubling lists": chain(60, lambda link: {"type": "array", "prefixItems": [link, link]}),
    "doubling combinations": chain(60, lambda link: {"allOf": [link, link]}),
    "a long chain": chain(300, lambda link: {"type": "array", "items": link, "minItems": 1}),
}
"""Enforced."""

SCRIPT = f"""
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
from services.advice.generation.json_schema import SchemaNotEnforceable, check_schema
from services.advice.generation.schema_grammar import byte_matcher
for line in sys.stdin:
    begin = time.perf_counter()
    try:
        byte_matcher(check_schema(line))
        outcome = "enforced"
    except SchemaNotEnforceable as refusal:
        outcome = "refused"
        assert len(refusal.message) < 900, refusal.message
    print(json.dumps([outcome, time.perf_counter() - begin]), flush=True)
"""


def tried(schemas: dict[str, Any]) -> dict[str, tuple[str, float]]:
    """What becomes of each schema, and after how many seconds, in a process that has little memory."""
    lines = "".join(json.dumps(schema) + "\n" for schema in schemas.values())
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(schemas, (tuple(outcome) for outcome in outcomes), strict=True))


@pytest.mark.parametrize(("schemas", "expected"), [(HOSTILE, "refused"), (HEAVY, "enforced")])
def test_what_costs_too_much_is_refused_and_nothing_takes_long(schemas: dict[str, Any], expected: str):
    outcomes = tried(schemas)
    assert {name: outcome for name, (outcome, _) in outcomes.items()} == dict.fromkeys(schemas, expected)
    assert {name: seconds for name, (_, seconds) in outcomes.items() if seconds > TIME_S} == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"type": "integer", "type": "string"}',
        '{"const": NaN}',
        '{"const": 1e999}',
        '{"const": "\\ud800"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"title": "' + "a" * 300_000 + '"}',
        '{"const": ' + "9" * 5_000 + "}",
        "false",
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_schema_is_refused(text: str):
    with pytest.raises(SchemaNotEnforceable):
        check_schema(text)


def test_true_takes_every_json():
    assert check_schema("true") == {}
    assert violation({}, '[1,{"a":null}]') is None


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a":1', "nul", "[1,]", "NaN", '"\n"', "1 2", "[" * 100_000, "9" * 5_000 + "x", "1e" + "9" * 30],
    ids=lambda text: text[:10],
)
def test_a_text_that_is_no_json_violates_every_schema(text: str):
    said = violation({}, text)
    assert said is not None
    assert len(said) < 500


def test_numbers_are_compared_as_they_are_written():
    assert violation({"multipleOf": 0.1}, "0.3") is None
    assert violation({"type": "integer"}, "9" * 5_000) is None
    assert violation({"multipleOf": 3}, "-" + "9" * 5_000) is None
    assert violation({"multipleOf": 7}, "14e999999") is None
    assert violation({"multipleOf": 3}, "2e999999") is not None
    assert violation({"multipleOf": 0.5}, "1e-999999") is not None
    assert violation({"multipleOf": 2}, "400e-2") is None
    assert violation({"multipleOf": 2}, "0e-999999") is None
    assert violation({"maximum": 0.3}, "0.30000000000000001") is not None
    assert violation({"type": "integer"}, "1e3") is None


def test_a_check_that_would_take_forever_gives_up():
    schema = {
        "$defs": {
            "a": {
                "anyOf": [
                    {"type": "array", "prefixItems": [{"$ref": "#/$defs/a"}, {"const": "z"}], "minItems": 2},
                    {"type": "array", "prefixItems": [{"$ref": "#/$defs/a"}, {"const": "w"}], "minItems": 2},
                    {"type": "null"},
                ]
            }
        },
        "$ref": "#/$defs/a",
    }
    checked = check_schema(json.dumps(schema))
    byte_matcher(checked)
    assert violation(checked, "[" * 3 + "null" + ',"w"]' * 3) is None
    assert "too many steps" in (violation(checked, "[" * 40 + "null" + ',"w"]' * 40) or "")


def test_patterns_of_finished_texts_are_matched_in_linear_time():
    schema = {"anyOf": [pattern("^(a+)+$"), pattern("^a+b$")]}
    assert violation(schema, f'"{"a" * 3_000}b"') is None
