"""What is counted over many requests, by rules that are not the checks that the service applies.

Numerals are held against quotes, quotes against facts, and ids against the brief.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from services.advice.adviser import Advice, Adviser, Sampling
from services.advice.brief import REFERENCE, Brief
from services.advice.draft import draft_schema, passages
from services.advice.errors import WordingRefused
from services.advice.generation.json_schema import violation
from services.advice.generation.port import End, Generator, ModelInfo, Task
from services.advice.language import LANGUAGES
from services.advice.prompt import messages, notated
from services.advice.rendering import render
from services.advice.training.corpus.areas import Area
from services.advice.training.corpus.briefs import random_brief
from services.advice.usage import Usage

_NUMERAL = re.compile(r"\d[\d.,\u00a0]*")


@dataclass(slots=True)
class Tally:
    """What is counted over many requests."""

    requests: int = 0
    worded: int = 0
    valid: int = 0
    numbers: int = 0
    traceable_numbers: int = 0
    ids: int = 0
    given_ids: int = 0
    attempts: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    def add(self, brief: Brief, advice: Advice, attempts: int) -> None:
        """Counts an advice."""
        self.worded += 1
        self.attempts += attempts
        self.valid += _has_all_parts(brief, advice)
        for number_given in _numbers(brief, advice):
            self.numbers += 1
            self.traceable_numbers += number_given
        known = {option.id: {ground.id for ground in option.grounds} for option in brief.options}
        for said in advice.recommendations:
            ids = [
                said.option_id in known,
                *(reason.fact_id in known.get(said.option_id, ()) for reason in said.reasons),
            ]
            self.ids += len(ids)
            self.given_ids += sum(ids)


def _has_all_parts(brief: Brief, advice: Advice) -> bool:
    recommended = [said.option_id for said in advice.recommendations]
    reasons = [len(said.reasons) for said in advice.recommendations]
    wanted = [brief.reasons_for(option) for option in brief.options]
    cautioned = [caveat for caveat, _ in advice.cautions]
    texts = [text.text for text in advice.texts]
    return (
        recommended == [option.id for option in brief.options]
        and reasons == wanted
        and cautioned == list(brief.caveats)
        and all(text.strip() and not re.search(r"[{}\"\\]", text) for text in texts)
    )


def _numbers(brief: Brief, advice: Advice) -> Iterator[bool]:
    """Whether each numeral in the texts is one of a quoted value of the brief."""
    language = LANGUAGES[brief.language]
    values: dict[str, set[str]] = {}
    for items in brief.scopes.values():
        for item in items.values():
            for form in item.forms:
                shown = render(f"{{{item.alias}.{form}}}", {item.alias: item}, language)
                values.setdefault(item.id, set()).update(quote.text.lower() for quote in shown.quotes)
    names = [item.label.text for items in brief.scopes.values() for item in items.values()]
    for text in advice.texts:
        left = text.text
        for quote in text.quotes:
            # A value at the start of a sentence has a capital.
            start = left.find(quote.text)
            known = quote.text.lower() in values.get(quote.fact_id, ()) and start >= 0
            for _ in _NUMERAL.findall(quote.text):
                yield known
            left = left[:start] + left[start + len(quote.text) :] if start >= 0 else left
        for name in names:
            left = left.replace(name, "")
        for _ in _NUMERAL.findall(left):
            yield False


class _Counting:
    """A generator that counts how often it was asked."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.asked = 0

    @property
    def info(self) -> ModelInfo:
        return self._generator.info

    def ready(self) -> str:
        return self._generator.ready()

    async def start(self) -> None:
        await self._generator.start()

    async def stop(self) -> None:
        await self._generator.stop()

    def generate(self, task: Task, deadline: float | None = None) -> AsyncGenerator[str | End, None]:
        self.asked += 1
        return self._generator.generate(task, deadline)


