"""Says what is wrong with JSON that the native codec refused: every problem with its field's path.

The codec names one problem and the type it occurred in; a caller needs all of them and their places. So the JSON is
walked along the message's descriptor, and the codec itself is asked about every single value: what it takes here is
what it takes there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from protobuf import DescField, DescMessage, Registry, message_from_json_value
from steward.errors.v1 import reason_pb2

from gateway.transcoder.descriptors import fields_by_name
from gateway.transcoder.errors import clipped
from gateway.transcoder.expectation import expected_key, expected_value, not_shown
from gateway.transcoder.fields import is_list, is_map, is_plain_message, type_of
from services.kit.errors import DomainError, InvalidRequest, MalformedRequest, Violation

MAX_VIOLATIONS = 20
"""More would help nobody, and a body of 4 MiB could hold a million."""
_MAX_DEPTH = 100
"""As deep as protobuf's own parsers go."""


class JsonObject(list[tuple[str, Any]]):
    """A JSON object as its members in order, duplicates included."""


class _DuplicateKey(ValueError):
    """An object names a key twice."""


def read_tree(body: bytes) -> Any:
    """The JSON with its duplicate keys; the body must be known to be JSON."""
    try:
        return json.loads(body, object_pairs_hook=JsonObject)
    except RecursionError:
        raise too_deep() from None


def too_deep() -> MalformedRequest:
    """The error for JSON that is nested deeper than any message."""
    return MalformedRequest(f"The body is nested more than {_MAX_DEPTH} levels deep; no message is.", position="0")


class Diagnosis:
    """Finds the problems of JSON values for messages of a contract."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def problem(self, message: DescMessage, tree: Any) -> DomainError | None:
        """The error for a JSON value that is meant as a message; None if nothing is found to be wrong with it."""
        try:
            violations = list(islice(self._message(message, tree, "", 0), MAX_VIOLATIONS))
        except RecursionError:
            return too_deep()
        return InvalidRequest(violations) if violations else None

    def _message(self, message: DescMessage, tree: Any, path: str, depth: int) -> Iterator[Violation]:
        if depth > _MAX_DEPTH:
            yield _too_deep(path)
        elif not isinstance(tree, JsonObject):
            yield _wrong_type(path, f"must be a JSON object with fields of {message.name}{not_shown(tree)}")
        else:
            yield from self._members(message, tree, path, depth)

    def _members(self, message: DescMessage, tree: JsonObject, path: str, depth: int) -> Iterator[Violation]:
        known = fields_by_name(message)
        seen: set[str] = set()
        for key, value in tree:
            field = known.get(key)
            place = f"{path}.{field.name if field else clipped(key)}".removeprefix(".")
            if field is None:
                yield _unknown(place, key, message)
            elif key in seen:
                yield _repeated(place)
            elif value is not None:
                yield from self._field(field, value, place, depth)
            seen.add(key)

    def _field(self, field: DescField, value: Any, path: str, depth: int) -> Iterator[Violation]:
        if is_list(field):
            yield from self._list(field, value, path, depth)
        elif is_map(field):
            yield from self._map(field, value, path, depth)
        elif is_plain_message(kind := type_of(field)):
            assert isinstance(kind, DescMessage)
            yield from self._message(kind, value, path, depth + 1)
        else:
            yield from self._leaf(field, value, value, path)

    def _list(self, field: DescField, value: Any, path: str, depth: int) -> Iterator[Violation]:
        if not isinstance(value, list) or isinstance(value, JsonObject):
            yield _wrong_type(path, f"must be a list, each of it {expected_value(field)}{not_shown(value)}")
            return
        for index, element in enumerate(value):
            yield from self._element(field, element, [element], f"{path}[{index}]", depth)

    def _map(self, field: DescField, value: Any, path: str, depth: int) -> Iterator[Violation]:
        if not isinstance(value, JsonObject):
            yield _wrong_type(path, f"must be a JSON object, each value {expected_value(field)}{not_shown(value)}")
            return
        keys: set[str] = set()
        for key, element in value:
            place = f"{path}[{json.dumps(clipped(key), ensure_ascii=False)}]"
            if key in keys:
                yield _repeated(place)
            keys.add(key)
            if problem := expected_key(field, key):
                yield _wrong_type(place, problem)
            else:
                yield from self._element(field, element, JsonObject([(key, element)]), place, depth)

    def _element(self, field: DescField, element: Any, alone: Any, path: str, depth: int) -> Iterator[Violation]:
        """Checks one element; ``alone`` is the whole value of the field with only this element."""
        kind = type_of(field)
        if element is None or not is_plain_message(kind):
            yield from self._leaf(field, element, alone, path)
        elif self._refusal(field, alone) is not None:
            assert isinstance(kind, DescMessage)
            yield from self._message(kind, element, path, depth + 1)

    def _leaf(self, field: DescField, value: Any, alone: Any, path: str) -> Iterator[Violation]:
        """Checks a value that has no fields; ``alone`` is the whole value of the field with only this one."""
        refusal = self._refusal(field, alone)
        if isinstance(refusal, _DuplicateKey):
            yield _repeated(path, "has a key that")
        elif isinstance(refusal, RecursionError):
            yield _too_deep(path)
        elif refusal is not None:
            yield _wrong_type(path, f"must be {expected_value(field)}{not_shown(value)}")

    def _refusal(self, field: DescField, value: Any) -> Exception | None:
        """What the codec says to a value of the field; None if it takes it."""
        try:
            alone = {field.name: _plain(value)}
            message_from_json_value(field.parent.type, alone, registry=self._registry).to_binary()
        except Exception as error:  # noqa: BLE001 - whatever it is called, it is a refusal
            return error
        return None


def _plain(tree: Any) -> Any:
    """The JSON value as dictionaries and lists.

    Raises:
        _DuplicateKey: An object names a key twice.
    """
    if isinstance(tree, JsonObject):
        plain = {key: _plain(value) for key, value in tree}
        if len(plain) != len(tree):
            raise _DuplicateKey
        return plain
    return [_plain(element) for element in tree] if isinstance(tree, list) else tree


def _wrong_type(path: str, description: str) -> Violation:
    return Violation(path, reason_pb2.REASON_FIELD_WRONG_TYPE, description)


def _repeated(path: str, what: str = "") -> Violation:
    return Violation(path, reason_pb2.REASON_MALFORMED_REQUEST, f"{what} is given more than once; give it once".strip())


def _too_deep(path: str) -> Violation:
    text = f"is nested more than {_MAX_DEPTH} levels deep; no message is"
    return Violation(clipped(path), reason_pb2.REASON_MALFORMED_REQUEST, text)


def _unknown(path: str, key: str, message: DescMessage) -> Violation:
    names = [field.json_name for field in message.fields]
    close = get_close_matches(key[:100], fields_by_name(message), n=1, cutoff=0.75)
    advice = f"did you mean {close[0]}?" if close else f"its fields are: {', '.join(names) or 'none'}"
    return Violation(path, reason_pb2.REASON_UNKNOWN_FIELD, f"{message.name} has no such field; {advice}")
