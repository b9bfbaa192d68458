"""Samples that the language model is trained on: prompts and the answers to them, drawn from tasks by weight."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from services.advice.brief import Brief, Option
from services.advice.prompt import COMPACT, compact_prompt, notated, restated
from services.advice.training.corpus.areas import Area, contract_areas
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.english import ENGLISH
from services.advice.training.corpus.made_up import MADE_UP
from services.advice.training.corpus.phrasebook import Phrasebook
from services.advice.training.corpus.spanish import SPANISH

_ATTEMPTS = 6
"""How often a text is drawn before it may begin like an earlier one of the same answer."""
_FIRST_EFFECT_WEIGHT = 0.4
"""Against 1 for other grounds of a reason: what the first effect is, the recommendation has told already."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A prompt and the answer that the model is to give."""

    prompt: str
    answer: str
    """Compact JSON, exactly as the grammar of such an answer admits it."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that the model learns to do."""

    weight: float
    """Share of the samples, against the other tasks' weights."""
    draw: Callable[[random.Random], Sample]


_FORCED = re.compile(r'"(?:optionId|items|caveat)":"([^"]*)"')


def forced_spans(answer: str) -> Iterator[tuple[int, int]]:
    """Start and end of what the grammar leaves no choice about in an answer, and no prompt tells."""
    for match in _FORCED.finditer(answer):
        yield match.span(1)


def samples(seed: str, tasks: Mapping[str, Task] | None = None) -> Iterator[Sample]:
    """Endless samples of the tasks, `TASKS` by default; the same seed gives the same ones."""
    chosen = list((TASKS if tasks is None else tasks).values())
    weights = [task.weight for task in chosen]
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    while True:
        yield rng.choices(chosen, weights)[0].draw(rng)


def drafting(phrasebooks: Mapping[str, Phrasebook], areas: Sequence[Area]) -> Callable[[random.Random], Sample]:
    """Draws of random briefs of the areas, with drafts for them in the languages of the phrasebooks."""
    languages = sorted(phrasebooks)

    def draw(rng: random.Random) -> Sample:
        language = rng.choice(languages)
        brief = notated(random_brief(rng, language, rng.choice(areas)), COMPACT)
        return Sample(compact_prompt(brief), draft(rng, brief, phrasebooks[language]))

    return draw


def draft(rng: random.Random, brief: Brief, phrasebook: Phrasebook) -> str:
    """An advice for the brief, without values, as compact JSON.

    In lower case: sentences get their capitals when values are put in, so a model need not learn each word twice.
    """
    openings: set[tuple[str, ...]] = set()
    content = {
        "headline": phrasebook.headline(rng, brief).lower(),
        "summary": phrasebook.summary(rng, brief).lower(),
        "recommendations": [_recommendation(rng, brief, option, phrasebook, openings) for option in brief.options],
        "cautions": [
            {"caveat": caveat.value, "text": phrasebook.caution(rng, brief, caveat).lower()} for caveat in brief.caveats
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _recommendation(
    rng: random.Random, brief: Brief, option: Option, phrasebook: Phrasebook, openings: set[tuple[str, ...]]
) -> dict[str, object]:
    text = _unlike(openings, partial(phrasebook.recommendation, rng, brief, option))
    grounds = {ground.alias: ground for ground in option.grounds}
    reasons = []
    for _ in range(brief.reasons_for(option)):
        weights = [_FIRST_EFFECT_WEIGHT if alias == option.effects[0].alias else 1.0 for alias in grounds]
        ground = grounds.pop(rng.choices(list(grounds), weights)[0])
        words = _unlike(openings, partial(phrasebook.reason, rng, brief, option, ground))
        reasons.append({"factId": ground.alias, "text": words})
    return {"optionId": option.alias, "items": restated(brief, option), "text": text, "reasons": reasons}


def _unlike(openings: set[tuple[str, ...]], draw: Callable[[], str]) -> str:
    """A text that begins with three words that no earlier one began with, if a few draws find one."""
    for _ in range(_ATTEMPTS):
        text = draw().lower()
        opening = tuple(text.split()[:3])
        if opening not in openings:
            break
    openings.add(opening)
    return text


_AREAS = (*contract_areas(), *MADE_UP)
TASKS: Mapping[str, Task] = {
    "advice": Task(weight=1.0, draw=drafting({"en": ENGLISH, "es": SPANISH}, _AREAS)),
}
"""Everything that the model is for, by name; more tasks share its vocabulary and its training."""
