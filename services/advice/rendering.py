"""Turns drafts into texts: every reference becomes the name or the value that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.advice.brief import REFERENCE, Change, Effect, Fact, Form, Item, Value
from services.advice.language.base import Language
from services.advice.units import decimals_needed, quantity, with_unit

# Known before values are put in: "12 min. The …" ends a sentence, "4 approx. the …" in a name does not.
_SENTENCE_STARTS = re.compile(r"(?:^|(?<=[.?!] ))[^\W\d_]")
_FIRST_PLACE = 0xE000
"""First of the private characters that stand for values; labels cannot have them."""
_AT_SENTENCE_START = re.compile(r"(?:^|[.?!] )$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A value in a text and the item that it comes from."""

    fact_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A draft with its references resolved."""

    text: str
    quotes: tuple[Quote, ...]
    """The values in it, in the order in which they appear; names are not quoted."""


def render(draft: str, items: Mapping[str, Item], language: Language) -> Rendered:
    """The draft as it is read.

    Args:
        draft: Words and references.
        items: What it may refer to, by alias.
        language: The language that it is in.

    Raises:
        KeyError: It refers to something else.
    """
    quotes: list[Quote] = []

    # Names take part in what follows from neighbours, such as contractions; values stay as they are.
    def resolve(match: re.Match[str]) -> str:
        item, form = items[match[1]], Form(match[2])
        if form not in item.forms:
            raise KeyError(match[0])
        text = language.name(item.label) if form is Form.NAME else _shown(item, form, language)
        if _AT_SENTENCE_START.search(match.string, 0, match.start()):
            text = text[:1].upper() + text[1:]
        if form is Form.NAME:
            return text
        quotes.append(Quote(item.id, text))
        return chr(_FIRST_PLACE + len(quotes) - 1)

    draft = _SENTENCE_STARTS.sub(lambda match: match[0].upper(), draft)
    text = language.polish(REFERENCE.sub(resolve, draft))
    for number, quote in enumerate(quotes):
        text = text.replace(chr(_FIRST_PLACE + number), quote.text)
    return Rendered(text, tuple(quotes))


def _shown(item: Item, form: Form, language: Language) -> str:
    if isinstance(item, Effect):
        return _effect(item, form, language)
    if isinstance(item, Fact):
        return _value(item.value, _decimals(item.value), language)
    assert isinstance(item, Change) and item.before and item.after
    decimals = max(_decimals(item.before), _decimals(item.after), _decimals_between(item.before, item.after))
    return _value(item.before if form is Form.BEFORE else item.after, decimals, language)


def _effect(effect: Effect, form: Form, language: Language) -> str:
    if form is Form.PERCENT and effect.share is not None:
        percent = effect.share * 100
        return language.percent(effect.share, 0 if percent >= 1 else decimals_needed(percent, 1))
    # The digits that tell the change are enough for its ends, and make them fit to each other.
    decimals = decimals_needed(effect.change, 2) if effect.change else decimals_needed(effect.before)
    if form in (Form.BEFORE, Form.AFTER):
        return quantity(effect.before if form is Form.BEFORE else effect.after, effect.unit, decimals, language)
    # "It falls by 12 %" would be taken for a share of the value before.
    unit = f"{{{language.percentage_points}}}" if effect.unit == "%" else effect.unit
    if form is Form.RANGE and effect.bounds is not None:
        lower, upper = sorted(abs(bound) for bound in effect.bounds)
        return with_unit(language.span(*(language.number(bound, decimals) for bound in (lower, upper))), unit)
    return quantity(abs(effect.change), unit, decimals, language)


def _value(value: Value, decimals: int, language: Language) -> str:
    if value.number is None:
        return value.text
    return quantity(value.number, value.unit, decimals, language)


def _decimals_between(before: Value, after: Value) -> int:
    if before.number is None or after.number is None:
        return 0
    # Enough for the two to be told apart.
    return decimals_needed(after.number - before.number, 1)


def _decimals(value: Value) -> int:
    return 0 if value.number is None else decimals_needed(value.number)
