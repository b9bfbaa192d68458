"""What the advice of the shipped model must hold to, over many random requests (E-5, E-13)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.advice.brief import Length
from services.advice.generation import Generator, generator_for
from services.advice.generation.factory import SHIPPED_MODEL
from services.advice.settings import AdviceSettings
from services.advice.training.corpus.areas import contract_areas
from services.advice.training.corpus.made_up import HELD_OUT, MADE_UP
from services.advice.training.evaluation.counting import constrained, requests, variety
from services.advice.usage import Usage

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]


@pytest.fixture
async def generator() -> AsyncIterator[Generator]:
    made = generator_for(AdviceSettings())
    await made.start()
    yield made
    await made.stop()


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0])
async def test_every_advice_is_valid_and_every_number_and_id_in_it_was_given(generator: Generator, temperature: float):
    areas = [*contract_areas(), *MADE_UP, HELD_OUT]
    briefs = list(requests(240, f"verify {temperature}", areas))
    tally = await constrained(generator, Usage.beside(SHIPPED_MODEL), briefs, temperature)
    assert tally.valid == tally.worded
    assert tally.numbers == tally.traceable_numbers > 1000
    assert tally.ids == tally.given_ids
    # What the model cannot word is withheld, and must stay the exception.
    assert sum(tally.refusals.values()) <= 0.01 * tally.requests


@pytest.mark.parametrize("language", ["en", "es"])
async def test_wordings_vary(generator: Generator, language: str):
    briefs = [brief for brief in requests(1000, "verify variety", contract_areas()) if brief.language == language]
    usual = [replace(brief, length=Length.USUAL, options=brief.options[:3]) for brief in briefs]
    found = await variety(generator, usual)
    assert found.requests == 500
    assert found.headlines >= 200
    assert found.summaries >= 200
