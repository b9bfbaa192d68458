"""Every text is checked before it leaves; what breaks a check is worded again (E-4, E-5, E-6, E-13)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.advice.adviser import Advice, Adviser, Sampling, Text
from services.advice.errors import WordingRefused
from services.advice.generation.errors import ModelBroken, PromptTooLong
from services.advice.generation.port import StopReason
from tests.advice.briefs import brief
from tests.advice.scripted import Scripted

BRIEF = brief(options=1)
GOOD = {
    "headline": "less of {c1.name} brings {e1.name} down",
    "summary": "At present {f1.name} is {f1.value}. Lowering {c1.name} brings it down to {e1.after}.",
    "recommendations": [
        {
            "optionId": "o1",
            "text": "Lower {c1.name} from {c1.before} to {c1.after}; {e1.name} then falls by {e1.change}.",
            "reasons": [{"factId": "e2", "text": "The price of it is that {e2.name} rises by {e2.change}."}],
        }
    ],
    "cautions": [
        {"caveat": "edge", "text": "Little is known of cases like {s.name}, so take the estimates with care."}
    ],
}


def said(**overrides: Any) -> str:
    return json.dumps({**GOOD, **overrides}, ensure_ascii=False, separators=(",", ":"))


async def word(generator: Scripted, **sampling: Any) -> list[Text | Advice]:
    return [event async for event in Adviser(generator).word(BRIEF, Sampling(**sampling))]


async def test_texts_come_in_order_and_then_the_whole():
    *texts, advice = await word(Scripted(said()))
    assert [text.path for text in texts if isinstance(text, Text)] == [
        "headline",
        "summary",
        "recommendations[0].text",
        "recommendations[0].reasons[0].text",
        "cautions[0].text",
    ]
    assert isinstance(advice, Advice)
    assert advice.headline == "Less of the glazing ratio brings the heating load down"
    assert advice.recommendations[0].option_id == "option-1"
    assert advice.recommendations[0].reasons[0].fact_id == "option-1/cooling"
    assert advice.texts == tuple(texts)


@pytest.mark.parametrize(
    ("bad", "check"),
    [
        ("Lower {c1.name}, and {e1.name} rises by {e1.change}.", "direction"),
        ("Lower {c1.name} by half.", "numeral"),
        ("Baje {c1.name} para que la carga caiga con los cambios.", "language"),
        ("Lower the {c1.name} to {c1.after}.", "sentence"),
    ],
)
async def test_a_text_that_breaks_a_check_is_worded_again_and_never_sent(bad: str, check: str):
    broken = [{**GOOD["recommendations"][0], "text": bad}]
    generator = Scripted(said(recommendations=broken), said())
    *_, advice = await word(generator, seed=5)
    assert isinstance(advice, Advice)
    assert advice.recommendations[0].text.startswith("Lower the glazing ratio from 0.4 to 0.1; ")
    assert generator.closed_early == 1  # nothing is generated after the text that broke
    first, second = generator.tasks
    assert '"const": "less of {c1.name} brings' not in first.schema
    assert '"const": "less of {c1.name} brings' in second.schema  # what holds is kept
    assert (first.seed, second.seed) == (5, 6)


async def test_texts_that_hold_are_not_sent_twice():
    broken = [{**GOOD["recommendations"][0], "text": "It falls by half."}]
    events = await word(Scripted(said(recommendations=broken), said()))
    paths = [event.path for event in events if isinstance(event, Text)]
    assert len(paths) == len(set(paths)) == 5


async def test_what_breaks_a_check_at_every_attempt_is_withheld_with_its_name():
    generator = Scripted(*[said(headline="it falls by half")] * 3)
    with pytest.raises(WordingRefused) as caught:
        [event async for event in Adviser(generator, attempts=3).word(BRIEF)]
    assert caught.value.metadata == {"path": "headline", "check": "numeral", "attempts": "3"}


async def test_a_second_attempt_at_temperature_zero_does_not_repeat_the_first():
    generator = Scripted(said(headline="it falls by half"), said())
    await word(generator, temperature=0.0)
    assert [task.temperature for task in generator.tasks] == [0.0, 0.5]


@pytest.mark.parametrize(
    "rubbish",
    [
        'Sure! Here is "your" advice',
        "```json\n{}\n```",
        '["a","b"]',
        '{"headline":5,"summary":""}',
        said(headline="<script>alert()</script>"),
        said(headline="it pays back \u2462 times"),
        said(headline="a" * 5000),
        said(headline="it falls by {zz.name}"),
        said(summary="It falls by {e1.value}."),
        said(recommendations=["a"]),
        said(recommendations=[{**GOOD["recommendations"][0], "optionId": "o2"}]),
        said(recommendations=[{**GOOD["recommendations"][0], "reasons": [{"factId": "zz", "text": "x."}]}]),
        said(cautions=[{"caveat": "wide", "text": "Take care."}]),
    ],
)
async def test_what_an_endpoint_says_against_its_schema_never_leaves(rubbish: str):
    *texts, advice = await word(Scripted(rubbish, said()))
    assert isinstance(advice, Advice)
    clean = await word(Scripted(said()))
    assert [*texts, advice] == clean
    with pytest.raises(WordingRefused) as caught:
        [event async for event in Adviser(Scripted(rubbish, rubbish), attempts=2).word(BRIEF)]
    assert caught.value.metadata["check"] == "form"


async def test_an_advice_that_does_not_fit_into_the_context_fails():
    with pytest.raises(ModelBroken, match="context"):
        await word(Scripted(said()[:200], stop_reason=StopReason.LENGTH))
    with pytest.raises(ModelBroken, match="context"):
        await word(Scripted(PromptTooLong("It is too long.")))


async def test_two_texts_of_an_option_do_not_say_the_same():
    same = GOOD["recommendations"][0]["reasons"][0]["text"]
    twice = [{**GOOD["recommendations"][0], "text": same}]
    other = [{**twice[0], "reasons": [{"factId": "e1", "text": "It brings {e1.name} down by {e1.change}."}]}]
    generator = Scripted(said(recommendations=twice), said(recommendations=other))
    *_, advice = await word(generator)
    assert isinstance(advice, Advice)
    assert len(generator.tasks) == 2
