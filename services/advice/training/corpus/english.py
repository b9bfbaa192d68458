"""English drafts for briefs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from services.advice.brief import Audience, Brief, Caveat, Effect, Fact, Form, Option, Trend
from services.advice.training.corpus import (
    english_caution,
    english_headline,
    english_reason,
    english_recommendation,
    english_side,
)
from services.advice.training.corpus.english_plan import (
    kind_of,
    least_repetitive,
    overview,
    phrase,
    side_of,
    standstill,
    words_of,
)
from services.advice.training.corpus.english_words import effect_rules

_JOINED = 0.4
"""Share of side effects that are told in the sentence of the main effect."""


class English:
    """Words drafts in English."""

    def headline(self, rng: random.Random, brief: Brief) -> str:
        """One line without a full stop: what matters most."""
        if not brief.options:
            unknown = Caveat.UNKNOWN in brief.caveats
            text = english_headline.UNKNOWN if unknown else english_headline.NOTHING
            return phrase(rng, text, {}, {"S": brief.subject, "F1": brief.facts[0]})
        option = brief.options[0]
        rules, items = words_of(brief, option)
        return least_repetitive(lambda: phrase(rng, _headlines(option), rules, items))

    def summary(self, rng: random.Random, brief: Brief) -> str:
        """How things are and what can be done: one sentence if brief, two or three, three or four if detailed."""
        if not brief.options:
            return least_repetitive(lambda: standstill(rng, brief))
        return least_repetitive(lambda: overview(rng, brief, brief.options[0]))

    def recommendation(self, rng: random.Random, brief: Brief, option: Option) -> str:
        """What to do and what it brings: one or two sentences."""
        return least_repetitive(lambda: _recommendation(rng, brief, option))

    def reason(self, rng: random.Random, brief: Brief, option: Option, ground: Effect | Fact) -> str:
        """Why the option is worth it, resting on one of its grounds: one sentence that refers to that alone."""
        rules: dict[str, Sequence[str]] = {"it": english_reason.IT, "obj": english_reason.OBJECT}
        if isinstance(ground, Fact):
            number = ground.value.number is not None
            text = english_reason.FACT + (english_reason.FACT_NUMBER if number else ())
            return phrase(rng, text, rules, {"F": ground})
        rules |= effect_rules("E", ground, brief.audience)
        return phrase(rng, _reasons(ground, brief.audience), rules, {"E": ground})

    def caution(self, rng: random.Random, brief: Brief, caveat: Caveat) -> str:
        """What to be cautious about: one sentence."""
        rules = {"why": english_caution.WHYS[caveat], "then": english_caution.THENS[caveat]}
        text = english_caution.JOINED * 2 + english_caution.WHOLE[caveat]
        return phrase(rng, text, rules, {"S": brief.subject})


def _place(brief: Brief, option: Option) -> str:
    aliases = [each.alias for each in brief.options]
    if option.alias == aliases[0]:
        return "first"
    return "last" if len(aliases) > 2 and option.alias == aliases[-1] else "later"


def _recommendation(rng: random.Random, brief: Brief, option: Option) -> str:
    place = _place(brief, option)
    side = side_of(rng, option)
    rules, items = words_of(brief, option, side)
    rules = {
        **rules,
        "open": english_recommendation.OPENINGS[place],
        "lead": english_recommendation.LEADS[place],
        "step": english_recommendation.STEPS[place],
    }
    main = option.effects[0]
    if main.trend is Trend.FLAT or not main.good:
        return phrase(rng, english_recommendation.PLAIN[main.trend is Trend.FLAT], rules, items)
    single = _singles(main, brief.audience)
    if side is None:
        pairs = english_recommendation.PAIR_TONES[brief.audience] * 2 + english_recommendation.PAIRS
        return phrase(rng, single + pairs, rules, items)
    joined, apart = english_side.OF[kind_of(side)]
    if rng.random() < _JOINED:
        return phrase(rng, joined, rules, items)
    if side.good and side.trend is main.trend:
        apart += english_side.SAME
    return " ".join(phrase(rng, text, rules, items) for text in (single, apart))


def _headlines(option: Option) -> Sequence[str]:
    main, count = option.effects[0], len(option.changes)
    if main.trend is Trend.FLAT:
        return english_headline.FLAT
    if not main.good:
        return english_headline.WORSE
    own: Mapping[int, Sequence[str]] = {1: english_headline.ONE_CHANGE, 2: english_headline.TWO_CHANGES}
    return (*own.get(count, english_headline.MANY_CHANGES), *english_headline.ANY_CHANGES)


def _singles(main: Effect, audience: Audience) -> tuple[str, ...]:
    phrases = english_recommendation.SINGLE_TONES[audience] * 2 + english_recommendation.SINGLE
    ranged = audience is Audience.EXPERT and Form.RANGE in main.forms
    return phrases + english_recommendation.RANGED * 3 if ranged else phrases


def _reasons(effect: Effect, audience: Audience) -> Sequence[str]:
    if effect.trend is Trend.FLAT:
        return english_reason.FLAT
    if not effect.good:
        return english_reason.BAD
    phrases = english_reason.GOOD + english_reason.GOOD_TONES[audience] * 2
    ranged = audience is Audience.EXPERT and Form.RANGE in effect.forms
    return phrases + english_reason.RANGED * 3 if ranged else phrases


ENGLISH = English()
