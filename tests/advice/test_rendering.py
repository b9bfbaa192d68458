"""Drafts become texts whose every value is quoted from a fact (E-13)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.advice import convert
from services.advice.language import LANGUAGES
from services.advice.rendering import Rendered, render
from tests.advice.briefs import brief, brief_message_with, change, effect, option

NBSP = "\u00a0"


def rendered(draft: str, language: str = "en", scope: str = "o1") -> Rendered:
    made = brief(language)
    return render(draft, made.scopes[scope], LANGUAGES[language])


def test_references_become_names_and_values():
    text = rendered("lower {c1.name} from {c1.before} to {c1.after}. {e1.name} falls by {e1.change}.").text
    assert text == f"Lower the glazing ratio from 0.4 to 0.1. The heating load falls by 5.2{NBSP}kWh/m²."


def test_spanish_contracts_articles_and_uses_its_own_separators():
    text = rendered("cambio de {s.name}: {e1.name} baja un {e1.percent}, de {e1.before} a {e1.after}.", "es").text
    assert text == (
        f"Cambio del edificio: la carga de calefacción baja un 21{NBSP}%, de 25,3{NBSP}kWh/m² a 20,1{NBSP}kWh/m²."
    )


def test_the_range_of_a_fall_is_told_without_signs():
    assert rendered("It falls {e1.range}.").text == f"It falls between 4.3 and 6.1{NBSP}kWh/m²."


@pytest.mark.parametrize(
    ("language", "points"), [("en", f"5{NBSP}percentage points"), ("es", f"5{NBSP}puntos porcentuales")]
)
def test_a_difference_of_percentages_is_not_told_as_a_percentage(language: str, points: str):
    effects = [effect("e", before=25.0, after=20.0, unit="%")]
    made = convert.brief(brief_message_with([option("a", effects=effects)]))
    assert render("{e1.change}", made.scopes["o1"], LANGUAGES[language]).text == points


def test_each_value_is_quoted_from_its_fact_and_names_are_not():
    quotes = rendered("{e1.name} falls from {e1.before} to {e1.after} with {c1.after}.").quotes
    assert [(quote.fact_id, quote.text) for quote in quotes] == [
        ("option-1/heating", f"25.3{NBSP}kWh/m²"),
        ("option-1/heating", f"20.1{NBSP}kWh/m²"),
        ("option-1/glazing", "0.1"),
    ]


@pytest.mark.parametrize("draft", ["{e9.change}", "{e1.value}", "{f1.change}"])
def test_what_is_not_there_cannot_be_referred_to(draft: str):
    with pytest.raises(KeyError):
        rendered(draft, scope="")


@given(
    before=st.floats(0.001, 1e6),
    share=st.floats(0.001, 0.999),
    language=st.sampled_from(["en", "es"]),
)
def test_ends_and_change_are_shown_with_digits_that_fit_to_each_other(before: float, share: float, language: str):
    after = before * (1 - share)
    made = convert.brief(brief_message_with([option("a", effects=[effect("e", before=before, after=after, unit="1")])]))
    text = render("{e1.before} {e1.after} {e1.change}", made.scopes["o1"], LANGUAGES[language]).text
    grouping, decimal = (",", ".") if language == "en" else (".", ",")
    shown = [float(number.replace(grouping, "").replace(decimal, ".")) for number in text.split()]
    decimals = max(len(number.partition(decimal)[2]) for number in text.split())
    assert abs(shown[0] - shown[1] - shown[2]) <= 1.01 * 10**-decimals
    assert abs(shown[2] - (before - after)) <= 0.51 * 10**-decimals


def test_a_name_of_a_value_is_shown_as_it_was_given():
    changed = option("a", changes=[change("c", "orientation", 'north "N" ☃', "south")])
    made = convert.brief(brief_message_with([changed]))
    assert render("from {c1.before} to {c1.after}", made.scopes["o1"], LANGUAGES["en"]).text == (
        'From north "N" ☃ to south'
    )


@pytest.mark.parametrize("value", ["very  high", "St. mary", "de el sur", "norte y ida. sur"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_sentence_does_to_its_words_it_does_not_do_to_values(language: str, value: str):
    changed = option("a", changes=[change("c", "x", "low", value)])
    made = convert.brief(brief_message_with([changed]))
    result = render("it goes to {c1.after} now.", made.scopes["o1"], LANGUAGES[language])
    assert result.quotes[0].text == value
    assert value in result.text


@pytest.mark.parametrize(
    ("before", "after", "unit"),
    [(100.2, 100.4, "mm"), (20.01, 20.04, "mm"), (1000.4, 999.6, "EUR"), (0.004, 0.001, "EUR")],
)
def test_values_that_differ_are_shown_to_differ(before: float, after: float, unit: str):
    changed = option("a", changes=[change("c", "x", before, after, unit)], effects=[effect("e", before=9.0, after=8.0)])
    made = convert.brief(brief_message_with([changed]))
    first, second = (
        quote.text for quote in render("{c1.before} {c1.after}", made.scopes["o1"], LANGUAGES["en"]).quotes
    )
    assert first != second
    low, high = sorted((before, after))
    effects = [effect("e", before=high, after=low, unit=unit)]
    made = convert.brief(brief_message_with([option("a", effects=effects)]))
    first, second = (
        quote.text for quote in render("{e1.before} {e1.after}", made.scopes["o1"], LANGUAGES["en"]).quotes
    )
    assert first != second


def test_no_value_is_left_out_of_the_quotes():
    made = rendered("{e1.before} {e1.after} {e1.change} {e1.percent} {e1.range} {c1.before} {c1.after}")
    left = made.text
    for quote in made.quotes:
        left = left.replace(quote.text, "", 1)
    assert not re.search(r"\d", left)
