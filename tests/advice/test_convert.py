"""Briefs come in as they were sent, or with a named field refused (E-9, E-13)."""

from __future__ import annotations

import pytest
from steward.advice.v1 import brief_pb2 as pb

from services.advice import convert
from services.advice.brief import Audience, Caveat, Length, Motion, Trend
from services.kit.errors import InvalidRequest
from tests.advice.briefs import brief, brief_message, brief_message_with, change, effect, fact, label, option


def refused(message: pb.Brief) -> str:
    with pytest.raises(InvalidRequest) as caught:
        convert.brief(message)
    return caught.value.violations[0].field


def test_what_is_not_said_has_its_default():
    made = brief("en", language="")
    assert (made.language, made.audience, made.length) == ("en", Audience.OWNER, Length.USUAL)
    assert made.caveats == (Caveat.EDGE,)


@pytest.mark.parametrize(("length", "count"), [(pb.LENGTH_BRIEF, 1), (pb.LENGTH_USUAL, 3), (pb.LENGTH_DETAILED, 5)])
def test_the_length_decides_how_many_options_are_recommended_in_their_order(length: pb.Length.ValueType, count: int):
    made = brief(options=8, length=length)
    assert [said.id for said in made.options] == [f"option-{i + 1}" for i in range(count)]


@pytest.mark.parametrize(
    ("before", "after", "motion"),
    [
        (0.4, 0.1, Motion.DOWN),
        (0.1, 0.4, Motion.UP),
        ("north", "south", Motion.SWITCH),
        (None, None, Motion.REWORK),
    ],
)
def test_a_change_moves_as_its_values_do(before: object, after: object, motion: Motion):
    made = convert.brief(brief_message_with([option("a", changes=[change("c", "x", before, after)])]))
    assert made.options[0].changes[0].motion is motion


def test_an_effect_that_does_not_move_is_flat_and_not_good():
    effects = [effect("e1"), effect("e2", before=10.0, after=10.004)]
    made = convert.brief(brief_message_with([option("a", effects=effects)]))
    assert made.options[0].effects[1].trend is Trend.FLAT
    assert not made.options[0].effects[1].good


def test_higher_can_be_better():
    effects = [effect("e1", before=10.0, after=12.0, higher_is_better=True)]
    made = convert.brief(brief_message_with([option("a", effects=effects)]))
    assert made.options[0].effects[0].good


def test_an_option_that_does_not_improve_what_counts_most_is_refused():
    bad = [option("a", effects=[effect("e1", before=10.0, after=12.0)])]
    assert refused(brief_message_with(bad)) == "brief.options[0].effects[0]"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (brief_message(facts=[fact("a"), fact("a")]), "brief.facts[1].id"),
        (brief_message_with([option("a"), option("a")]), "brief.options[1].id"),
        (brief_message_with([option("a", effects=[effect("x"), effect("x")])]), "brief.options[0].effects[1].id"),
        (brief_message_with([option("a", changes=[change("heating")])]), "brief.options[0].changes[0].id"),
        (
            brief_message_with([option("a", changes=[change("c", "x", 1.0, "two")])]),
            "brief.options[0].changes[0].after",
        ),
        (brief_message_with([option("a", changes=[change("c", "x", 1.0, None)])]), "brief.options[0].changes[0].after"),
        (brief_message_with([option("a", changes=[change("c", "x", 1.0, 1.0)])]), "brief.options[0].changes[0].after"),
        *(
            (
                brief_message_with(
                    [option("a", effects=[effect("e", before=10, after=5, range=pb.ChangeRange(lower=a, upper=b))])]
                ),
                "brief.options[0].effects[0].range",
            )
            for a, b in ((4, 6), (5, -3))
        ),
        (
            brief_message_with([option("a", effects=[effect("e", before=1e308, after=-1e308)])]),
            "brief.options[0].effects[0].after",
        ),
        (
            brief_message_with([option("a", effects=[effect("e", before=5e-324, after=-1e300)])]),
            "brief.options[0].effects[0].after",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(message: pb.Brief, field: str):
    assert refused(message) == field


@pytest.mark.parametrize(
    ("text", "feminine"),
    [
        ("carga de calefacción", True),
        ("coste anual", False),
        ("presión del aceite", True),
        ("caudal", False),
        ("vibración", True),
        ("humedad del suelo", True),
        ("sistema de riego", False),
        ("horas de marcha", True),
        ("problemas abiertos", False),
        ("día de siembra", False),
        ("altitud", True),
        ("costumbre", True),
    ],
)
def test_the_gender_of_a_spanish_label_is_taken_from_its_ending(text: str, feminine: bool):
    made = brief("es", facts=[pb.Fact(id="a", label=label(text), value=pb.Value(number=1.0))])
    assert made.facts[0].label.feminine == feminine


def test_only_the_facts_that_fit_into_a_summary_are_worded():
    made = brief(facts=[fact(f"f{i}") for i in range(32)])
    assert [said.id for said in made.facts] == ["f0", "f1", "f2", "f3", "f4"]
