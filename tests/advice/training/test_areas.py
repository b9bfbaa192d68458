"""What the corpus is about."""

from __future__ import annotations

import random
import re

import pytest

from services.advice.training.corpus.areas import Area, Noun, contract_areas, noun
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.made_up import HELD_OUT, MADE_UP

AREAS = (*contract_areas(), *MADE_UP, HELD_OUT)
# Nouns whose gender their ending does not tell.
IRREGULAR = {"aroma", "sistema", "programa", "clase", "fuente", "día", "días", "base", "mano"}


def nouns(area: Area) -> tuple[Noun, ...]:
    return (*area.subjects, *area.states, *area.levers, *area.outcomes, *area.extras)


@pytest.fixture(params=AREAS, ids=lambda area: area.name)
def area(request: pytest.FixtureRequest) -> Area:
    return request.param


def test_the_contracts_give_an_area_with_their_own_words():
    (energy,) = [area for area in contract_areas() if area.name == "steward.energy.v1.Building"]
    assert [(outcome.en.text, outcome.es.text, outcome.unit) for outcome in energy.outcomes] == [
        ("heating load", "carga de calefacción", "kW.h/m2"),
        ("cooling load", "carga de refrigeración", "kW.h/m2"),
        ("total load", "carga total", "kW.h/m2"),
    ]
    assert all(outcome.es.feminine and not outcome.higher_is_better for outcome in energy.outcomes)


def test_joint_levers_of_a_contract_take_the_place_of_their_fields():
    levers = {lever.en.text: lever for lever in contract_areas()[0].levers}
    assert levers.keys() == {"orientation", "glazing ratio", "glazing distribution", "shape of the building"}
    assert levers["shape of the building"].composite
    assert ("north", "norte") in levers["orientation"].values
    assert not levers["glazing ratio"].values


def test_the_area_that_is_held_out_is_not_trained_on():
    assert len(MADE_UP) >= 12
    assert HELD_OUT.name not in {area.name for area in MADE_UP}


def test_a_noun_says_its_gender_and_number_in_front():
    assert noun("running hours*", "fp:horas", "h") == noun("running hours*", "fp:horas", "h")
    hours = noun("running hours*", "fp:horas", "h")
    assert (hours.en.text, hours.en.plural, hours.en.feminine) == ("running hours", True, False)
    assert (hours.es.text, hours.es.plural, hours.es.feminine) == ("horas", True, True)


def test_an_area_has_all_kinds_of_levers_and_outcomes(area: Area):
    assert any(lever.composite for lever in area.levers)
    assert any(lever.values for lever in area.levers)
    assert any(not lever.composite and not lever.values for lever in area.levers)
    assert any(not outcome.higher_is_better for outcome in area.outcomes)
    assert len(area.extras) >= 2


def test_labels_are_noun_phrases_without_article_that_requests_may_have(area: Area):
    for each in nouns(area):
        for label in (each.en, each.es):
            assert re.fullmatch(r"[a-záéíóúñü][a-záéíóúñü -]{0,78}[a-záéíóúñü]", label.text), label
            assert label.text.split()[0] not in {"the", "a", "an", "el", "la", "los", "las", "un", "una"}
        assert re.fullmatch(r"[!-~]{0,32}", each.unit)


def test_spanish_nouns_have_the_gender_and_number_of_their_ending(area: Area):
    for each in nouns(area):
        head = each.es.text.split()[0]
        assert each.es.plural == (head.endswith("s")), head
        if head not in IRREGULAR and re.search(r"(a|as|ción|ciones|dad|dades)$", head):
            assert each.es.feminine, head
        if head not in IRREGULAR and re.search(r"(o|os|aje|ajes|or|ores)$", head):
            assert not each.es.feminine, head


def test_named_values_differ_in_both_languages(area: Area):
    for each in nouns(area):
        english, spanish = {pair[0] for pair in each.values}, {pair[1] for pair in each.values}
        assert len(english) == len(spanish) == len(each.values)
        assert len(each.values) != 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_any_brief_can_be_made_of_an_area(area: Area, language: str):
    rng = random.Random(1)
    briefs = [random_brief(rng, language, area) for _ in range(60)]
    assert {len(brief.options) for brief in briefs} >= {0, 1, 3}
    assert all(brief.facts for brief in briefs)
