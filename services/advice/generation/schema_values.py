"""What the values of JSON Schema's keywords may be; those that are schemas themselves are `schema_rules`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from services.advice.generation.schema_format import FORMATS
from services.advice.generation.schema_pattern import PatternRefused, parse_pattern

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
MAX_MEMBERS = 400
"""Of one object or list: an optional property takes four items of a parser's row, which has room for 2,000."""
MAX_LITERALS = 5_000
"""Of one `enum`."""
MAX_NUMBER = 2**53
"""Beyond it, neither the engine nor most readers of JSON tell neighbouring numbers apart."""
MAX_DECIMALS = 9
MAX_DIGITS = 15
_MAX_COUNT = 2**31 - 1
_MAX_DEPTH = 32
_WRITABLE = frozenset("\n\r\t\b\f")
"""Control characters that have a short escape in JSON, without which the grammar does not write them."""

Rule = Callable[[Any], None]


class ValueRefused(ValueError):
    """A keyword's value cannot be enforced; says why, as the end of a sentence."""


def check_size(value: Any, kind: type[list[Any] | dict[str, Any]]) -> None:
    """Makes sure that a value is a list, or an object, of no more than `MAX_MEMBERS`.

    Raises:
        ValueRefused: It is not.
    """
    if not isinstance(value, kind):
        raise ValueRefused("must be a list" if kind is list else "must be an object")
    if len(value) > MAX_MEMBERS:
        raise ValueRefused(f"has more than {MAX_MEMBERS} members")


def check_pattern(value: Any) -> None:
    """Makes sure that a value is a regular expression that can be enforced.

    Raises:
        ValueRefused: It is not.
    """
    if not isinstance(value, str):
        raise ValueRefused("must be a string")
    try:
        parse_pattern(value)
    except PatternRefused as refused:
        raise ValueRefused(str(refused)) from None


def _check_type(value: Any) -> None:
    names = value if isinstance(value, list) else [value]
    if not names or any(name not in TYPES for name in names) or len(set(names)) != len(names):
        raise ValueRefused(f"must be one or several of {', '.join(TYPES)}")


def _check_count(value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_COUNT:
        raise ValueRefused(f"must be a whole number from 0 to {_MAX_COUNT}")


def _check_number(value: Any) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ValueRefused("must be a number")
    if not abs(value) <= MAX_NUMBER:  # so that what is no number (NaN) is refused too
        raise ValueRefused("must lie between -2^53 and 2^53")
    _, digits, exponent = Decimal(repr(value)).as_tuple()
    if isinstance(value, float) and (len(digits) > MAX_DIGITS or int(exponent) < -MAX_DECIMALS):
        raise ValueRefused(f"must have at most {MAX_DIGITS} digits, {MAX_DECIMALS} of them decimals")


def _check_step(value: Any) -> None:
    _check_number(value)
    if value <= 0:
        raise ValueRefused("must be more than 0")
    # The engine finds the decimals by the same multiplications; where they round, it would enforce another step.
    scaled, decimals = float(value), 0
    while scaled % 1 and decimals <= MAX_DECIMALS:
        scaled, decimals = scaled * 10, decimals + 1
    if Decimal(repr(value)).scaleb(decimals) != Decimal(scaled):
        raise ValueRefused("cannot be enforced exactly with these decimals")


def _check_names(value: Any) -> None:
    check_size(value, list)
    if not all(isinstance(name, str) for name in value) or len(set(value)) != len(value):
        raise ValueRefused("must list names of properties, each once")


def _check_format(value: Any) -> None:
    if not isinstance(value, str) or value not in FORMATS:
        raise ValueRefused(f"must be one of {', '.join(sorted(FORMATS))}")


def _check_reference(value: Any) -> None:
    # Readers disagree on when %25 and ~1 are decoded; names that need neither are read alike by all.
    if not isinstance(value, str) or not (value == "#" or value.startswith("#/")) or "%" in value or "~" in value:
        raise ValueRefused("must point into this schema, such as #/$defs/name, without % and ~")


def _check_literals(value: Any) -> None:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_LITERALS:
        raise ValueRefused(f"must list 1 to {MAX_LITERALS} values")
    for item in value:
        _check_literal(item)


def _check_literal(value: Any, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise ValueRefused("is nested too deeply")
    if isinstance(value, str):
        if any((char < " " and char not in _WRITABLE) or char == "\x7f" for char in value):
            raise ValueRefused("has a control character, which the text cannot have")
    elif isinstance(value, (list, dict)):
        check_size(value, type(value))
        for item in value if isinstance(value, list) else value.values():
            _check_literal(item, depth + 1)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_number(value)


RULES: Mapping[str, Rule] = {
    "$ref": _check_reference,
    "const": _check_literal,
    "enum": _check_literals,
    "exclusiveMaximum": _check_number,
    "exclusiveMinimum": _check_number,
    "format": _check_format,
    "maxItems": _check_count,
    "maxLength": _check_count,
    "maxProperties": _check_count,
    "maximum": _check_number,
    "minItems": _check_count,
    "minLength": _check_count,
    "minProperties": _check_count,
    "minimum": _check_number,
    "multipleOf": _check_step,
    "pattern": check_pattern,
    "required": _check_names,
    "type": _check_type,
}
"""Keywords whose values are no schemas, with what raises ValueRefused for those that cannot be enforced."""
