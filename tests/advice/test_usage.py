"""Words that no phrase joins do not stand next to each other (E-6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.advice.adviser import Advice, Adviser
from services.advice.language import LANGUAGES
from services.advice.training.corpus.samples import Sample
from services.advice.training.usage import write_usage
from services.advice.usage import Usage, tokens
from tests.advice.briefs import brief
from tests.advice.scripted import Scripted
from tests.advice.test_adviser import GOOD, said

TEXTS = ("Lower {camsd.name} to {camsd.after}.", "{eamsdhg.name} falls by {eamsdhg.change}, to {eamsdhg.after}.")


@pytest.fixture
def usage(tmp_path: Path) -> Usage:
    answer = json.dumps({"headline": "lower {camsd.name}", "recommendations": [{"text": text} for text in TEXTS]})
    write_usage([Sample("advice en owner usual\nsms", answer)], tmp_path / "model.gguf")
    found = Usage.beside(tmp_path / "model.gguf")
    assert found
    return found


def test_what_a_draft_is_made_of_tells_kinds_of_items_and_not_which():
    assert tokens("Lower {camsd.name}, {c2.name}.") == ["", "lower", "c.name", ",", "c.name", ".", "$"]


@pytest.mark.parametrize("draft", [*TEXTS, "lower {c2.name}"])
def test_words_that_the_corpus_joins_may_be_joined(usage: Usage, draft: str):
    assert usage.findings(draft, "en") == []


@pytest.mark.parametrize(
    "draft",
    [
        "lower {e1.name}",
        "{e1.name} fallses by {e1.change}.",
        "falls by {e1.change}.",
        "Lower {c1.name} to",
        "Lower {c1.name} {c1.name}.",
    ],
)
def test_words_that_it_never_joins_may_not(usage: Usage, draft: str):
    assert [finding.check for finding in usage.findings(draft, "en")] == ["usage"]


def test_a_model_without_a_corpus_of_ours_has_no_usage(tmp_path: Path):
    assert Usage.beside(tmp_path / "other.gguf") is None


async def test_what_no_phrase_joins_is_worded_again():
    texts = [
        GOOD["headline"],
        GOOD["summary"],
        *(text for said_ in GOOD["recommendations"] for text in (said_["text"],)),
    ]
    texts += [GOOD["recommendations"][0]["reasons"][0]["text"], GOOD["cautions"][0]["text"]]
    followers: dict[str, set[str]] = {}
    for text in texts:
        for word, after in zip(tokens(text), tokens(text)[1:], strict=False):
            followers.setdefault(word, set()).add(after)
    generator = Scripted(said(headline="less of {e1.name} than wished"), said())
    *_, advice = [event async for event in Adviser(generator, Usage({"en": followers})).word(brief(options=1))]
    assert isinstance(advice, Advice)
    assert len(generator.tasks) == 2


def test_the_usage_that_ships_knows_every_language():
    from services.advice.generation.factory import SHIPPED_MODEL  # noqa: PLC0415

    shipped = Usage.beside(SHIPPED_MODEL)
    assert shipped
    for language in LANGUAGES:
        assert shipped.findings("{e1.change} {e1.change}", language)
