"""Spanish wording of advice."""

from __future__ import annotations

import random

from services.advice.brief import Brief, Caveat, Effect, Fact, Length, Option, Trend
from services.advice.training.corpus.spanish_actions import ACTION_RULES
from services.advice.training.corpus.spanish_cautions import CAUTION_RULES
from services.advice.training.corpus.spanish_caveats import CAVEAT_RULES
from services.advice.training.corpus.spanish_effects import effect_rules
from services.advice.training.corpus.spanish_headlines import HEADLINE_RULES
from services.advice.training.corpus.spanish_reasons import REASON_RULES
from services.advice.training.corpus.spanish_recommendations import RECOMMENDATION_RULES
from services.advice.training.corpus.spanish_sides import SIDE_RULES
from services.advice.training.corpus.spanish_summaries import SUMMARY_RULES
from services.advice.training.corpus.spanish_teller import Teller, drawn, option_scope, scope_of, tags_of
from services.advice.training.corpus.spanish_without_options import NO_OPTION_RULES

RULES = {
    **effect_rules(),
    **ACTION_RULES,
    **RECOMMENDATION_RULES,
    **SIDE_RULES,
    **REASON_RULES,
    **HEADLINE_RULES,
    **SUMMARY_RULES,
    **NO_OPTION_RULES,
    **CAUTION_RULES,
    **CAVEAT_RULES,
}
"""Every phrase, by the name and tags of its rule."""

_SENTENCES = {Length.BRIEF: (1, 1), Length.USUAL: (2, 3), Length.DETAILED: (3, 4)}
"""Least and most sentences of a summary."""


class Spanish:
    """The phrasebook of Spanish."""

    def __init__(self) -> None:
        self._teller = Teller(RULES)

    def headline(self, rng: random.Random, brief: Brief) -> str:
        """One line without a full stop: what matters most."""
        fact = brief.facts[0]
        if brief.options:
            scope = option_scope(brief, brief.options[0], {"option"}, S=brief.subject, F=fact)
        else:
            scope = scope_of(brief, {*tags_of(fact), _without_options(brief)}, S=brief.subject, F=fact)
        return drawn(lambda: self._teller.expand(rng, "titular", scope))

    def summary(self, rng: random.Random, brief: Brief) -> str:
        """How things are and what can be done: one sentence if brief, two or three, three or four if detailed."""
        least, most = _SENTENCES[brief.length]
        return drawn(lambda: self._summary(rng, brief), lambda text: least <= text.count(". ") + 1 <= most)

    def recommendation(self, rng: random.Random, brief: Brief, option: Option) -> str:
        """What to do and what it brings: one or two sentences."""
        return drawn(lambda: self._recommendation(rng, brief, option))

    def reason(self, rng: random.Random, brief: Brief, option: Option, ground: Effect | Fact) -> str:
        """Why the option is worth it, resting on one of its grounds: one sentence that refers to that alone."""
        scope = scope_of(brief).about(ground)
        return drawn(lambda: self._teller.expand(rng, "motivo", scope))

    def caution(self, rng: random.Random, brief: Brief, caveat: Caveat) -> str:
        """What to be cautious about: one sentence."""
        scope = scope_of(brief, {caveat.value}, S=brief.subject)
        return drawn(lambda: self._teller.expand(rng, "cautela", scope))

    def _recommendation(self, rng: random.Random, brief: Brief, option: Option) -> str:
        scope = option_scope(brief, option)
        text = self._teller.expand(rng, "consejo", scope)
        side = _side(rng, option)
        if side is None or rng.random() < (0.4 if side.good else 0.2):
            return f"{text}."
        if ". " in text or rng.random() < 0.5:
            return f"{text}{self._teller.expand(rng, 'cola', scope.about(side))}."
        return f"{text}. {self._teller.expand(rng, 'ademas', scope.about(side))}."

    def _summary(self, rng: random.Random, brief: Brief) -> str:
        first = brief.starting_point or brief.facts[0]
        rest = [fact for fact in brief.facts if fact is not first]
        second = rng.choice(rest) if rest else None
        side = _side(rng, brief.options[0]) if brief.options else None
        scope = scope_of(brief, tags_of(first), S=brief.subject, F=first)
        if brief.options:
            scope = option_scope(brief, brief.options[0], tags_of(first), S=brief.subject, F=first)
        sentences = []
        for rule in _plan(rng, brief, second, side):
            bound = scope
            if rule == "ademas" and side is not None:
                bound = scope.about(side)
            elif rule == "dato":
                bound = scope.about(second or first)
            elif rule == "dos_datos" and second is not None:
                numeric = {"nums"} if "num" in tags_of(first) & tags_of(second) else set()
                bound = scope_of(brief, numeric, S=brief.subject, F=first, G=second)
            text = self._teller.expand(rng, rule, bound)
            sentences.append(text if text.endswith(".") else f"{text}.")
        return " ".join(sentences)


def _plan(rng: random.Random, brief: Brief, second: Fact | None, side: Effect | None) -> list[str]:
    """The rules of a summary's sentences, in order."""
    if not brief.options:
        return _plan_without_options(rng, brief, second)
    onward = brief.starting_point and _improves(brief.options[0].effects[0])
    if brief.length is Length.BRIEF:
        return ["frase_seguida" if onward else "frase"]
    opening = ["dos_datos"] if second is not None and rng.random() < 0.4 else ["situacion"]
    if opening == ["situacion"] and second is not None and brief.length is Length.DETAILED and rng.random() < 0.5:
        opening.append("dato")
    most = 3 if brief.length is Length.USUAL else 4
    core = ["propuesta", "efecto"] if rng.random() < 0.35 else ["accion"]
    if onward:
        opening, core = ["situacion"], ["seguida"]
    plan = [*opening, *core]
    against = side is not None and not side.good and side.trend is not Trend.FLAT
    if side is not None and rng.random() < (0.8 if against else 0.4):
        plan.append("ademas")
    if len(brief.options) > 1 and rng.random() < 0.6:
        plan.append("mas")
    if brief.length is Length.DETAILED and len(plan) < 3:
        plan = [*opening, "propuesta", "efecto"]
    return plan[:most]


def _plan_without_options(rng: random.Random, brief: Brief, second: Fact | None) -> list[str]:
    closing = {"unknown": "sin_buscar", "none": "nada"}[_without_options(brief)]
    if brief.length is Length.BRIEF:
        return [f"frase_{closing}"]
    if brief.length is Length.USUAL:
        return ["dos_datos" if second is not None and rng.random() < 0.5 else "situacion", closing]
    return ["situacion", "dato", closing] if second is not None else ["situacion", closing, "remate"]


def _improves(effect: Effect) -> bool:
    return effect.good and effect.trend is not Trend.FLAT


def _without_options(brief: Brief) -> str:
    return "unknown" if Caveat.UNKNOWN in brief.caveats else "none"


def _side(rng: random.Random, option: Option) -> Effect | None:
    """Another effect to tell of: what speaks against the option comes first."""
    others = option.effects[1:]
    against = [effect for effect in others if not effect.good and effect.trend is not Trend.FLAT]
    return rng.choice(against or others) if others else None


SPANISH = Spanish()
"""The phrasebook."""
