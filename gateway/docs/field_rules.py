"""Rules of buf.validate as keywords of JSON Schema."""

from __future__ import annotations

from typing import Any

RULES_OPTION = "[buf.validate.field]"
MESSAGE_RULES_OPTION = "[buf.validate.message]"

Rules = dict[str, Any]
Schema = dict[str, Any]

_KEYWORDS = {
    "gte": "minimum",
    "gt": "exclusiveMinimum",
    "lte": "maximum",
    "lt": "exclusiveMaximum",
    "const": "const",
    "in": "enum",
    "pattern": "pattern",
}
_COUNTS = {
    "minLen": "minLength",
    "maxLen": "maxLength",
    "minItems": "minItems",
    "maxItems": "maxItems",
    "minPairs": "minProperties",
    "maxPairs": "maxProperties",
}
_FORMATS = {"email": "email", "hostname": "hostname", "ipv4": "ipv4", "ipv6": "ipv6", "uri": "uri", "uuid": "uuid"}
_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def rule_keywords(rules: Rules, schema: Schema) -> Schema:
    """The keywords for a field's rules.

    Args:
        rules: The rules as proto3 JSON.
        schema: Schema of the field without them. Bounds of numbers that JSON writes as strings get an "x-" in front.
    """
    keywords: Schema = {}
    for kind, rule in rules.items():
        if isinstance(rule, dict) and kind != "enum":
            keywords |= _of_kind(rule)
    if schema.get("type") == "string":
        keywords = {f"x-{name}" if name in _BOUNDS else name: value for name, value in keywords.items()}
    if items := rules.get("repeated", {}).get("items"):
        keywords["items"] = schema.get("items", {}) | rule_keywords(items, schema.get("items", {}))
    if values := rules.get("map", {}).get("values"):
        inner = schema.get("additionalProperties", {})
        keywords["additionalProperties"] = inner | rule_keywords(values, inner)
    return keywords


def not_empty(schema: Schema) -> Schema:
    """The keywords that keep a required field without presence from its zero value, which counts as missing."""
    kind = schema.get("type")
    if kind == "array":
        return {"minItems": max(1, schema.get("minItems", 0))}
    if kind == "string" and "format" not in schema and "enum" not in schema:
        return {"minLength": max(1, schema.get("minLength", 0))}
    if kind in ("number", "integer") and not _excludes_zero(schema):
        return {"not": {"const": 0}}
    return {"const": True} if kind == "boolean" else {}


def cel_rules(rules: Rules) -> list[dict[str, str]]:
    """The rules that are written in CEL, each with its id, message and expression."""
    found: list[dict[str, str]] = rules.get("cel", [])
    return found


def _of_kind(rule: Rules) -> Schema:
    keywords = {_KEYWORDS[name]: value for name, value in rule.items() if name in _KEYWORDS}
    keywords |= {_COUNTS[name]: int(value) for name, value in rule.items() if name in _COUNTS}
    if "len" in rule:
        keywords |= {"minLength": int(rule["len"]), "maxLength": int(rule["len"])}
    if "notIn" in rule:
        keywords["not"] = {"enum": rule["notIn"]}
    if rule.get("unique"):
        keywords["uniqueItems"] = True
    for name in rule.keys() & _FORMATS.keys():
        keywords["format"] = _FORMATS[name]
    return keywords


def _excludes_zero(schema: Schema) -> bool:
    lower, upper = schema.get("minimum", -1), schema.get("maximum", 1)
    return bool(lower > 0 or upper < 0 or schema.get("exclusiveMinimum", -1) >= 0)
