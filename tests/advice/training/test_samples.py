"""Samples that the language model learns from."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import islice

import pytest
from llguidance import LLMatcher, LLTokenizer

from services.advice.brief import Brief
from services.advice.draft import draft_schema
from services.advice.generation.json_schema import check_schema, grammar_of
from services.advice.language import LANGUAGES
from services.advice.prompt import COMPACT, notated
from services.advice.training.corpus.areas import contract_areas
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.english import ENGLISH
from services.advice.training.corpus.made_up import MADE_UP
from services.advice.training.corpus.samples import Sample, Task, draft, forced_spans, samples
from services.advice.training.corpus.spanish import SPANISH


@pytest.fixture(params=["en", "es"])
def drafts(request: pytest.FixtureRequest) -> list[tuple[Brief, dict]]:
    """Briefs with the drafts for them."""
    rng = random.Random(7)
    phrasebook = {"en": ENGLISH, "es": SPANISH}[request.param]
    briefs = [random_brief(rng, request.param, rng.choice((*contract_areas(), *MADE_UP))) for _ in range(80)]
    return [(brief, json.loads(draft(rng, brief, phrasebook))) for brief in briefs]


def task(weight: float, answer: str) -> Task:
    return Task(weight, lambda rng: Sample("", answer))


def test_the_same_seed_gives_the_same_samples_and_another_one_others():
    first, again, other = (list(islice(samples(seed), 20)) for seed in ("train/1", "train/1", "valid"))
    assert first == again
    assert not {sample.answer for sample in first} & {sample.answer for sample in other}


def test_answers_are_compact_json_with_keys_in_the_order_of_the_grammar():
    for sample in islice(samples("form"), 40):
        answer = json.loads(sample.answer)
        assert json.dumps(answer, ensure_ascii=False, separators=(",", ":")) == sample.answer
        assert list(answer) == ["headline", "summary", "recommendations", "cautions"]
        for recommendation in answer["recommendations"]:
            assert list(recommendation) == ["optionId", "items", "text", "reasons"]
            assert all(list(reason) == ["factId", "text"] for reason in recommendation["reasons"])
        assert all(list(caution) == ["caveat", "text"] for caution in answer["cautions"])


def test_every_option_and_caveat_of_a_brief_is_worded_in_order(drafts: list[tuple[Brief, dict]]):
    for brief, answer in drafts:
        assert [each["optionId"] for each in answer["recommendations"]] == [option.alias for option in brief.options]
        assert [each["caveat"] for each in answer["cautions"]] == list(brief.caveats)


def test_reasons_rest_on_different_grounds_of_their_option(drafts: list[tuple[Brief, dict]]):
    for brief, answer in drafts:
        for option, recommendation in zip(brief.options, answer["recommendations"], strict=True):
            cited = [reason["factId"] for reason in recommendation["reasons"]]
            assert len(cited) == min(brief.reason_count, len(option.grounds)) == len(set(cited))
            assert set(cited) <= {ground.alias for ground in option.grounds}


def test_texts_of_an_answer_seldom_begin_alike(drafts: list[tuple[Brief, dict]]):
    texts = repeated = 0
    for _, answer in drafts:
        own = [r["text"] for r in answer["recommendations"]]
        own += [reason["text"] for r in answer["recommendations"] for reason in r["reasons"]]
        openings = Counter(tuple(text.lower().split()[:3]) for text in own)
        texts += len(own)
        repeated += len(own) - len(openings)
    assert texts > 200
    assert repeated < 0.02 * texts


def test_tasks_are_drawn_by_weight():
    drawn = Counter(s.answer for s in islice(samples("weights", {"a": task(3, "a"), "b": task(1, "b")}), 2000))
    assert 0.7 < drawn["a"] / 2000 < 0.8


def test_what_the_grammar_forces_is_not_for_the_model_to_learn():
    answer = (
        '{"recommendations":[{"optionId":"o1","items":"camsd eamsdhg","text":"x","reasons":[{"factId":"eamsdhg"}]}]}'
    )
    assert [answer[slice(*span)] for span in forced_spans(answer)] == ["o1", "camsd eamsdhg"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_learned_is_what_the_server_s_grammar_admits(language: str):
    tokenizer = LLTokenizer("byte")
    rng = random.Random(11)
    phrasebook = {"en": ENGLISH, "es": SPANISH}[language]
    for _ in range(60):
        brief = notated(random_brief(rng, language, rng.choice((*contract_areas(), *MADE_UP))), COMPACT)
        answer = draft(rng, brief, phrasebook).encode()
        schema = json.dumps(draft_schema(brief, LANGUAGES[language], {}, COMPACT), ensure_ascii=False)
        matcher = LLMatcher(tokenizer, grammar_of(check_schema(schema)))
        assert matcher.try_consume_tokens(tokenizer.tokenize_bytes(answer)) == len(answer)
        assert matcher.is_accepting()
