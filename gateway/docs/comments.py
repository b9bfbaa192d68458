"""Comments of contracts by full name of what they describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.transcoder.descriptors import Contracts

Place = tuple[int, ...]

# Numbers of the fields in google.protobuf.FileDescriptorProto and its parts, by which source locations are addressed.
_IN_FILE = {"message_type": 4, "enum_type": 5, "service": 6}
_IN_MESSAGE = {"field": 2, "nested_type": 3, "enum_type": 4, "oneof_decl": 8}
_IN_ENUM = {"value": 2}
_IN_SERVICE = {"method": 2}
_INSIDE = {
    "message_type": _IN_MESSAGE,
    "nested_type": _IN_MESSAGE,
    "enum_type": _IN_ENUM,
    "service": _IN_SERVICE,
}


def comments_of(contracts: Contracts) -> dict[str, str]:
    """Every comment, by the full name of its message, field, enum, enum value, service or RPC."""
    comments: dict[str, str] = {}
    for file in contracts.files:
        if file.source_code_info is None:
            continue
        names = dict(_names(file, (), file.package, _IN_FILE))
        for location in file.source_code_info.location:
            name = names.get(tuple(location.path))
            if name and (text := _cleaned(location.leading_comments or location.trailing_comments)):
                comments[name] = text
    return comments


def summary(comment: str) -> str:
    """The first sentence of a comment, without its full stop."""
    first = " ".join(comment.partition("\n\n")[0].split())
    return first.partition(". ")[0].removesuffix(".")


def paragraphs(*texts: str) -> str:
    """The texts that are not empty, as paragraphs."""
    return "\n\n".join(text for text in texts if text)


def _names(parent: Any, place: Place, scope: str, parts: dict[str, int]) -> Iterator[tuple[Place, str]]:
    for attribute, number in parts.items():
        children: Iterable[Any] = getattr(parent, attribute)
        for index, child in enumerate(children):
            name = f"{scope}.{child.name}"
            here = (*place, number, index)
            yield here, name
            if attribute in _INSIDE:
                yield from _names(child, here, name, _INSIDE[attribute])


def _cleaned(comment: str | None) -> str:
    return "\n".join(line.removeprefix(" ").rstrip() for line in (comment or "").splitlines()).strip()