def requests(count: int, seed: str, areas: Sequence[Area]) -> Iterator[Brief]:
    """Random briefs, in both languages by turns."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    for number in range(count):
        yield random_brief(rng, ("en", "es")[number % 2], areas[number % len(areas)])


async def word(generator: Generator, usage: Usage | None, brief: Brief, sampling: Sampling) -> tuple[Advice | str, int]:
    """The advice, or the check that every attempt broke, and the number of attempts."""
    counting = _Counting(generator)
    try:
        async with aclosing(Adviser(counting, usage).word(brief, sampling)) as events:
            async for event in events:
                if isinstance(event, Advice):
                    return event, counting.asked
    except WordingRefused as refused:
        return refused.metadata["check"], counting.asked
    raise AssertionError("an advice ends with the whole of it")


async def constrained(generator: Generator, usage: Usage | None, briefs: Sequence[Brief], temperature: float) -> Tally:
    """Advice as it is served."""
    tally = Tally()

    async def one(number: int, brief: Brief) -> None:
        tally.requests += 1
        advice, attempts = await word(generator, usage, brief, Sampling(temperature, number))
        if isinstance(advice, Advice):
            tally.add(brief, advice, attempts)
        else:
            tally.refusals[advice] += 1

    await _all(one, briefs)
    return tally


async def unconstrained(generator: Generator, briefs: Sequence[Brief], temperature: float) -> Mapping[str, float]:
    """Shares of texts of the same model, without a schema, that are JSON, fit the schema, are grounded, hold."""
    counts: Counter[str] = Counter()

    async def one(number: int, brief: Brief) -> None:
        brief = notated(brief, generator.info.prompt_format)
        task = Task(messages(brief, generator.info.prompt_format), "", 1500, temperature, seed=number)
        text = "".join([piece async for piece in generator.generate(task, None) if isinstance(piece, str)])
        language = LANGUAGES[brief.language]
        try:
            draft = json.loads(text)
            counts["json"] += 1
            found = list(passages(brief, draft))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if violation(draft_schema(brief, language, {}, generator.info.prompt_format), text) is None:
            counts["valid"] += 1
        counts["grounded"] += all(_grounded(passage.draft, passage.items) for passage in found)
        counts["clean"] += not any(
            language.findings(passage.draft, passage.items, sentences=passage.sentences) for passage in found
        )

    await _all(one, briefs)
    return {name: counts[name] / len(briefs) for name in ("json", "valid", "grounded", "clean")}


def _grounded(draft: str, items: Mapping[str, Any]) -> bool:
    references = REFERENCE.findall(draft)
    known = all(alias in items and form in items[alias].forms for alias, form in references)
    return known and not re.search(r"[\d{}]", REFERENCE.sub("", draft))


async def _all(one: Callable[[int, Brief], Awaitable[None]], briefs: Sequence[Brief]) -> None:
    # As many at a time as there are workers, with the next one waiting.
    gate = asyncio.Semaphore(4)

    async def gated(number: int, brief: Brief) -> None:
        async with gate:
            await one(number, brief)

    async with asyncio.TaskGroup() as group:
        for number, brief in enumerate(briefs):
            group.create_task(gated(number, brief))


@dataclass(slots=True)
class Variety:
    """How much wordings of one situation differ."""

    requests: int
    headlines: int
    """Distinct ones, values and names apart."""
    summaries: int
    commonest_headline: float
    """Share of the commonest one."""
    commonest_opening: float
    """Share of the commonest first three words of a recommendation."""


async def variety(generator: Generator, briefs: Sequence[Brief], temperature: float = 0.7) -> Variety:
    """Distinct wordings, compared before names and values are put in."""
    headlines: Counter[str] = Counter()
    summaries: Counter[str] = Counter()
    openings: Counter[str] = Counter()

    async def one(number: int, brief: Brief) -> None:
        prompt_format = generator.info.prompt_format
        brief = notated(brief, prompt_format)
        schema = draft_schema(brief, LANGUAGES[brief.language], {}, prompt_format)
        task = Task(
            messages(brief, prompt_format), json.dumps(schema, ensure_ascii=False), temperature=temperature, seed=number
        )
        text = "".join([piece async for piece in generator.generate(task, None) if isinstance(piece, str)])
        draft = json.loads(text)
        headlines[draft["headline"]] += 1
        summaries[draft["summary"]] += 1
        openings.update(" ".join(said["text"].split()[:3]) for said in draft["recommendations"])

    await _all(one, briefs)
    total = len(briefs)
    return Variety(
        total,
        len(headlines),
        len(summaries),
        headlines.most_common(1)[0][1] / total,
        openings.most_common(1)[0][1] / sum(openings.values()),
    )
