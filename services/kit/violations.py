"""Broken rules of protovalidate as violations with a reason and advice."""

from __future__ import annotations

import re
from collections.abc import Iterable

import protovalidate
from steward.errors.v1 import reason_pb2

from services.kit.errors import InvalidRequest, Violation

# The standard rules that bound a value from both sides or one, such as double.gte_lte or repeated.max_items.
_RANGE_RULE = re.compile(r"\w+\.(gte?|lte?|gte?_lte?(_exclusive)?|finite|(min|max)_(items|len|bytes|pairs)|len)$")

_LIST = re.compile(r"^must be in list \[(.*)\]$")


def invalid_request(violations: Iterable[protovalidate.Violation], within: str = "") -> InvalidRequest:
    """The error for the rules that a request broke.

    Args:
        violations: The broken rules.
        within: Path of the message that was checked, from the request; empty for the request itself.
    """
    found = [(_violation(violation.proto, within), violation.proto.rule_id) for violation in violations]
    # A missing field also breaks rules between fields: what is missing comes first, as it must be mended first.
    found.sort(key=lambda pair: pair[0].reason == reason_pb2.REASON_FIELDS_INCONSISTENT)
    first, rule = found[0]
    metadata = {"rule": rule} if first.reason == reason_pb2.REASON_FIELDS_INCONSISTENT else {}
    return InvalidRequest([violation for violation, _ in found], **metadata)


def _violation(proto: protovalidate.ViolationPb, within: str) -> Violation:
    path = ".".join(filter(None, (within, _path(proto))))
    if proto.rule_id == "required":
        return Violation(path, reason_pb2.REASON_FIELD_REQUIRED, "a value is required; 0 and UNSPECIFIED count as none")
    if _RANGE_RULE.fullmatch(proto.rule_id):
        return Violation(path, reason_pb2.REASON_FIELD_OUT_OF_RANGE, proto.message)
    if not _is_standard(proto):
        return Violation(path, reason_pb2.REASON_FIELDS_INCONSISTENT, proto.message)
    return Violation(path, reason_pb2.REASON_FIELD_INVALID, _LIST.sub(_listed, proto.message))


def _listed(match: re.Match[str]) -> str:
    """A list of values without the empty one, which stands for a field that is not set."""
    return f"must be one of {', '.join(filter(None, match[1].split(', ')))}"


def _is_standard(proto: protovalidate.ViolationPb) -> bool:
    """Whether the rule is one of protovalidate's own.

    A contract's CEL rule has the path of a `cel` option where it is on a field, and none where it is on a message.
    """
    elements = list(proto.rule.elements) if proto.rule else []
    return bool(elements) and elements[0].field_name != "cel"


def _path(proto: protovalidate.ViolationPb) -> str:
    parts: list[str] = []
    for element in proto.field.elements if proto.field else ():
        subscript = element.subscript
        suffix = f"[{subscript.value}]" if subscript is not None else ""
        parts.append(f"{element.field_name}{suffix}")
    return ".".join(parts)
