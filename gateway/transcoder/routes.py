"""Finds the route of a request: literal paths by a dictionary, templates by one regular expression per HTTP method."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Generic, TypeVar
from urllib.parse import unquote

from gateway.transcoder.errors import MethodNotAllowed, RouteNotFound
from gateway.transcoder.rules import ANY_METHOD
from gateway.transcoder.template import Template

R = TypeVar("R")

# Stands for an encoded slash while a decoded path is split at its slashes. U+FFFF is no character, so no path has it.
_ENCODED_SLASH = "\uffff"


class DuplicateRoute(ValueError):
    """Two routes take the same requests; `other` is the one that was there first."""

    def __init__(self, other: object) -> None:
        super().__init__("another route takes the same requests")
        self.other = other


class _Matcher(Generic[R]):
    """The templates of one HTTP method, the most specific first, as one regular expression."""

    def __init__(self, entries: list[tuple[Template, R]]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry[0].precedence)
        patterns = (f"(?P<r{i}>{template.pattern})" for i, (template, _) in enumerate(self._entries))
        self._pattern = re.compile("|".join(patterns), re.DOTALL)

    def find(self, path: str) -> tuple[R, list[str]] | None:
        match = self._pattern.fullmatch(path)
        if match is None or match.lastgroup is None:
            return None
        template, route = self._entries[int(match.lastgroup[1:])]
        first = self._pattern.groupindex[match.lastgroup] + 1
        values = [match[first + i] or "" for i in range(len(template.variables))]
        return route, [_decoded(value, v.spans_segments) for value, v in zip(values, template.variables, strict=True)]


class RouteTable(Generic[R]):
    """Routes by HTTP method and path. Add them all, then ask."""

    def __init__(self) -> None:
        self._literals: dict[str, dict[str, R]] = defaultdict(dict)
        self._templates: dict[str, list[tuple[Template, R]]] = defaultdict(list)
        self._matchers: dict[str, _Matcher[R]] | None = None
        self._shapes: dict[object, R] = {}

    def add(self, http_method: str, template: Template, route: R) -> None:
        """Adds a route.

        Raises:
            DuplicateRoute: Another one takes the same requests.
        """
        key = (http_method, template.shape)
        if key in self._shapes:
            raise DuplicateRoute(self._shapes[key])
        self._shapes[key] = route
        if template.is_literal:
            self._literals[template.text][http_method] = route
        else:
            self._templates[http_method].append((template, route))
            self._matchers = None

    def has_literal(self, path: str) -> bool:
        """Whether a route without variables has the path."""
        return path in self._literals

    def find(self, http_method: str, path: str, raw_path: bytes | None) -> tuple[R, list[str]]:
        """The route of a request with the values of its template's variables.

        Args:
            http_method: In capitals.
            path: The decoded path.
            raw_path: The path as it was sent, if the server tells.

        Raises:
            RouteNotFound: No route has the path.
            MethodNotAllowed: Routes have the path, none has the method.
        """
        literal = self._literals.get(path)
        if literal is not None:
            route = literal.get(http_method) or literal.get(ANY_METHOD)
            if route is not None:
                return route, []
        matchers = self._compiled()
        splittable = _splittable(path, raw_path)
        for method in (http_method, ANY_METHOD):
            found = matchers[method].find(splittable) if method in matchers else None
            if found is not None:
                return found
        allowed = {*(literal or ()), *(method for method, matcher in matchers.items() if matcher.find(splittable))}
        raise MethodNotAllowed(http_method, sorted(allowed)) if allowed else RouteNotFound(path)

    def _compiled(self) -> dict[str, _Matcher[R]]:
        if self._matchers is None:
            self._matchers = {method: _Matcher(entries) for method, entries in self._templates.items()}
        return self._matchers


def _splittable(path: str, raw_path: bytes | None) -> str:
    """The decoded path in which every slash separates segments."""
    if raw_path is None or b"%" not in raw_path:
        return path
    raw = raw_path.partition(b"?")[0].decode("latin-1")
    return unquote(re.sub("%2f", _mark, raw, flags=re.IGNORECASE))


def _mark(_: re.Match[str]) -> str:
    return _ENCODED_SLASH


def _decoded(value: str, spans_segments: bool) -> str:
    return value.replace(_ENCODED_SLASH, "%2F" if spans_segments else "/")
