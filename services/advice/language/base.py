"""What a language must be able to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from services.advice.brief import Item, Label


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a draft breaks."""

    check: str
    """Name of the rule.

    One of "form", "numeral", "sentence", "language", "direction", "size", "judgement", "agreement", "repetition" and
    "usage".
    """
    detail: str
    """What breaks it, for logs."""


class Language(Protocol):
    """One language."""

    code: str
    """ISO 639-1 code."""
    letters: str
    """Letters and punctuation that drafts may use, as the inside of a regular expression's character class."""

    percentage_points: str
    """What a difference of two percentages is counted in."""

    def name(self, label: Label) -> str:
        """The label with its definite article: "the heating load"."""

    def number(self, value: float, decimals: int) -> str:
        """The number with the language's separators."""

    def percent(self, share: float, decimals: int) -> str:
        """The share as a percentage, sign included."""

    def span(self, lower: str, upper: str) -> str:
        """A range of two numbers: "between 4.1 and 6.3"."""

    def polish(self, text: str) -> str:
        """A rendered text with what follows from its neighbours: contractions, capitals at the start of sentences."""

    def findings(self, draft: str, items: Mapping[str, Item], *, sentences: bool) -> list[Finding]:
        """The rules that a draft breaks.

        Args:
            draft: The draft, with references.
            items: Items that it may refer to, by alias.
            sentences: Whether it is made of whole sentences; a headline need not be.
        """
