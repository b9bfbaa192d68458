"""English: names, numbers and the checks of drafts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel.numbers import format_decimal, format_percent

from services.advice.brief import Item, Label
from services.advice.language.base import Finding
from services.advice.language.checks import common_findings
from services.advice.language.english_words import WORDS

_ABBREVIATIONS = ("approx", "avg", "max", "min", "no", "vs", "incl", "excl", "etc", "e.g", "i.e", "temp", "vol")
_SENTENCE_START = re.compile(r"(?:^|(?P<last>\S*)[.?!]\s+)(?P<letter>[a-zà-ÿ])")
_DETERMINED = re.compile(r"(?:the|an?|my|our|your|its|their) ", re.IGNORECASE)
_PROPER_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z0-9]\S*)+|[A-Z][a-z]+")


class English:
    """English of drafts and texts."""

    code = "en"
    percentage_points = "percentage points"
    letters = "A-Za-z ,.;:'-"

    def name(self, label: Label) -> str:
        """The label with "the", unless it brings an article or is a proper name such as "Pump 7"."""
        if _DETERMINED.match(label.text):
            return label.text[0].lower() + label.text[1:]
        return label.text if _PROPER_NAME.fullmatch(label.text) else f"the {label.text}"

    def number(self, value: float, decimals: int) -> str:
        """The number with separated thousands."""
        return format_decimal(_rounded(value, decimals), format=_pattern(decimals), locale=self.code)

    def percent(self, share: float, decimals: int) -> str:
        """The share as a percentage, sign included."""
        return format_percent(_rounded(share, decimals + 2), format=_pattern(decimals) + "%", locale=self.code)

    def span(self, lower: str, upper: str) -> str:
        """A range of two numbers."""
        return f"between {lower} and {upper}"

    def polish(self, text: str) -> str:
        """The text with capitals at the start of sentences and single spaces."""
        return _SENTENCE_START.sub(_capital, re.sub(r" {2,}", " ", text).strip())

    def findings(self, draft: str, items: Mapping[str, Item], *, sentences: bool) -> list[Finding]:
        """The rules that a draft breaks; see `Language.findings`."""
        return common_findings(draft, items, WORDS, sentences=sentences)


def _pattern(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _rounded(value: float, decimals: int) -> float:
    # Adding zero makes a negative zero positive.
    return round(value, decimals) + 0.0


def _capital(match: re.Match[str]) -> str:
    if (match["last"] or "").lower() in _ABBREVIATIONS:
        return match[0]
    return match[0][:-1] + match["letter"].upper()


ENGLISH = English()
