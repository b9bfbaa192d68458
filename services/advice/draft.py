"""The draft: what the language model writes, and the schema that it can only write within.

A draft is an `Advice` in JSON whose texts have references instead of names and values. The schema is made per request,
so that an option cannot be left out, recommended twice or invented, a text can refer to nothing but its own option, and
no text can have a numeral; every text is bounded, so that no token limit can cut the JSON off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.advice.brief import Brief, Form, Item, Length, Option
from services.advice.language.base import Language
from services.advice.prompt import COMPACT, restated

_SUMMARY_LIMITS = {Length.BRIEF: 180, Length.USUAL: 340, Length.DETAILED: 340}
_LIMITS = {"headline": 90, "text": 270, "reason": 130, "caution": 190}
"""Most characters of a text, a reference counted as one; a third more than the longest of 3,000 of the corpus."""

Pins = Mapping[str, Any]
"""What is settled already, by path: the schema then admits nothing else there."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a draft."""

    path: str
    """Path within the advice, such as "recommendations[0].reasons[1].text"."""
    draft: str
    items: Mapping[str, Item]
    """What it may refer to, by alias."""
    limit: int
    """Most characters, a reference counted as one."""
    sentences: bool = True
    """Whether it is made of whole sentences."""

    def fits(self, language: Language) -> bool:
        """Whether it is a text as the schema admits it: not every endpoint keeps to the schema that it is sent."""
        text: object = self.draft
        pattern = _text(language.letters, self.items, self.limit, whole=self.sentences)["pattern"]
        return isinstance(text, str) and re.fullmatch(pattern[1:-1], text) is not None


def draft_schema(brief: Brief, language: Language, pins: Pins, prompt_format: str = "") -> dict[str, Any]:
    """The JSON Schema of the draft.

    Args:
        brief: What the advice is about, with the aliases of the notation.
        language: The language that it is in.
        pins: Texts and ids that are settled.
        prompt_format: The notation that the model was trained on.
    """
    letters = language.letters

    def text(path: str, scope: str, limit: int, *, whole: bool = True) -> dict[str, Any]:
        return {"const": pins[path]} if path in pins else _text(letters, brief.scopes[scope], limit, whole=whole)

    def recommendation(index: int, option: Option) -> dict[str, Any]:
        path = f"recommendations[{index}]"
        numbers = range(brief.reasons_for(option))
        reasons = (_reason(letters, option, pins, f"{path}.reasons[{number}]") for number in numbers)
        # Costs next to nothing, as the model has no choice about it.
        items = {"items": {"const": restated(brief, option)}} if prompt_format == COMPACT else {}
        return _object(
            optionId={"const": option.alias},
            **items,
            text=text(f"{path}.text", option.alias, _LIMITS["text"]),
            reasons=_tuple(*reasons),
        )

    subject = {brief.subject.alias: brief.subject}
    cautions = (
        _object(
            caveat={"const": caveat.value},
            text={"const": pins[path]}
            if (path := f"cautions[{index}].text") in pins
            else _text(letters, subject, _LIMITS["caution"]),
        )
        for index, caveat in enumerate(brief.caveats)
    )
    return _object(
        headline=text("headline", "", _LIMITS["headline"], whole=False),
        summary=text("summary", "", _SUMMARY_LIMITS[brief.length]),
        recommendations=_tuple(*(recommendation(i, option) for i, option in enumerate(brief.options))),
        cautions=_tuple(*cautions),
    )


def passages(brief: Brief, draft: Mapping[str, Any]) -> Iterator[Passage]:
    """The texts of a draft that are complete so far, in their order.

    Args:
        brief: What the advice is about.
        draft: The draft, or what has come of it without a text that is not complete.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: The draft is not of the form that the schema gives it.
    """
    if "headline" in draft:
        yield Passage("headline", draft["headline"], brief.scopes[""], _LIMITS["headline"], sentences=False)
    if "summary" in draft:
        yield Passage("summary", draft["summary"], brief.scopes[""], _SUMMARY_LIMITS[brief.length])
    for i, (option, said) in enumerate(zip(brief.options, draft.get("recommendations", ()), strict=False)):
        items = brief.scopes[option.alias]
        if "text" in said:
            _same(said["optionId"], option.alias)
            yield Passage(f"recommendations[{i}].text", said["text"], items, _LIMITS["text"])
        for j, reason in enumerate(said.get("reasons", ())):
            if "text" in reason:
                ground = {reason["factId"]: items[reason["factId"]]}
                yield Passage(f"recommendations[{i}].reasons[{j}].text", reason["text"], ground, _LIMITS["reason"])
    for k, (caveat, said) in enumerate(zip(brief.caveats, draft.get("cautions", ()), strict=False)):
        if "text" in said:
            _same(said["caveat"], caveat)
            subject = {brief.subject.alias: brief.subject}
            yield Passage(f"cautions[{k}].text", said["text"], subject, _LIMITS["caution"])


def _same(said: object, wanted: str) -> None:
    if said != wanted:
        raise ValueError(f"{said!r} stands where {wanted!r} belongs")


def _reason(letters: str, option: Option, pins: Pins, path: str) -> dict[str, Any]:
    grounds = [ground for ground in option.grounds if pins.get(f"{path}.factId") in (None, ground.alias)]
    return {
        "anyOf": [
            _object(
                factId={"const": ground.alias},
                text={"const": pins[f"{path}.text"]}
                if f"{path}.text" in pins
                else _text(letters, {ground.alias: ground}, _LIMITS["reason"]),
            )
            for ground in grounds
        ]
    }


def _text(letters: str, items: Mapping[str, Item], limit: int, *, whole: bool = True) -> dict[str, Any]:
    unit = rf"[{letters}]|\{{(?:{_references(items)})\}}"
    # A whole sentence ends with its full stop, also where the bound is what ends it.
    end = "\\." if whole else ""
    return {"type": "string", "pattern": f"^(?:{unit}){{1,{limit}}}{end}$"}


def _references(items: Mapping[str, Item]) -> str:
    # Items of one kind are written together, because a pattern that repeats may not be long.
    kinds: dict[tuple[Form, ...], list[str]] = {}
    for alias, item in items.items():
        kinds.setdefault(item.forms, []).append(alias)
    return "|".join(f"(?:{'|'.join(aliases)})\\.(?:{'|'.join(forms)})" for forms, aliases in kinds.items())


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _tuple(*items: Any) -> dict[str, Any]:
    if not items:
        return {"const": []}
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": len(items), "maxItems": len(items)}
