"""Which words of a language may stand next to each other, as the corpus of a model has them.

A small model now and then joins words that no phrase joins, or puts an effect where a change belongs ("raise the
heating load"). Grammar cannot say that, but the corpus can: two words side by side that it never has are refused, and
the text is worded again. It is for the model that was trained on that corpus alone; other models know more words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from services.advice.language.base import Finding

FILE = "usage.json"
"""Lies beside the model's file."""

_TOKEN = re.compile(r"\{(?P<kind>[a-z])[a-z]*\d*(?P<form>\.[a-z]+)\}|[^\W\d_]+(?:['-][^\W\d_]+)*|[.,;:]")
_END = "$"

Followers = Mapping[str, Mapping[str, Iterable[str]]]
"""By language and word, the words that may follow; references as kind and form, "e.change"."""


class Usage:
    """The words that may stand next to each other.

    Args:
        followers: See `Followers`.
    """

    def __init__(self, followers: Followers) -> None:
        self._followers = {
            language: {word: frozenset(after) for word, after in words.items()} for language, words in followers.items()
        }

    @classmethod
    def beside(cls, model: Path) -> Usage | None:
        """The usage that lies beside a model's file; None if none does."""
        path = model.with_name(FILE)
        return cls(json.loads(path.read_text())) if path.is_file() else None

    def findings(self, draft: str, language: str) -> list[Finding]:
        """The first two words of a draft that may not stand next to each other."""
        followers = self._followers[language]
        for word, after in pairwise(tokens(draft)):
            if after not in followers.get(word, ()):
                return [Finding("usage", f"{word!r} before {after!r}")]
        return []


def tokens(draft: str) -> list[str]:
    """What a draft is made of, between its start and its end: words in lower case, references by kind, and marks."""
    found = (match["kind"] + match["form"] if match["kind"] else match[0] for match in _TOKEN.finditer(draft.lower()))
    return ["", *found, _END]
