"""What an analysis has to say is derived from the contract's words (E-10, E-12)."""

from __future__ import annotations

from typing import Any

import pytest
from steward.advice.v1 import brief_pb2
from steward.energy.v1 import loads_pb2
from steward.model.v1 import estimate_pb2, measure_pb2
from steward.schema.v1 import options_pb2

from gateway.analysis.brief import Findings, brief_of
from tests.builders import building

INTERVAL = estimate_pb2.Interval(lower=-6, upper=-4, level=0.9)


def prediction(width: float = 1.0, level: float = 0.9, **overrides: Any) -> loads_pb2.LoadPrediction:
    def estimate(value: float) -> estimate_pb2.Estimate:
        interval = estimate_pb2.Interval(lower=value - width / 2, upper=value + width / 2, level=level)
        return estimate_pb2.Estimate(value=value, interval=interval)

    return loads_pb2.LoadPrediction(
        heating_load_kwh_m2=estimate(25),
        cooling_load_kwh_m2=estimate(30),
        total_load_kwh_m2=estimate(55),
        applicability=estimate_pb2.Applicability(domain=overrides.get("domain", estimate_pb2.DOMAIN_INSIDE)),
    )


def measure(lever: str = "glazing_ratio", before: Any = 0.4, after: Any = 0.1, **overrides: Any) -> measure_pb2.Measure:
    def value(given: Any) -> measure_pb2.FieldValue:
        return measure_pb2.FieldValue(name=given) if isinstance(given, str) else measure_pb2.FieldValue(number=given)

    change = measure_pb2.FieldChange(field=lever, before=value(before), after=value(after))
    effects = [
        measure_pb2.Effect(output=output, before=20, after=15, change=-5, interval=INTERVAL)
        for output in ("heating_load_kwh_m2", "cooling_load_kwh_m2", "total_load_kwh_m2")
    ]
    return measure_pb2.Measure(
        id=f"{lever}={after}",
        changes=[measure_pb2.LeverChange(lever=lever, fields=[change])],
        effects=effects,
        **overrides,
    )


def brief(measures: list[measure_pb2.Measure] | None = None, language: str = "en", **overrides: Any) -> brief_pb2.Brief:
    findings: dict[str, Any] = {"objective": "", "currency": "EUR", "prediction": prediction(), **overrides}
    return brief_of(Findings(subject=building(), measures=measures, **findings), language)


def test_facts_are_the_predicted_outputs_the_one_that_counts_most_first():
    facts = brief([]).facts
    assert [fact.label.text for fact in facts] == ["total load", "heating load", "cooling load"]
    assert (facts[0].value.number, facts[0].unit) == (55, "kW.h/m2")
    assert brief([], objective="cooling_load_kwh_m2").facts[0].label.text == "cooling load"


def test_labels_are_in_the_language_with_their_gender():
    made = brief([measure()], "es")
    assert (made.subject.text, made.subject.gender) == ("edificio", options_pb2.GENDER_MASCULINE)
    change = made.options[0].changes[0].label
    assert (change.text, change.gender) == ("proporción acristalada", options_pb2.GENDER_FEMININE)


def test_values_of_enums_have_their_words():
    made = brief([measure("orientation", "ORIENTATION_NORTH", "ORIENTATION_SOUTH")], "es")
    change = made.options[0].changes[0]
    assert (change.before.text, change.after.text, change.unit) == ("norte", "sur", "")


def test_a_joint_lever_is_named_without_values():
    made = brief([measure("shape", 0.7, 0.9)])
    change = made.options[0].changes[0]
    assert change.label.text == "shape of the building"
    assert not change.HasField("before")


def test_of_measures_with_the_same_levers_only_the_best_is_advised():
    made = brief(
        [measure(after=0.1), measure(after=0.25), measure("orientation", "ORIENTATION_NORTH", "ORIENTATION_SOUTH")]
    )
    assert [option.id for option in made.options] == ["glazing_ratio=0.1", "orientation=ORIENTATION_SOUTH"]


def test_measures_that_change_next_to_nothing_are_not_advised():
    faint = measure()
    for effect in faint.effects:
        effect.change, effect.after = -0.001, 19.999
    assert not brief([faint]).options


def test_effects_come_with_their_range_where_one_was_measured():
    unmeasured = measure()
    unmeasured.effects[2].interval.level = 0
    effects = brief([unmeasured]).options[0].effects
    assert [effect.label.text for effect in effects] == ["total load", "heating load", "cooling load"]
    assert not effects[0].HasField("range")
    assert (effects[1].range.lower, effects[1].range.upper) == (-6, -4)


def test_money_is_among_an_options_facts():
    saving = measure_pb2.Saving(
        currency_code="EUR",
        annual_amount=estimate_pb2.Estimate(value=310),
        investment_amount=2500,
        payback_years=8.1,
    )
    facts = brief([measure(saving=saving)]).options[0].facts
    assert [(fact.label.text, fact.value.number, fact.unit) for fact in facts] == [
        ("annual saving", 310, "EUR"),
        ("investment", 2500, "EUR"),
        ("payback time", 8.1, "a"),
    ]


@pytest.mark.parametrize(
    ("overrides", "caveats"),
    [
        ({}, []),
        ({"prediction": prediction(domain=estimate_pb2.DOMAIN_EDGE)}, [brief_pb2.CAVEAT_EDGE_OF_TRAINING_DOMAIN]),
        ({"prediction": prediction(domain=estimate_pb2.DOMAIN_OUTSIDE)}, [brief_pb2.CAVEAT_OUTSIDE_TRAINING_DOMAIN]),
        ({"prediction": prediction(width=40)}, [brief_pb2.CAVEAT_WIDE_INTERVALS]),
        ({"prediction": prediction(level=0)}, [brief_pb2.CAVEAT_UNMEASURED_INTERVALS]),
        ({"currency": ""}, [brief_pb2.CAVEAT_COSTS_UNKNOWN]),
    ],
)
def test_what_needs_caution_is_said(overrides: dict[str, Any], caveats: list[brief_pb2.Caveat.ValueType]):
    assert list(brief([measure()], **overrides).caveats) == caveats


def test_measures_that_are_not_known_are_not_told_as_none():
    assert brief_pb2.CAVEAT_OPTIONS_UNKNOWN in brief(None).caveats
    assert brief_pb2.CAVEAT_OPTIONS_UNKNOWN not in brief([]).caveats
