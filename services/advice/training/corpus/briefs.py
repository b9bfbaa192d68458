"""Made-up briefs: every combination of what can be known, over the contracts' own labels and made-up ones."""

from __future__ import annotations

import random

from services.advice.brief import (
    OPTION_LIMITS,
    Audience,
    Brief,
    Caveat,
    Change,
    Effect,
    Fact,
    Label,
    Length,
    Motion,
    Option,
    Subject,
    Value,
)
from services.advice.training.corpus.areas import Area, Noun

_MOST_FACTS = 5
_OUTCOMES_TOLD = 0.4
"""Share of briefs whose facts begin with what options are for."""


def random_brief(rng: random.Random, language: str, area: Area) -> Brief:
    """A brief of the area in the language."""
    length = rng.choices(list(Length), weights=(2, 5, 3))[0]
    outcomes = rng.sample(area.outcomes, k=min(len(area.outcomes), rng.choice((1, 2, 2, 3, 3))))
    count = rng.choice((0, 1, 1, 2, 3, 3, 3, 4, 5))
    options = [_option(rng, language, area, outcomes, f"o{number + 1}") for number in range(count)]
    facts = tuple(
        Fact(f"f{i + 1}", f"fact-{i + 1}", _label(noun, language), _value(rng, noun, language))
        for i, noun in enumerate(_states(rng, area, outcomes))
    )
    caveats: list[Caveat] = [caveat for caveat in Caveat if rng.random() < 0.15 and caveat is not Caveat.UNKNOWN]
    if not options and rng.random() < 0.5:
        caveats.append(Caveat.UNKNOWN)
    return Brief(
        language,
        rng.choice(list(Audience)),
        length,
        Subject(_label(rng.choice(area.subjects), language)),
        facts,
        tuple(options[: OPTION_LIMITS[length]]),
        tuple(caveats),
    )


def _states(rng: random.Random, area: Area, outcomes: list[Noun]) -> list[Noun]:
    """What is told of how things are; often that is how what options are for is before."""
    states = rng.sample(area.states, k=rng.randint(1, min(_MOST_FACTS, len(area.states))))
    if rng.random() >= _OUTCOMES_TOLD:
        return states
    told = outcomes[: rng.randint(1, len(outcomes))]
    return [*told, *(state for state in states[1:] if state not in told)][:_MOST_FACTS]


def _option(rng: random.Random, language: str, area: Area, outcomes: list[Noun], alias: str) -> Option:
    levers = rng.sample(area.levers, k=rng.choice((1, 1, 1, 2, 2, 3)) if len(area.levers) > 2 else 1)
    changes = tuple(_change(rng, noun, language, f"c{i + 1}") for i, noun in enumerate(levers))
    effects = tuple(_effect(rng, noun, language, f"e{i + 1}", first=i == 0) for i, noun in enumerate(outcomes))
    known = rng.sample(area.extras, k=rng.choice((0, 0, 0, 1, 2))) if area.extras else []
    facts = tuple(
        Fact(f"g{i + 1}", f"g{i + 1}", _label(noun, language), _value(rng, noun, language))
        for i, noun in enumerate(known)
    )
    return Option(alias, alias, changes, effects, facts)


def _change(rng: random.Random, noun: Noun, language: str, alias: str) -> Change:
    label = _label(noun, language)
    if noun.composite:
        return Change(alias, alias, label, Motion.REWORK)
    if noun.values:
        before, after = (Value(text=pair[language == "es"]) for pair in rng.sample(noun.values, k=2))
        return Change(alias, alias, label, Motion.SWITCH, before, after)
    low, high = sorted((_number(rng), _number(rng)))
    motion = rng.choice((Motion.UP, Motion.DOWN))
    ends = (low, high + 1) if motion is Motion.UP else (high + 1, low)
    return Change(alias, alias, label, motion, *(Value(number=end, unit=noun.unit) for end in ends))


def _effect(rng: random.Random, noun: Noun, language: str, alias: str, *, first: bool) -> Effect:
    before = _number(rng) + 1
    share = rng.choice((rng.uniform(0.002, 0.05), rng.uniform(0.05, 0.2), rng.uniform(0.2, 0.9)))
    # The first effect is what options are ranked by, so it goes the right way.
    falls = (not noun.higher_is_better) if first or rng.random() < 0.65 else noun.higher_is_better
    if not first and rng.random() < 0.06:
        share = 0.0
    change = -share * before if falls else share * before
    bounds = None
    if share and rng.random() < 0.6:
        half = abs(change) * rng.uniform(0.05, 1.3 if not first else 0.9)
        bounds = (change - half, change + half)
    return Effect(
        alias,
        alias,
        _label(noun, language),
        before,
        before + change,
        noun.unit,
        good=bool(share) and falls != noun.higher_is_better,
        bounds=bounds,
    )


def _value(rng: random.Random, noun: Noun, language: str) -> Value:
    if noun.values:
        return Value(text=rng.choice(noun.values)[language == "es"])
    return Value(number=_number(rng), unit=noun.unit)


def _number(rng: random.Random) -> float:
    return round(10 ** rng.uniform(-1, 4), rng.randint(0, 2))


def _label(noun: Noun, language: str) -> Label:
    return noun.es if language == "es" else noun.en
