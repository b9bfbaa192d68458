"""The evaluation as a page: every request is a made-up brief, of contracts' areas and of invented ones alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from services.advice.adviser import Advice, Sampling
from services.advice.brief import Audience, Brief, Length
from services.advice.generation import Generator
from services.advice.training.corpus.areas import Area, contract_areas
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.made_up import HELD_OUT, MADE_UP
from services.advice.training.evaluation.counting import constrained, requests, unconstrained, variety, word
from services.advice.usage import Usage

TEMPERATURES = (0.0, 0.7, 1.0)


async def report(generator: Generator, usage: Usage | None, count: int) -> str:
    """The whole evaluation.

    Args:
        generator: The language model, started.
        usage: Which words may stand next to each other; None if that is not known of the model.
        count: Number of requests as they are served; an eighth as many are made without a grammar, per
            temperature.
    """
    areas = [*contract_areas(), *MADE_UP, HELD_OUT]
    lines = [_HEAD.format(model=generator.info.name, version=generator.info.version)]
    lines += await _served(generator, usage, areas, count)
    lines += await _bare(generator, areas, count // 8)
    lines += await _variety(generator)
    for language in ("en", "es"):
        lines += await _samples(generator, usage, language)
    return "\n".join(lines) + "\n"


_HEAD = """# Advice: evaluation of {model} {version}

Made by `make eval-advice`; seeds are fixed. Requests are made-up briefs of the contracts' areas and of invented ones
alike; one invented area was never seen in training. What is served is counted by rules that are not the service's own.
"""


async def _served(generator: Generator, usage: Usage | None, areas: Sequence[Area], count: int) -> list[str]:
    lines = [
        "## As it is served",
        "",
        "| temperature | areas | requests | worded | valid | numbers traced | ids given | drafts begun | refused |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    contract = areas[: -len(MADE_UP) - 1]
    groups = (("contracts'", contract), ("invented, trained on", MADE_UP), ("invented, never seen", [HELD_OUT]))
    for temperature in TEMPERATURES:
        for name, chosen in groups:
            share = count // len(TEMPERATURES) // len(groups)
            briefs = list(requests(share, f"served {temperature} {name}", list(chosen)))
            tally = await constrained(generator, usage, briefs, temperature)
            lines.append(
                f"| {temperature:g} | {name} | {tally.requests} | {_share(tally.worded, tally.requests)} "
                f"| {_share(tally.valid, tally.worded)} | {tally.traceable_numbers} of {tally.numbers} "
                f"| {tally.given_ids} of {tally.ids} | {tally.attempts / max(tally.worded, 1):.3f} "
                f"| {', '.join(f'{n} {check}' for check, n in tally.refusals.items()) or 'none'} |"
            )
    return [*lines, ""]


async def _bare(generator: Generator, areas: Sequence[Area], count: int) -> list[str]:
    lines = [
        "## The same model without a grammar and without checks",
        "",
        "| temperature | requests | JSON | fits the schema | every reference given, no numeral | breaks no check |",
        "|---|---|---|---|---|---|",
    ]
    for temperature in TEMPERATURES:
        briefs = list(requests(count, f"bare {temperature}", list(areas)))
        shares = await unconstrained(generator, briefs, temperature)
        cells = " | ".join(f"{shares[name]:.1%}" for name in ("json", "valid", "grounded", "clean"))
        lines.append(f"| {temperature:g} | {count} | {cells} |")
    return [*lines, ""]


async def _variety(generator: Generator) -> list[str]:
    lines = [
        "## Variety",
        "",
        "Wordings for the contracts' areas at the usual length and temperature, before names and values are put in.",
        "",
        "| language | requests | headlines | summaries | commonest headline | commonest opening of a recommendation |",
        "|---|---|---|---|---|---|",
    ]
    for language in ("en", "es"):
        briefs = [usual(brief) for brief in _of_language(language, 500, contract_areas(), "variety")]
        found = await variety(generator, briefs)
        lines.append(
            f"| {language} | {found.requests} | {found.headlines} | {found.summaries} "
            f"| {found.commonest_headline:.1%} | {found.commonest_opening:.1%} |"
        )
    return [*lines, ""]


async def _samples(generator: Generator, usage: Usage | None, language: str) -> list[str]:
    title = {"en": "English", "es": "Spanish"}[language]
    lines = [f"## Twenty samples, {title}", ""]
    areas = [*contract_areas(), *MADE_UP, HELD_OUT]
    for number, brief in enumerate(_of_language(language, 20, areas, "samples")):
        asked = replace(brief, audience=list(Audience)[number % 3])
        advice, _ = await word(generator, usage, asked, Sampling(0.7, number))
        lines += [f"**{number + 1}.** *{asked.subject.label.text}, {asked.audience}, {asked.length}*", ""]
        if not isinstance(advice, Advice):
            lines += [f"Refused: {advice}", ""]
            continue
        lines += [f"> **{advice.headline}**", ">", f"> {advice.summary}"]
        for said in advice.recommendations:
            lines += [">", f"> - {said.text} {' '.join(f'*{reason.text}*' for reason in said.reasons)}"]
        lines += [line for _, text in advice.cautions for line in (">", f"> {text}")]
        lines.append("")
    return lines


def _of_language(language: str, count: int, areas: Sequence[Area], seed: str) -> list[Brief]:
    rng = random.Random(f"{seed} {language}")  # noqa: S311 - nothing secret
    return [random_brief(rng, language, areas[number % len(areas)]) for number in range(count)]


def usual(brief: Brief) -> Brief:
    """The brief at the usual length."""
    return replace(brief, length=Length.USUAL, options=brief.options[:3])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "-"
