"""The evaluation counts by rules of its own, and sees what the service's checks would let pass (E-5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from services.advice.adviser import Advice, Adviser
from services.advice.brief import Brief
from services.advice.rendering import Quote
from services.advice.training.corpus.areas import contract_areas
from services.advice.training.evaluation.counting import Tally, requests, unconstrained, variety
from services.advice.training.evaluation.report import report
from tests.advice.scripted import Scripted
from tests.advice.test_adviser import BRIEF, GOOD, said


async def worded() -> Advice:
    *_, advice = [event async for event in Adviser(Scripted(said())).word(BRIEF)]
    assert isinstance(advice, Advice)
    return advice


def tally(advice: Advice, made: Brief = BRIEF) -> Tally:
    counted = Tally()
    counted.add(made, advice, 1)
    return counted


def with_text(advice: Advice, path: str, text: str, *quotes: Quote) -> Advice:
    texts = [replace(each, text=text, quotes=quotes) if each.path == path else each for each in advice.texts]
    return replace(advice, texts=tuple(texts))


async def test_an_advice_that_holds_counts_as_such():
    counted = tally(await worded())
    assert counted.valid == 1
    assert counted.numbers == counted.traceable_numbers > 3
    assert counted.ids == counted.given_ids == 2


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("It falls by 99.", ()),
        ("It falls by 99 kWh/m².", (Quote("option-1/heating", "99 kWh/m²"),)),
        ("It falls by 5.2\u00a0kWh/m².", (Quote("option-1/glazing", "5.2\u00a0kWh/m²"),)),
    ],
)
async def test_a_number_that_is_no_fact_is_counted_as_untraceable(text: str, quotes: tuple[Quote, ...]):
    counted = tally(with_text(await worded(), "summary", text, *quotes))
    assert counted.traceable_numbers < counted.numbers


async def test_what_is_missing_or_foreign_is_counted():
    advice = await worded()
    assert tally(replace(advice, recommendations=())).valid == 0
    foreign = replace(advice.recommendations[0], option_id="other")
    counted = tally(replace(advice, recommendations=(foreign,)))
    assert counted.valid == 0
    assert counted.given_ids < counted.ids
    assert tally(with_text(advice, "summary", "A {brace} is left.")).valid == 0


async def test_without_a_grammar_each_way_to_fail_is_told_apart():
    ungrounded = said(headline="it falls by {e9.change}")
    numeral = said(headline="it falls by 5")
    wrong_parts = json.dumps({**GOOD, "recommendations": []})
    shares = await unconstrained(
        Scripted(said(), ungrounded, numeral, wrong_parts, "no JSON"), [BRIEF] * 5, temperature=0.7
    )
    assert shares["json"] == pytest.approx(4 / 5)
    assert shares["valid"] == pytest.approx(1 / 5)
    assert shares["grounded"] == pytest.approx(2 / 5)


async def test_variety_is_counted_before_values_are_put_in():
    found = await variety(Scripted(said(), said(), said(headline="start with {c1.name}")), [BRIEF] * 3)
    assert (found.headlines, found.summaries) == (2, 1)
    assert found.commonest_headline == pytest.approx(2 / 3)


def test_requests_are_the_same_each_time_and_in_both_languages():
    made = list(requests(10, "x", contract_areas()))
    assert made == list(requests(10, "x", contract_areas()))
    assert {each.language for each in made} == {"en", "es"}


class Fluent(Scripted):
    """Answers every task with the least text that its schema admits."""

    def __init__(self) -> None:
        super().__init__()

    async def generate(self, task: Any, deadline: float | None = None) -> Any:
        self._texts = [json.dumps(_least(json.loads(task.schema)), separators=(",", ":")) if task.schema else "{}"]
        async for piece in super().generate(task, deadline):
            yield piece


def _least(schema: dict[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _least(schema["anyOf"][0])
    if schema["type"] == "object":
        return {name: _least(part) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return [_least(part) for part in schema["prefixItems"]]
    return "a" + ("." if schema["pattern"].endswith("\\.$") else "")


async def test_the_report_has_every_part():
    page = await report(Fluent(), None, 9)
    for title in (
        "As it is served",
        "without a grammar",
        "Variety",
        "Twenty samples, English",
        "Twenty samples, Spanish",
    ):
        assert title in page
