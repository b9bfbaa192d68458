"""Random texts out of the grammars of random schemas: every one that is complete must fit its schema."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.advice.generation.json_schema import SchemaNotEnforceable, check_schema, violation
from services.advice.generation.schema_format import CHECKER, FORMATS
from services.advice.generation.schema_grammar import byte_matcher

CLOSING = [ord(char) for char in '"]},:']
NAMES = st.sampled_from(["a", "b", "n_a", "é"])
PATTERNS = st.sampled_from(["^a+$", "b|^c", r"^[\d.]{1,3}$", "^(?:a|bc){0,4}$", "x", "[^a-z]$"])
LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.sampled_from([0.5, 1.0, -2.25]),
    st.sampled_from(["", "a", "\n", "é"]),
    st.just([1, "a"]),
    st.just({"a": None}),
)
COUNTS = st.integers(0, 3)
BOUNDS = st.one_of(st.integers(-30, 30), st.decimals(-3, 3, places=2).map(float))
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas with up to a few keywords, whose subschemas come from `inner`."""
    some = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    value = {
        "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
        "enum": st.lists(LITERALS, min_size=1, max_size=4),
        "const": LITERALS,
        "minLength": COUNTS,
        "maxLength": st.integers(2, 5),
        "pattern": PATTERNS,
        "format": st.sampled_from(sorted(FORMATS)),
        "minimum": BOUNDS,
        "maximum": BOUNDS,
        "exclusiveMinimum": BOUNDS,
        "exclusiveMaximum": BOUNDS,
        "multipleOf": st.sampled_from([1, 2, 3, 7, 0.5, 0.25, 1.5]),
        "items": inner,
        "prefixItems": some,
        "minItems": COUNTS,
        "maxItems": COUNTS,
        "properties": named,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "additionalProperties": inner,
        "patternProperties": st.dictionaries(st.sampled_from(["^n_", "^é", "a$"]), inner, max_size=2),
        "minProperties": st.integers(0, 1),
        "maxProperties": COUNTS,
        "anyOf": some,
        "oneOf": some,
        "allOf": some,
        "$ref": st.sampled_from(["#/$defs/one", "#/$defs/two"]),
    }
    return st.lists(st.sampled_from(sorted(value)), min_size=1, max_size=5, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({keyword: value[keyword] for keyword in chosen})
    )


SCHEMAS = st.recursive(st.one_of(st.booleans(), keywords(st.just({}))), keywords, max_leaves=12)
DOCUMENTS = st.builds(
    lambda root, one, two: {**root, "$defs": {"one": one, "two": two}}, keywords(SCHEMAS), SCHEMAS, SCHEMAS
)


def walk(schema: dict[str, Any], chance: random.Random, most: int = 300) -> str | None:
    """A random text out of the grammar of a schema; None if it has no end in sight."""
    matcher = byte_matcher(schema)
    written = bytearray()
    while len(written) < most:
        bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), np.uint8), bitorder="little")
        allowed = np.flatnonzero(bits[:256])
        assert not matcher.is_error(), matcher.get_error()
        if matcher.is_accepting() and (not allowed.size or chance.random() < 0.4):
            return written.decode()
        assert allowed.size, f"nothing can follow {bytes(written)!r}"
        closing = [byte for byte in CLOSING if bits[byte]]
        byte = chance.choice(closing) if closing and chance.random() < 0.4 else int(chance.choice(allowed))
        assert matcher.consume_token(byte)
        written.append(byte)
    return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(schema=DOCUMENTS, seed=st.integers(0, 2**32))
def test_every_complete_text_of_a_grammar_fits_its_schema(schema: dict[str, Any], seed: int):
    try:
        checked = check_schema(json.dumps(schema))
        byte_matcher(checked)
    except SchemaNotEnforceable:
        reject()
    chance = random.Random(seed)
    validator = Draft202012Validator(schema, format_checker=CHECKER)
    for _ in range(5):
        text = walk(checked, chance)
        if text is not None:
            assert violation(checked, text) is None
            validator.validate(json.loads(text))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_text_of_a_format_is_valid(name: str):
    schema = {"type": "string", "format": name}
    texts = [walk(schema, random.Random(seed)) for seed in range(60)]
    complete = [text for text in texts if text is not None]
    assert len(complete) > 10
    for text in complete:
        assert violation(schema, text) is None, text
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(json.loads(text))
