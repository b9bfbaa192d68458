"""Words an advice: has a draft generated, checks every text of it, renders those that hold, and has the rest redone."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pydantic_core

from services.advice.brief import Brief, Caveat
from services.advice.draft import Passage, draft_schema, passages
from services.advice.errors import WordingRefused
from services.advice.generation.errors import ModelBroken, PromptTooLong
from services.advice.generation.port import DEFAULT_TEMPERATURE, End, Generator, ModelInfo, StopReason, Task
from services.advice.language import LANGUAGES
from services.advice.language.base import Finding, Language
from services.advice.prompt import messages, notated
from services.advice.rendering import Quote, render
from services.advice.usage import Usage

_log = logging.getLogger(__name__)

ATTEMPTS = 16
"""Texts that are had for a draft in all; each attempt starts at the first text that broke a check."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How words are chosen."""

    temperature: float = DEFAULT_TEMPERATURE
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an advice."""

    path: str
    """Path within the advice, such as "recommendations[0].text"."""
    text: str
    quotes: tuple[Quote, ...]
    """The values in it, in their order."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an option is recommended."""

    fact_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An option in words."""

    option_id: str
    text: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A whole advice."""

    language: str
    headline: str
    summary: str
    recommendations: tuple[Recommendation, ...]
    cautions: tuple[tuple[Caveat, str], ...]
    texts: tuple[Text, ...]
    """All its texts, in their order."""


class Adviser:
    """Words advice with a language model.

    Args:
        generator: The language model.
        usage: Which words may stand next to each other; None if that is not known of the model.
        attempts: Most drafts that are begun for an advice.
    """

    def __init__(self, generator: Generator, usage: Usage | None = None, attempts: int = ATTEMPTS) -> None:
        self._generator = generator
        self._usage = usage
        self._attempts = attempts

    async def word(
        self, brief: Brief, sampling: Sampling | None = None, deadline: float | None = None
    ) -> AsyncGenerator[Text | Advice]:
        """The texts of an advice as they come, then the whole.

        Args:
            brief: What the advice is about.
            sampling: How words are chosen.
            deadline: When to give up, in the event loop's time; None for never.

        Raises:
            WordingRefused: No attempt brought a text that holds.
            DomainError: The language model cannot be had.
        """
        prompt_format = self._generator.info.prompt_format
        wording = _Wording(notated(brief, prompt_format), prompt_format, sampling or Sampling(), self._usage)
        for attempt in range(self._attempts):
            task = wording.task(attempt)
            pieces = self._generator.generate(task, deadline)
            try:
                async for piece in pieces:
                    if isinstance(piece, End):
                        if piece.stop_reason is not StopReason.COMPLETE:
                            raise _too_small(self._generator.info)
                        continue
                    for text in wording.add(piece):
                        yield text
                    if wording.finding:
                        break
            except PromptTooLong:
                raise _too_small(self._generator.info) from None
            finally:
                await pieces.aclose()
            if not wording.finding:
                yield wording.advice()
                return
        assert wording.finding
        path = wording.broken.path if wording.broken else "advice"
        raise WordingRefused(path, wording.finding.check, self._attempts)


@dataclass(slots=True)
class _Wording:
    """An advice while it is worded."""

    brief: Brief
    prompt_format: str
    sampling: Sampling
    usage: Usage | None
    pins: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    finding: Finding | None = None
    """What made the present draft be given up."""
    broken: Passage | None = None
    _buffer: str = ""

    def task(self, attempt: int) -> Task:
        """The task of the next attempt, which keeps to the texts that hold."""
        self._buffer, self.finding, self.broken = "", None, None
        schema = draft_schema(self.brief, LANGUAGES[self.brief.language], self.pins, self.prompt_format)
        seed = self.sampling.seed
        return Task(
            messages=messages(self.brief, self.prompt_format),
            schema=json.dumps(schema, ensure_ascii=False),
            # At temperature 0 an attempt would repeat the one before it.
            temperature=max(self.sampling.temperature, 0.5) if attempt else self.sampling.temperature,
            seed=None if seed is None else (seed + attempt) % 2**32,
        )

    def add(self, piece: str) -> list[Text]:
        """The texts that are complete with this piece and hold; `finding` is set at the first that does not."""
        self._buffer += piece
        if '"' not in piece and "}" not in piece:
            return []
        try:
            # What trails is not complete yet, and is left out.
            found = list(passages(self.brief, pydantic_core.from_json(self._buffer, allow_partial=True)))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self.finding = Finding("form", str(error))
            return []
        new = []
        for passage in found:
            if passage.path in self.texts:
                continue
            rendered = self._checked(passage)
            if rendered is None:
                break
            new.append(rendered)
        return new

    def _checked(self, passage: Passage) -> Text | None:
        language = LANGUAGES[self.brief.language]
        findings = self._findings(passage, language)
        if findings:
            self.finding, self.broken = findings[0], passage
            _log.info(
                "a text broke a check",
                extra={"path": passage.path, "check": findings[0].check, "detail": findings[0].detail},
            )
            return None
        self.pins[passage.path] = passage.draft
        if ".reasons[" in passage.path:
            reason = passage.path.removesuffix(".text")
            self.pins[f"{reason}.factId"] = next(iter(passage.items))
        rendered = render(passage.draft, passage.items, language)
        text = Text(passage.path, rendered.text, rendered.quotes)
        self.texts[passage.path] = text
        return text

    def _findings(self, passage: Passage, language: Language) -> list[Finding]:
        if not passage.fits(language):
            return [Finding("form", "it is not what the schema admits")]
        return [
            *language.findings(passage.draft, passage.items, sentences=passage.sentences),
            *self._repetitions(passage),
            *(self.usage.findings(passage.draft, self.brief.language) if self.usage else ()),
        ]

    def _repetitions(self, passage: Passage) -> list[Finding]:
        if any(passage.draft == self.pins[path] for path in self.texts if _same_option(path, passage.path)):
            return [Finding("repetition", "another text says the same")]
        if ".reasons[" not in passage.path:
            return []
        siblings = passage.path.rpartition(".reasons[")[0] + ".reasons["
        cited = next(iter(passage.items))
        if any(self.pins[path] == cited for path in self.pins if path.startswith(siblings) and path.endswith("factId")):
            return [Finding("repetition", f"another reason rests on {cited}")]
        return []

    def advice(self) -> Advice:
        """The advice, once every text of it holds."""
        said = {path: text.text for path, text in self.texts.items()}
        recommendations = []
        for i, option in enumerate(self.brief.options):
            path = f"recommendations[{i}]"
            items = self.brief.scopes[option.alias]
            reasons = (
                Reason(items[self.pins[f"{path}.reasons[{j}].factId"]].id, said[f"{path}.reasons[{j}].text"])
                for j in range(self.brief.reasons_for(option))
            )
            recommendations.append(Recommendation(option.id, said[f"{path}.text"], tuple(reasons)))
        return Advice(
            self.brief.language,
            said["headline"],
            said["summary"],
            tuple(recommendations),
            tuple((caveat, said[f"cautions[{k}].text"]) for k, caveat in enumerate(self.brief.caveats)),
            tuple(self.texts.values()),
        )


def _too_small(model: ModelInfo) -> ModelBroken:
    return ModelBroken(
        f"The context of {model.name} is too small for this advice; ask for a shorter length, send fewer facts and "
        "options, or configure another model with STEWARD_ADVICE_MODEL.",
        model=model.name,
    )


def _same_option(path: str, other: str) -> bool:
    return path.partition("].")[0] == other.partition("].")[0]
