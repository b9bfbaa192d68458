"""JSON Schemas of messages and enums, as components of an OpenAPI document."""

from __future__ import annotations

from typing import Any

from protobuf import DescEnum, DescField, DescMessage, DescOneof, ScalarType

from gateway.docs.comments import comments_of, paragraphs
from gateway.docs.examples import example_of
from gateway.docs.field_rules import MESSAGE_RULES_OPTION, RULES_OPTION, Schema, cel_rules, not_empty, rule_keywords
from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.fields import FieldType, is_list, is_map, type_of

_FIELD_OPTION = "[steward.schema.v1.field]"
_VALUE_OPTION = "[steward.schema.v1.value]"

_IMPLICIT = 2
"""Of protobuf-py's SupportedFieldPresence, which it does not export: the zero value and absence are the same."""
_INT32: Schema = {"type": "integer", "format": "int32"}
_UINT32: Schema = {"type": "integer", "format": "uint32", "minimum": 0}
_INT64: Schema = {"type": "string", "format": "int64"}
_UINT64: Schema = {"type": "string", "format": "uint64"}
_SCALARS: dict[ScalarType, Schema] = {
    ScalarType.DOUBLE: {"type": "number", "format": "double"},
    ScalarType.FLOAT: {"type": "number", "format": "float"},
    ScalarType.BOOL: {"type": "boolean"},
    ScalarType.STRING: {"type": "string"},
    ScalarType.BYTES: {"type": "string", "format": "byte", "contentEncoding": "base64"},
    **dict.fromkeys((ScalarType.INT32, ScalarType.SINT32, ScalarType.SFIXED32), _INT32),
    **dict.fromkeys((ScalarType.UINT32, ScalarType.FIXED32), _UINT32),
    **dict.fromkeys((ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64), _INT64),
    **dict.fromkeys((ScalarType.UINT64, ScalarType.FIXED64), _UINT64),
}
_WELL_KNOWN: dict[str, Schema] = {
    "Timestamp": {"type": "string", "format": "date-time"},
    "Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$", "examples": ["1.5s"]},
    "FieldMask": {"type": "string", "description": "Names of fields, separated by commas."},
    "Struct": {"type": "object"},
    "ListValue": {"type": "array", "items": {}},
    "Value": {"description": "Any JSON value."},
    "Any": {
        "type": "object",
        "required": ["@type"],
        "properties": {"@type": {"type": "string", "description": "Type of the message: its full name after a slash."}},
        "additionalProperties": True,
    },
}


