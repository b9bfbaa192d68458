"""How English drafts are composed: which phrases, in which order, with which items bound."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence

from services.advice.brief import Audience, Brief, Caveat, Effect, Item, Length, Option, Trend
from services.advice.training.corpus import english_standstill, english_summary
from services.advice.training.corpus.english_deeds import deeds
from services.advice.training.corpus.english_words import Rules, effect_rules
from services.advice.training.corpus.phrases import Phrases

_SIDE_CHANCES = {"good": 0.35, "flat": 0.2, "bad": 0.7}
_SENTENCES = {Length.BRIEF: (1, 1), Length.USUAL: (2, 3), Length.DETAILED: (3, 4)}
"""Fewest and most sentences of a summary."""
_SENTENCE_END = re.compile(r"\.(?=\s|$)")

_ATTEMPTS = 8
_TOKEN = re.compile(r"\{[^{}]*\}|[a-z]{3,}")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ting|ing|es|ed|s|e)$")
_UNNOTICED = (
    "the and for with from that this they them then which would should will can are has have but you its their also not"
    " was were most more than"
)
"""Words that a text may have twice without anyone noticing."""
_COMMON = frozenset(_UNNOTICED.split())

_Say = Callable[[Sequence[str]], str]


def phrase(
    rng: random.Random, text: Sequence[str], rules: Mapping[str, Sequence[str]], items: Mapping[str, Item]
) -> str:
    """A draft from one of the phrases."""
    return Phrases({**rules, "text": text}).say(rng, "text", items)


def words_of(
    brief: Brief, option: Option, side: Effect | None = None, *, before: bool = True
) -> tuple[Rules, dict[str, Item]]:
    """The rules for an option's changes and effects, and the items that their letters stand for."""
    rules = {**deeds(option.changes), **effect_rules("E", option.effects[0], brief.audience, before=before)}
    if option.effects[0].trend is not Trend.FLAT:
        rules["acts"] = ("<E_lowers>",) if len(option.changes) == 1 else ("<E_lower>", "together <E_lower>")
    items = {**_facts(brief), "E": option.effects[0]}
    items |= {f"C{i + 1}": change for i, change in enumerate(option.changes)}
    if side is not None:
        rules |= effect_rules("X", side, brief.audience)
        items["X"] = side
    return rules, items


def kind_of(effect: Effect) -> str:
    """Whether an effect is "good", "bad" or "flat"."""
    return "flat" if effect.trend is Trend.FLAT else "good" if effect.good else "bad"


def side_of(rng: random.Random, option: Option) -> Effect | None:
    """Another effect to be told beside the first; one that is bad is seldom left out."""
    told = [effect for effect in option.effects[1:] if rng.random() < _SIDE_CHANCES[kind_of(effect)]]
    return rng.choice([effect for effect in told if kind_of(effect) == "bad"] or told) if told else None


def least_repetitive(draw: Callable[[], str]) -> str:
    """A draft that says nothing twice, or of several draws the one that does so least."""
    best, fewest = "", math.inf
    for _ in range(_ATTEMPTS):
        text = draw()
        stems = [_ENDING.sub("", word) for word in _TOKEN.findall(text.lower()) if word not in _COMMON]
        repeated = len(stems) - len(set(stems))
        if repeated < fewest:
            best, fewest = text, repeated
        if not repeated:
            break
    return best


def overview(rng: random.Random, brief: Brief, option: Option) -> str:
    """The summary where there are options."""
    side = side_of(rng, option)
    # The facts, told first, often have the value before already.
    rules, items = words_of(brief, option, side, before=False)

    def say(text: Sequence[str]) -> str:
        return phrase(rng, text, rules, items)

    main = option.effects[0]
    if main.trend is Trend.FLAT or not main.good:
        return _of_length(brief.length, lambda: _plain(rng, brief, main, say))
    if brief.length is Length.BRIEF:
        bad = side is not None and kind_of(side) == "bad"
        fused = english_summary.BRIEF_ONWARD if brief.starting_point else english_summary.BRIEF_FUSED
        usual = english_summary.BRIEF + fused
        return say(english_summary.BRIEF_BAD if bad and rng.random() < 0.6 else usual)
    return _of_length(brief.length, lambda: _story(rng, brief, side, say))


