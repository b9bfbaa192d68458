"""Example messages: those that the contracts give, and requests composed of them."""

from __future__ import annotations

from typing import Any

import orjson
from protobuf import DescEnum, DescField, DescMessage, ScalarType

from gateway.docs.field_rules import RULES_OPTION
from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.fields import is_list, is_map, type_of

_MESSAGE_OPTION = "[steward.schema.v1.message]"
_USUAL_NUMBER = 10.0


def example_of(contracts: Contracts, message: DescMessage) -> Any:
    """A valid message as JSON: its own example, or one of only its required fields; None if there is no telling."""
    own = contracts.options(message).get(_MESSAGE_OPTION, {}).get("example")
    if own:
        return orjson.loads(own)
    composed = {}
    for field in message.fields:
        rules = contracts.options(field).get(RULES_OPTION, {})
        is_needed = rules.get("required") or int(rules.get("repeated", {}).get("minItems", 0)) > 0
        if is_needed and not is_map(field):
            value = _value(contracts, field, rules)
            if value is None:
                return None
            composed[field.json_name] = [value] if is_list(field) else value
    return composed or None


def _value(contracts: Contracts, field: DescField, rules: dict[str, Any]) -> Any:
    kind = type_of(field)
    if isinstance(kind, DescMessage):
        return example_of(contracts, kind)
    if isinstance(kind, DescEnum):
        return kind.values[min(1, len(kind.values) - 1)].name
    if kind in (ScalarType.DOUBLE, ScalarType.FLOAT, ScalarType.INT32, ScalarType.UINT32):
        return _number(next((rule for rule in rules.values() if isinstance(rule, dict)), {}))
    return None


def _number(rule: dict[str, Any]) -> float:
    lower = rule.get("gte", rule.get("gt", _USUAL_NUMBER))
    upper = rule.get("lte", rule.get("lt", _USUAL_NUMBER))
    return float(min(max(_USUAL_NUMBER, lower), upper))
