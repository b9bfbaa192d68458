"""Finished texts, checked against their schema by other means than the grammar that they were generated under.

Only patterns are matched by the grammar engine here too, since its regular expressions take linear time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from decimal import Decimal
from functools import wraps
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from llguidance import LLMatcher

from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.schema_format import CHECKER
from services.advice.generation.schema_grammar import byte_matcher

_MAX_STEPS = 200_000
"""Keywords and patterns tried for one text: a second of work. Alternatives within alternatives would take forever."""
_MAX_SAID = 300

_Keyword = Callable[[Any, Any, Any, Any], Any]


class _Number(Decimal):
    """A number of JSON exactly as it is written, so that 0.3 is a multiple of 0.1."""

    def __repr__(self) -> str:
        return str(self)


class _TooMuchWork(Exception):
    """The check would take too long."""


class _Check:
    """What is known while one text is checked; nothing of it is kept, since hostile patterns have large automata."""

    def __init__(self) -> None:
        self._steps = 0
        self._matchers: dict[str, LLMatcher | None] = {}

    def step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise _TooMuchWork("the schema takes too many steps for this text")

    def matches(self, pattern: str, text: str) -> bool:
        self.step()
        if pattern not in self._matchers:
            self._matchers[pattern] = _matcher(pattern)
        matcher = self._matchers[pattern]
        if matcher is None or not matcher.reset():
            return False
        written = list(json.dumps(text, ensure_ascii=False).encode())
        return matcher.try_consume_tokens(written) == len(written) and matcher.is_accepting()


_current: ContextVar[_Check] = ContextVar("_current")


def violation(schema: Mapping[str, Any], text: str) -> str | None:
    """The first way in which a text does not fit a schema, as a sentence; None if it fits.

    Args:
        schema: A schema that `check_schema` let pass, or one of the same keywords.
        text: A finished text.
    """
    _current.set(_Check())
    try:
        value = json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_refuse)
        exact = json.loads(json.dumps(schema), parse_float=_Number, parse_int=_Number)
        error = next(_Validator(exact, format_checker=CHECKER).iter_errors(value), None)
    except (ValueError, ArithmeticError, RecursionError, _TooMuchWork) as failure:
        return f"It cannot be checked: {str(failure)[:_MAX_SAID] or type(failure).__name__}."
    return None if error is None else f"At {error.json_path[:_MAX_SAID]}: {error.message[:_MAX_SAID]}."


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _counted(keyword: _Keyword) -> _Keyword:
    @wraps(keyword)
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        _current.get().step()
        return keyword(validator, value, instance, schema)

    return check


def _matcher(pattern: str) -> LLMatcher | None:
    """Matches a pattern against strings of JSON; None if it matches none."""
    try:
        return byte_matcher({"type": "string", "pattern": pattern})
    except SchemaNotEnforceable:
        return None


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _current.get().matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    for pattern, subschema in patterns.items() if isinstance(instance, dict) else ():
        for name, value in instance.items():
            if _current.get().matches(pattern, name):
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, subschema: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    for name, value in instance.items() if isinstance(instance, dict) else ():
        patterns = schema.get("patternProperties", ())
        if name in schema.get("properties", ()) or any(_current.get().matches(pattern, name) for pattern in patterns):
            continue
        yield from validator.descend(value, subschema, path=name)


def _multiple_of(_validator: Any, step: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, _Number) and not _is_multiple(instance, step):
        yield ValidationError(f"{instance!r} is not a multiple of {step!r}")


def _is_multiple(number: Decimal, step: Decimal) -> bool:
    """Exactly, without ever writing out a number like 1e999999."""
    digits, exponent = _scaled(number)
    unit, scale = _scaled(step)
    if exponent >= scale:
        return digits * pow(10, exponent - scale, unit) % unit == 0
    zeros = scale - exponent
    return not digits or (zeros <= digits.bit_length() and digits % (unit * 10**zeros) == 0)


def _scaled(number: Decimal) -> tuple[int, int]:
    """A whole number and the power of ten that it is multiplied by."""
    _, digits, exponent = number.as_tuple()
    return int(Decimal((0, digits, 0))), int(exponent)


def _is_integer(_checker: Any, instance: Any) -> bool:
    return isinstance(instance, _Number) and instance == instance.to_integral_value()


_extend: Any = validators.extend  # has no types
_Validator: Any = _extend(
    Draft202012Validator,
    {
        name: _counted(keyword)
        for name, keyword in {
            **Draft202012Validator.VALIDATORS,
            # The library's own are not linear in the text, and read patterns as Python does.
            "additionalProperties": _additional_properties,
            "multipleOf": _multiple_of,
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
        }.items()
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)