def standstill(rng: random.Random, brief: Brief) -> str:
    """The summary where there is no option."""
    items = _facts(brief)
    unknown = Caveat.UNKNOWN in brief.caveats

    def say(text: Sequence[str]) -> str:
        return phrase(rng, text, {}, items)

    if brief.length is Length.BRIEF:
        return say(english_standstill.UNKNOWN_BRIEF if unknown else english_standstill.NOTHING_BRIEF)

    def draw() -> list[str]:
        parts = [_state(rng, brief, say), say(english_standstill.UNKNOWN if unknown else english_standstill.NOTHING)]
        if len(brief.facts) > 2 and rng.random() < 0.5:
            parts.insert(1, say(english_summary.MORE_FACT))
        if rng.random() < 0.4:
            parts.append(say(english_standstill.UNKNOWN_CLOSING if unknown else english_standstill.NOTHING_CLOSING))
        return parts

    return _of_length(brief.length, draw)


def _of_length(length: Length, draw: Callable[[], list[str]]) -> str:
    """Sentences, drawn until they are as many as the length asks for."""
    fewest, most = _SENTENCES[length]
    while True:
        text = " ".join(draw())
        if fewest <= len(_SENTENCE_END.findall(text)) <= most:
            return text


def _plain(rng: random.Random, brief: Brief, main: Effect, say: _Say) -> list[str]:
    core = say(english_summary.PLAIN[main.trend is Trend.FLAT])
    if brief.length is Length.BRIEF:
        return [core]
    parts = [_state(rng, brief, say), core]
    return [*parts, say(_more(brief))] if len(brief.options) > 1 else [*parts, say(english_summary.WEIGH)]


def _story(rng: random.Random, brief: Brief, side: Effect | None, say: _Say) -> list[str]:
    """Facts and the option that counts most, in one of several orders, then its other effect and what follows."""
    chance = rng.random()
    onward = english_summary.ONWARD_TONES[brief.audience] * 2 + english_summary.ONWARD
    if brief.starting_point:
        parts = [say((*english_summary.FACT, *english_summary.FACT_NUMBER)), say(onward)]
    elif chance < 0.2:
        fused = (*english_summary.FUSED, *_if_number(brief, 1, english_summary.FUSED_NUMBER))
        parts = [say(fused)]
    elif chance < 0.35:
        parts = [say(_options(brief.audience)), say(_basis(brief))]
    elif chance < 0.5:
        parts = [_state(rng, brief, say), say(english_summary.OPENED)]
    else:
        parts = [_state(rng, brief, say), say(_options(brief.audience))]
    detailed = brief.length is Length.DETAILED
    if detailed and len(brief.facts) > 2 and not brief.starting_point and chance >= 0.35 and rng.random() < 0.35:
        parts.insert(1, say(english_summary.MORE_FACT))
    if side is not None and (brief.starting_point or not 0.2 <= chance < 0.35) and rng.random() < 0.8:
        parts.append(say(english_summary.SIDES[kind_of(side)]))
    if len(brief.options) > 1 and rng.random() < (0.8 if detailed else 0.45):
        parts.append(say(_more(brief)))
    if detailed and len(brief.options) == 1 and rng.random() < 0.3:
        parts.append(say(english_summary.ALONE))
    return parts


def _state(rng: random.Random, brief: Brief, say: _Say) -> str:
    """How things are: one fact or two."""
    if len(brief.facts) < 2 or rng.random() < 0.5:
        return say((*english_summary.FACT, *_if_number(brief, 1, english_summary.FACT_NUMBER)))
    numbers = _if_number(brief, 2, english_summary.FACTS_NUMBER)
    first, second = brief.facts[:2]
    alike = english_summary.FACTS_ALIKE if numbers and first.label.plural == second.label.plural else ()
    return say((*english_summary.FACTS, *numbers, *alike))


def _basis(brief: Brief) -> Sequence[str]:
    return (*english_summary.BASIS, *_if_number(brief, 1, english_summary.BASIS_NUMBER))


def _options(audience: Audience) -> Sequence[str]:
    return english_summary.OPTION_TONES[audience] * 2 + english_summary.OPTION


def _more(brief: Brief) -> Sequence[str]:
    return english_summary.MORE_TONES[brief.audience] * 2 + english_summary.MORE


def _if_number(brief: Brief, count: int, phrases: Sequence[str]) -> Sequence[str]:
    """The phrases if that many facts have numbers; a name cannot stand "at" its value."""
    return phrases if all(fact.value.number is not None for fact in brief.facts[:count]) else ()


def _facts(brief: Brief) -> dict[str, Item]:
    start = brief.starting_point
    first = sorted(brief.facts, key=lambda fact: fact is not start)
    return {"S": brief.subject, **{f"F{i + 1}": fact for i, fact in enumerate(first)}}
