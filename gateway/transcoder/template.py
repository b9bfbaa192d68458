"""Path templates of google.api.http: parsed once, matched by a regular expression.

    Template  = "/" Segments [ ":" Verb ]
    Segments  = Segment { "/" Segment }
    Segment   = "*" | "**" | Literal | "{" FieldPath [ "=" Segments ] "}"

``**`` matches the rest of the path, so nothing but a verb may follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PIECE = re.compile(r"/(\{[^{}]*\}|[^/{}]+)")
_VARIABLE = re.compile(r"\{(?P<field>[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)(?:=(?P<segments>[^{}]+))?\}")
_VERB = re.compile(r":([^/{}:*=]+)$")
_WILDCARDS = {"*": 1, "**": 2}


class TemplateError(ValueError):
    """The text is no path template; the message says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of the path that fills a field."""

    field: str
    """Path of the field in the request message, such as "book.name"."""
    start: int
    """Index of its first segment in the template's."""
    segments: tuple[str, ...]
    """The segments that it matches."""

    @property
    def spans_segments(self) -> bool:
        """Whether it may hold slashes; an encoded slash in it then stays encoded, as google.api.http asks."""
        return len(self.segments) > 1 or self.segments == ("**",)


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed path template."""

    text: str
    segments: tuple[str, ...]
    """Literals, "*" and "**", with variables replaced by the segments that they match."""
    variables: tuple[Variable, ...]
    verb: str
    """Custom verb after the last colon; empty if there is none."""
    pattern: str
    """Regular expression for the whole path, with one group per variable."""

    @property
    def is_literal(self) -> bool:
        """Whether only one path matches."""
        return not any(segment in _WILDCARDS for segment in self.segments)

    @property
    def shape(self) -> tuple[tuple[str, ...], str]:
        """What is matched, whatever the variables are called: equal for templates that match the same paths."""
        return self.segments, self.verb

    @property
    def precedence(self) -> tuple[object, ...]:
        """Sort key that puts the more specific template first: literals before "*" before "**", verbs before none."""
        return tuple(_WILDCARDS.get(segment, 0) for segment in self.segments), not self.verb, self.text


def parse_template(text: str) -> Template:
    """Parses a path template.

    Raises:
        TemplateError: The text is not one.
    """
    verb = _VERB.search(text)
    body = text[: verb.start()] if verb else text
    pieces = _PIECE.findall(body)
    if not pieces or "".join(f"/{piece}" for piece in pieces) != body:
        raise TemplateError(f'"{text}" is not "/segment/..." with {{field}}, {{field=pattern}}, * or ** as segments')
    segments: list[str] = []
    variables: list[Variable] = []
    patterns = [_compile(piece, segments, variables) for piece in pieces]
    if "**" in segments[:-1]:
        raise TemplateError(f'"{text}" has segments after **, which takes the rest of the path')
    ending = re.escape(f":{verb[1]}") if verb else ""
    return Template(text, tuple(segments), tuple(variables), verb[1] if verb else "", "".join(patterns) + ending)


def _compile(piece: str, segments: list[str], variables: list[Variable]) -> str:
    """The pattern of one piece with its slash; what it holds is added to the segments and variables."""
    if not piece.startswith("{"):
        segments.append(_checked(piece))
        return _pattern(piece)
    variable = _VARIABLE.fullmatch(piece)
    if variable is None:
        raise TemplateError(f'"{piece}" is not {{field}} or {{field=pattern}}')
    if any(variable["field"] == other.field for other in variables):
        raise TemplateError(f'the variable "{variable["field"]}" occurs twice')
    inner = [_checked(segment) for segment in (variable["segments"] or "*").split("/")]
    variables.append(Variable(variable["field"], len(segments), tuple(inner)))
    segments.extend(inner)
    if inner == ["**"]:
        return "(?:/(.*))?"
    return f"/({''.join(_inside(inner))})"


def _inside(segments: list[str]) -> Iterator[str]:
    yield _pattern(segments[0]).removeprefix("/")
    yield from map(_pattern, segments[1:])


def _pattern(segment: str) -> str:
    if segment == "**":
        return "(?:/.*)?"
    return "/[^/]+" if segment == "*" else "/" + re.escape(segment)


def _checked(segment: str) -> str:
    if not segment or (segment not in _WILDCARDS and re.search(r"[*={}]", segment)):
        raise TemplateError(f'"{segment}" is neither a literal nor * or **')
    return segment
