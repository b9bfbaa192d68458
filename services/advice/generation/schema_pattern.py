"""Regular expressions of JSON Schemas, read strictly.

JSON Schema takes its patterns from ECMA-262, the grammar engine from Rust, and the two disagree on what many characters
mean. So a pattern is parsed here and written anew with what both read alike; what has no such form is refused, and so
is what would grow without bounds. Patterns are searches: without anchors they match anywhere in a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 8_192
MAX_COST = 150_000
"""Characters and ranges once repetitions are written out: `a{1000000}` took 0.4 s at its first token."""
_MAX_DEPTH = 40
_DIGITS = "0-9"
_WORD = "0-9A-Za-z_"
_SPACE = "\\t\\n\\x{0b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
_CLASSES = {"d": (_DIGITS, 1), "w": (_WORD, 4), "s": (_SPACE, 12)}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_ANY = ("[^\\n\\r\\x{2028}\\x{2029}]", 4)
_NAME = re.compile(r"\?<[A-Za-z_]\w*>", re.ASCII)
_COUNT = re.compile(r"\{(\d{1,6})(?:(,)(\d{1,6})?)?\}", re.ASCII)
_WRITABLE = "\n\r\t\b\f"
"""Control characters that have a short escape in JSON; the others cannot be written."""


class PatternRefused(ValueError):
    """A pattern cannot be enforced; says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in the form that the grammar engine reads as ECMA-262 does."""

    regex: str
    cost: int
    """Characters and ranges that it has once repetitions are written out."""


@lru_cache(maxsize=512)
def parse_pattern(pattern: str) -> Pattern:
    """Reads a pattern.

    Raises:
        PatternRefused: It uses what cannot be enforced, or is too large.
    """
    if len(pattern) > MAX_LENGTH:
        raise PatternRefused(f"is longer than {MAX_LENGTH} characters")
    regex, cost = _Parser(pattern).parse()
    if cost > MAX_COST:
        raise PatternRefused(f"repeats too much: {cost} characters when written out, of {MAX_COST}")
    return Pattern(regex, cost)


class _Parser:
    """Recursive descent; each method returns what it has read, written anew, and its cost."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def parse(self) -> tuple[str, int]:
        read = self._alternatives(0)
        if self._at < len(self._text):
            raise PatternRefused('has a ")" that closes nothing')
        return read

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, text: str) -> bool:
        if taken := self._text.startswith(text, self._at):
            self._at += len(text)
        return taken

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise PatternRefused("ends too early")
        self._at += 1
        return char

    def _alternatives(self, depth: int) -> tuple[str, int]:
        if depth > _MAX_DEPTH:
            raise PatternRefused(f"nests more than {_MAX_DEPTH} groups")
        read = [self._sequence(depth)]
        while self._take("|"):
            read.append(self._sequence(depth))
        return "|".join(regex for regex, _ in read), sum(cost for _, cost in read)

    def _sequence(self, depth: int) -> tuple[str, int]:
        regex, cost = [], 0
        while self._peek() not in ("", "|", ")"):
            piece, size = self._repeated(depth)
            regex.append(piece)
            cost += size
        return "".join(regex), cost

    def _repeated(self, depth: int) -> tuple[str, int]:
        is_anchor = self._peek() in ("^", "$")
        regex, cost = (self._next(), 0) if is_anchor else self._atom(depth)
        times = self._quantifier()
        if times is None:
            return regex, cost
        if is_anchor:
            raise PatternRefused("repeats an anchor")
        self._take("?")  # a lazy repetition matches the same texts
        if self._peek() in ("*", "+", "?") or _COUNT.match(self._text, self._at):
            raise PatternRefused("repeats a repetition; put it into a group")
        return regex + times[0], cost * times[1]

    def _quantifier(self) -> tuple[str, int] | None:
        if (char := self._peek()) and char in "*+?":
            self._at += 1
            return char, 1
        count = _COUNT.match(self._text, self._at)
        if count is None:
            return None
        self._at = count.end()
        low, high = int(count[1]), int(count[3] or count[1])
        if high < low:
            raise PatternRefused(f"has a repetition whose bounds are swapped: {count[0]}")
        return count[0], max(1, high)

    def _atom(self, depth: int) -> tuple[str, int]:
        char = self._next()
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._class()
        if char == ".":
            return _ANY
        if char == "\\":
            return self._escape()
        if char in "*+?{":
            raise PatternRefused(f'has a "{char}" that repeats nothing; write "\\{char}" for the character')
        return _literal(char), 1

    def _group(self, depth: int) -> tuple[str, int]:
        if not self._take("?:") and self._peek() == "?":
            name = _NAME.match(self._text, self._at)
            if name is None:
                raise PatternRefused(f'uses "({self._text[self._at : self._at + 3]}", which cannot be enforced')
            self._at = name.end()
        regex, cost = self._alternatives(depth + 1)
        if not self._take(")"):
            raise PatternRefused('has a "(" that is never closed')
        return f"(?:{regex})", max(1, cost)

    def _escape(self) -> tuple[str, int]:
        char = self._next()
        if (known := _CLASSES.get(char.lower())) and char.isascii():
            return f"[{'^' if char.isupper() else ''}{known[0]}]", known[1]
        return _literal(self._escaped(char)), 1

    def _escaped(self, char: str) -> str:
        """The character that an escape stands for."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in "xu":
            digits = self._text[self._at : self._at + (2 if char == "x" else 4)]
            if not re.fullmatch(r"[0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?", digits) or (char == "u") != (len(digits) == 4):
                raise PatternRefused(f'has an escape "\\{char}" without its digits')
            self._at += len(digits)
            return chr(int(digits, 16))
        if char.isalnum() or char == "_" or not char.isascii():
            raise PatternRefused(f'uses "\\{char}", which cannot be enforced')
        return char

    def _class(self) -> tuple[str, int]:
        inverted = self._take("^")
        members: list[str] = []
        cost = 0
        while not self._take("]"):
            member, size = self._member()
            members.append(member)
            cost += size
        if not members:
            raise PatternRefused('has an empty "[]"')
        return f"[{'^' if inverted else ''}{''.join(members)}]", cost

    def _member(self) -> tuple[str, int]:
        if self._peek() == "\\" and (known := _CLASSES.get(self._text[self._at + 1 : self._at + 2].lower())):
            self._at += 2
            return (f"[^{known[0]}]" if self._text[self._at - 1].isupper() else known[0]), known[1]
        first = self._class_char()
        if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] == "]":
            return _written(first), 1
        self._at += 1
        last = self._class_char()
        if last < first:
            raise PatternRefused(f'has a range whose ends are swapped: "{first}-{last}"')
        return f"{_written(first)}-{_written(last)}", 1

    def _class_char(self) -> str:
        char = self._next()
        if char != "\\":
            return char
        char = self._next()
        return "\b" if char == "b" else self._escaped(char)


def _literal(char: str) -> str:
    if (char < " " and char not in _WRITABLE) or char == "\x7f":
        raise PatternRefused(f"asks for the character U+{ord(char):04X}, which the text cannot have")
    return _written(char)


def _written(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        raise PatternRefused("has half a character (a surrogate)")
    return char if char.isalnum() and char.isascii() else f"\\x{{{ord(char):x}}}"
