"""Moves briefs in from the contract's messages and advice out into them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from steward.advice.v1 import advice_pb2, brief_pb2
from steward.errors.v1 import reason_pb2
from steward.model.v1 import estimate_pb2
from steward.schema.v1 import options_pb2

from services.advice.adviser import Advice
from services.advice.brief import (
    FLAT_SHARE,
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
from services.advice.generation.port import ModelInfo
from services.advice.language.gender import feminine
from services.kit.errors import InvalidRequest, Violation

_AUDIENCES = {
    brief_pb2.AUDIENCE_UNSPECIFIED: Audience.OWNER,
    brief_pb2.AUDIENCE_OWNER: Audience.OWNER,
    brief_pb2.AUDIENCE_OPERATOR: Audience.OPERATOR,
    brief_pb2.AUDIENCE_EXPERT: Audience.EXPERT,
}
_LENGTHS = {
    brief_pb2.LENGTH_UNSPECIFIED: Length.USUAL,
    brief_pb2.LENGTH_BRIEF: Length.BRIEF,
    brief_pb2.LENGTH_USUAL: Length.USUAL,
    brief_pb2.LENGTH_DETAILED: Length.DETAILED,
}
_CAVEATS = {
    brief_pb2.CAVEAT_OUTSIDE_TRAINING_DOMAIN: Caveat.OUTSIDE,
    brief_pb2.CAVEAT_EDGE_OF_TRAINING_DOMAIN: Caveat.EDGE,
    brief_pb2.CAVEAT_WIDE_INTERVALS: Caveat.WIDE,
    brief_pb2.CAVEAT_UNMEASURED_INTERVALS: Caveat.UNMEASURED,
    brief_pb2.CAVEAT_COSTS_UNKNOWN: Caveat.COSTS,
    brief_pb2.CAVEAT_EFFECTS_NOT_ADDITIVE: Caveat.ADDITIVE,
    brief_pb2.CAVEAT_OPTIONS_UNKNOWN: Caveat.UNKNOWN,
}
_CONTRACT_CAVEATS = {caveat: number for number, caveat in _CAVEATS.items()}

MAX_FACTS = 5
"""Facts that the language model is told, the most important ones; more do not fit into a summary."""
MAX_CHANGES = 3
MAX_EFFECTS = 3


def brief(message: brief_pb2.Brief, path: str = "brief") -> Brief:
    """The brief of a message that keeps to the contract's rules.

    Raises:
        InvalidRequest: Ids are given twice, or a change's two values do not belong together.
    """
    _check_ids(message, path)
    spanish = message.language == "es"
    length = _LENGTHS[message.length]
    options = message.options[: OPTION_LIMITS[length]]
    return Brief(
        message.language or "en",
        _AUDIENCES[message.audience],
        length,
        Subject(_label(message.subject, spanish)),
        _facts(message.facts[:MAX_FACTS], "f", spanish),
        tuple(_option(option, f"o{i + 1}", spanish, f"{path}.options[{i}]") for i, option in enumerate(options)),
        tuple(_CAVEATS[caveat] for caveat in message.caveats),
    )


def _check_ids(message: brief_pb2.Brief, path: str) -> None:
    places = [(f"{path}.facts[{i}].id", fact.id) for i, fact in enumerate(message.facts)]
    for i, option in enumerate(message.options):
        at = f"{path}.options[{i}]"
        places.append((f"{at}.id", f"option {option.id}"))
        places += [(f"{at}.changes[{j}].id", change.id) for j, change in enumerate(option.changes)]
        places += [(f"{at}.effects[{j}].id", effect.id) for j, effect in enumerate(option.effects)]
        places += [(f"{at}.facts[{j}].id", fact.id) for j, fact in enumerate(option.facts)]
    seen: dict[str, str] = {}
    for place, id_ in places:
        if id_ in seen:
            raise _invalid(place, f"has the id of {seen[id_]}; give each its own, such as by the option's id before it")
        seen[id_] = place


def _option(message: brief_pb2.Option, alias: str, spanish: bool, path: str) -> Option:
    effects = tuple(
        _effect(effect, f"e{j + 1}", spanish, f"{path}.effects[{j}]")
        for j, effect in enumerate(message.effects[:MAX_EFFECTS])
    )
    if not effects[0].good:
        raise _invalid(
            f"{path}.effects[0]", "must be an improvement, or the option cannot be recommended; leave it out"
        )
    return Option(
        alias,
        message.id,
        tuple(
            _change(change, f"c{j + 1}", spanish, f"{path}.changes[{j}]")
            for j, change in enumerate(message.changes[:MAX_CHANGES])
        ),
        effects,
        _facts(message.facts, "g", spanish),
    )


def _change(message: brief_pb2.Change, alias: str, spanish: bool, path: str) -> Change:
    label = _label(message.label, spanish)
    if not message.HasField("before") and not message.HasField("after"):
        return Change(alias, message.id, label, Motion.REWORK)
    if message.before.WhichOneof("value") != message.after.WhichOneof("value"):
        raise _invalid(f"{path}.after", "must be of the kind of `before`: both numbers, both texts, or both unset")
    before, after = _value(message.before, message.unit), _value(message.after, message.unit)
    if before.number is None or after.number is None:
        motion = Motion.SWITCH
    else:
        motion = Motion.UP if after.number > before.number else Motion.DOWN
    if before == after:
        raise _invalid(f"{path}.after", "must differ from `before`; leave the change out")
    return Change(alias, message.id, label, motion, before, after)


def _effect(message: brief_pb2.Effect, alias: str, spanish: bool, path: str) -> Effect:
    change = message.after - message.before
    if not math.isfinite(change) or (message.before and not math.isfinite(change / message.before)):
        raise _invalid(f"{path}.after", "is too far from `before` to tell the difference; use another unit")
    _check_range(message, change, path)
    flat = abs(change) <= FLAT_SHARE * abs(message.before)
    return Effect(
        alias,
        message.id,
        _label(message.label, spanish),
        message.before,
        message.after,
        message.unit,
        good=not flat and (change > 0) == message.higher_is_better,
        bounds=(message.range.lower, message.range.upper) if message.HasField("range") else None,
    )


def _check_range(message: brief_pb2.Effect, change: float, path: str) -> None:
    lower, upper = message.range.lower, message.range.upper
    if lower > upper:
        raise _invalid(f"{path}.range", "must have `lower` at or below `upper`")
    if (lower > 0 and change < 0) or (upper < 0 and change > 0):
        raise _invalid(f"{path}.range", "must be of after minus before: it has the other sign than the change")


def _facts(messages: Sequence[brief_pb2.Fact], letter: str, spanish: bool) -> tuple[Fact, ...]:
    return tuple(
        Fact(f"{letter}{i + 1}", fact.id, _label(fact.label, spanish), _value(fact.value, fact.unit))
        for i, fact in enumerate(messages)
    )


def _value(message: brief_pb2.Value, unit: str) -> Value:
    return Value(text=message.text) if message.WhichOneof("value") == "text" else Value(message.number, unit=unit)


def _label(message: brief_pb2.Label, spanish: bool) -> Label:
    if message.gender == options_pb2.GENDER_UNSPECIFIED:
        return Label(message.text, spanish and feminine(message.text), message.plural)
    return Label(message.text, message.gender == options_pb2.GENDER_FEMININE, message.plural)


def _invalid(field: str, description: str) -> InvalidRequest:
    return InvalidRequest([Violation(field, reason_pb2.REASON_FIELD_INVALID, description)])


def advice_message(advice: Advice, model: ModelInfo) -> advice_pb2.Advice:
    """The advice as the contract has it."""
    return advice_pb2.Advice(
        language=advice.language,
        headline=advice.headline,
        summary=advice.summary,
        recommendations=[
            advice_pb2.Recommendation(
                option_id=said.option_id,
                text=said.text,
                reasons=[advice_pb2.Reason(fact_id=reason.fact_id, text=reason.text) for reason in said.reasons],
            )
            for said in advice.recommendations
        ],
        cautions=[advice_pb2.Caution(caveat=_CONTRACT_CAVEATS[caveat], text=text) for caveat, text in advice.cautions],
        citations=[
            advice_pb2.Citation(path=text.path, fact_id=quote.fact_id, quote=quote.text)
            for text in advice.texts
            for quote in text.quotes
        ],
        provenance=provenance(model),
    )


def provenance(model: ModelInfo) -> estimate_pb2.Provenance:
    """Where the words come from."""
    return estimate_pb2.Provenance(model=model.name, version=model.version, artifact_sha256=model.sha256)
