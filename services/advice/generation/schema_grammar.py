"""JSON Schemas as grammars of llguidance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.schema_format import PATTERNS
from services.advice.generation.schema_pattern import PatternRefused, parse_pattern

_LIMITS = LLParserLimits(
    initial_lexer_fuel=500_000, step_lexer_fuel=200_000, max_lexer_states=50_000, verbose_errors=False
)
"""Bounds of the engine's memory and of its time for a token."""

_OPTIONS: Any = {
    "item_separator": ",",
    "key_separator": ":",
    "whitespace_flexible": False,
    # Alternatives of oneOf have been found to exclude each other, which the engine finds out of fewer schemas.
    "coerce_one_of": True,
    # No \uXXXX: a property "a" could also be written "\u0061", and would then count as one that is not listed.
    "json_allowed_escapes": 'nrbtf\\"',
}
_SCHEMA = ("additionalProperties", "items")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("$defs", "definitions", "patternProperties", "properties")
_LAST = ("const", "enum", "$ref", "allOf", "anyOf", "oneOf")
"""Keywords that the engine combines with those before them; after them, it would combine the others piecemeal."""


def grammar_of(schema: Mapping[str, Any]) -> str:
    """The grammar of the texts that fit a schema, with no whitespace between their parts.

    Args:
        schema: A schema that `check_schema` let pass, or one of the same keywords.

    Returns:
        The grammar in llguidance's notation, for `matcher_of`.

    Raises:
        SchemaNotEnforceable: It has a pattern that the engine cannot read.
    """
    try:
        return LLMatcher.grammar_from_json_schema(json.dumps(_for_engine(schema)), overrides=_OPTIONS)
    except (ValueError, PatternRefused) as error:
        raise _refused(error) from None


def matcher_of(tokenizer: LLTokenizer, grammar: str) -> LLMatcher:
    """What tells which tokens may follow in a text of a grammar.

    Raises:
        SchemaNotEnforceable: The engine cannot hold a text to the grammar, or no text fits it.
    """
    matcher = LLMatcher(tokenizer, grammar, log_level=0, limits=_LIMITS)
    if not matcher.is_error():
        # That is where the engine notices that nothing can be written, or that it would take too long.
        matcher.compute_bitmask()
    if matcher.is_error():
        raise _refused(matcher.get_error())
    return matcher


def byte_matcher(schema: Mapping[str, Any]) -> LLMatcher:
    """What tells which bytes may follow in a text that fits a schema.

    Raises:
        SchemaNotEnforceable: The engine cannot hold a text to the schema, or no text fits it.
    """
    return matcher_of(_byte_tokenizer(), grammar_of(schema))


@cache
def _byte_tokenizer() -> LLTokenizer:
    return LLTokenizer("byte")


def _for_engine(schema: Any) -> Any:
    """The schema in the order and with the patterns that the engine takes as JSON Schema means them."""
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for keyword in sorted(schema, key=_LAST.__contains__):  # stable, and False comes before True
        value = schema[keyword]
        if keyword in _SCHEMA:
            made[keyword] = _for_engine(value)
        elif keyword in _LISTS:
            made[keyword] = [_for_engine(item) for item in value]
        elif keyword in _MAPS:
            is_pattern = keyword == "patternProperties"
            made[keyword] = {
                parse_pattern(name).regex if is_pattern else name: _for_engine(item) for name, item in value.items()
            }
        elif keyword == "pattern":
            made[keyword] = parse_pattern(value).regex
        elif keyword != "format" or value not in PATTERNS:
            made[keyword] = value
    if (patterns := PATTERNS.get(schema.get("format", ""))) is not None:
        of_type = {"type": schema["type"]} if "type" in schema else {}
        made["allOf"] = [*made.get("allOf", ()), *({**of_type, "pattern": pattern} for pattern in patterns)]
    return made


def _refused(error: object) -> SchemaNotEnforceable:
    first_line = str(error).strip().partition("\n")[0][:200].rstrip(".")
    return SchemaNotEnforceable("", "", f"cannot be made a grammar: {first_line}")