class Schemas:
    """Collects the schemas of every message that is asked for, and of those in it."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self.comments = comments_of(contracts)
        """Comments by full name."""
        self.components: dict[str, Schema] = {}
        """Schemas by full name of their message or enum."""

    def message(self, message: DescMessage, is_closed: bool) -> Schema:
        """The schema of a message.

        Args:
            message: The message.
            is_closed: Whether unknown fields are refused, as they are in requests. A message that is used in both
                directions keeps what was asked first.
        """
        well_known = self._well_known(message)
        if well_known is not None:
            return well_known
        name = message.type_name
        if name not in self.components:
            self.components[name] = {}  # so that a message that holds itself finds an end
            self.components[name] = self._object(message, is_closed)
        return {"$ref": f"#/components/schemas/{name}"}

    def field(self, field: DescField, is_closed: bool) -> Schema:
        """The schema of a field, with its rules, words and unit."""
        one = self._type(type_of(field), is_closed)
        schema: Schema = dict(one)
        if is_list(field):
            schema = {"type": "array", "items": one}
        elif is_map(field):
            schema = {"type": "object", "additionalProperties": one}
        options = self._contracts.options(field)
        rules = options.get(RULES_OPTION, {})
        schema |= rule_keywords(rules, schema)
        if rules.get("required") and field.presence == _IMPLICIT:
            schema |= self._not_empty(field, schema)
        words = options.get(_FIELD_OPTION, {})
        unit = _unit(words.get("unit", ""))
        cel = cel_rules(rules)
        told = paragraphs(self.comments.get(f"{field.parent.type_name}.{field.name}", ""), unit, _told(cel))
        schema |= {"description": told} if told else {}
        schema |= {"x-cel": cel} if cel else {}
        schema |= {"deprecated": True} if field.deprecated else {}
        return schema | _schema_options(field, words)

    def _object(self, message: DescMessage, is_closed: bool) -> Schema:
        cel = cel_rules(self._contracts.options(message).get(MESSAGE_RULES_OPTION, {}))
        oneofs = [self._oneof(oneof) for oneof in message.oneofs]
        schema: Schema = {"type": "object", "title": message.name}
        described = paragraphs(self.comments.get(message.type_name, ""), *oneofs, _told(cel))
        schema |= {"description": described} if described else {}
        schema["properties"] = {field.json_name: self.field(field, is_closed) for field in message.fields}
        required = [
            f.json_name for f in message.fields if self._contracts.options(f).get(RULES_OPTION, {}).get("required")
        ]
        schema |= {"required": required} if required else {}
        schema |= {"additionalProperties": False} if is_closed else {}
        schema |= {"x-cel": cel} if cel else {}
        example = example_of(self._contracts, message)
        return schema | ({"examples": [example]} if example is not None else {})

    def _type(self, kind: FieldType, is_closed: bool) -> Schema:
        if isinstance(kind, ScalarType):
            return _SCALARS[kind]
        if isinstance(kind, DescMessage):
            return self.message(kind, is_closed)
        if kind.type_name == "google.protobuf.NullValue":
            return {"type": "null"}
        self.components.setdefault(kind.type_name, self._enum(kind))
        return {"$ref": f"#/components/schemas/{kind.type_name}"}

    def _enum(self, enum: DescEnum) -> Schema:
        lines, labels = [], {}
        for value in enum.values:
            comment = self.comments.get(f"{enum.type_name}.{value.name}", "")
            lines.append(f"- `{value.name}`: {' '.join(comment.split())}".removesuffix(": "))
            if words := _labels(self._contracts.options(value).get(_VALUE_OPTION, {})):
                labels[value.name] = words
        described = paragraphs(self.comments.get(enum.type_name, ""), "\n".join(lines))
        schema = {"type": "string", "title": enum.name, "enum": [value.name for value in enum.values]}
        return schema | {"description": described} | ({"x-labels": labels} if labels else {})

    def _well_known(self, message: DescMessage) -> Schema | None:
        package, _, name = message.type_name.rpartition(".")
        if package != "google.protobuf":
            return None
        if name.endswith("Value") and name not in _WELL_KNOWN:
            wrapped = self._type(type_of(message.fields[0]), is_closed=False)
            return wrapped | {"type": [wrapped["type"], "null"]}
        return _WELL_KNOWN.get(name)

    def _not_empty(self, field: DescField, schema: Schema) -> Schema:
        kind = type_of(field)
        if isinstance(kind, DescEnum) and not is_list(field):
            return {"not": {"const": kind.values[0].name}}
        return not_empty(schema)

    def _oneof(self, oneof: DescOneof) -> str:
        names = ", ".join(f"`{field.json_name}`" for field in oneof.fields)
        comment = self.comments.get(f"{oneof.parent.type_name}.{oneof.name}", "")
        return f"At most one of {names} is set. {comment}".strip()


def _schema_options(field: DescField, words: dict[str, Any]) -> Schema:
    schema: Schema = {}
    if words.get("unit"):
        schema["x-unit"] = words["unit"]
    if labels := _labels(words):
        schema["x-labels"] = labels
    if "lever" in words:
        kind = type_of(field)
        values = {"values": [value.name for value in kind.values[1:]]} if isinstance(kind, DescEnum) else {}
        schema["x-lever"] = values | words["lever"]
    return schema


def _labels(words: dict[str, Any]) -> dict[str, str]:
    return {language: words[language]["label"] for language in ("en", "es") if words.get(language, {}).get("label")}


def _told(cel: list[dict[str, str]]) -> str:
    return "\n".join(f"- {rule.get('message') or rule.get('expression', '')}" for rule in cel)


def _unit(unit: str) -> str:
    if unit == "1":
        return "Unit: 1, a ratio."
    return f"Unit: {unit}." if unit else ""
