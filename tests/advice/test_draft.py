"""The schema of a draft admits nothing but what the brief allows (E-4, E-5, E-6, E-13)."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from llguidance import LLMatcher, LLTokenizer

from services.advice.draft import draft_schema, passages
from services.advice.generation.json_schema import check_schema, grammar_of
from services.advice.language import LANGUAGES
from tests.advice.briefs import brief

TOKENIZER = LLTokenizer("byte")
BRIEF = brief()


def draft(**overrides: Any) -> dict[str, Any]:
    def recommendation(number: int) -> dict[str, Any]:
        return {
            "optionId": f"o{number}",
            "text": "Lower {c1.name}, which brings {e1.name} down by {e1.change}.",
            "reasons": [{"factId": "e1", "text": "It falls to {e1.after}."}],
        }

    return {
        "headline": "less of {c1.name}",
        "summary": "{f1.name} is {f1.value} now. It could be {e1.after}.",
        "recommendations": [recommendation(number) for number in (1, 2, 3)],
        "cautions": [{"caveat": "edge", "text": "Little is known of {s.name}."}],
        **overrides,
    }


def admits(made: dict[str, Any], schema: dict[str, Any] | None = None) -> bool:
    schema = schema or draft_schema(BRIEF, LANGUAGES["en"], {})
    matcher = LLMatcher(TOKENIZER, grammar_of(check_schema(json.dumps(schema))))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
    whole = matcher.try_consume_tokens(TOKENIZER.tokenize_bytes(text)) == len(text) and matcher.is_accepting()
    assert whole == jsonschema.Draft202012Validator(schema).is_valid(made)  # the grammar and the schema agree
    return whole


def test_a_draft_that_keeps_to_the_brief_is_admitted():
    assert admits(draft())


@pytest.mark.parametrize(
    "text",
    [
        "It falls by 5.",
        "It falls by {e3.change}.",
        "It falls by {e1.value}.",
        "It falls by {f1.value}.",
        "It falls by {e1.change",
        "It falls",
        "",
        'It "falls".',
        "It falls \n down.",
        "It falls ☃.",
        "It falls by {c1.name.",
        "It falls by {{e1.change}}.",
    ],
)
def test_a_text_with_anything_else_is_not_admitted(text: str):
    made = draft()
    made["recommendations"][1]["text"] = text
    assert not admits(made)


def test_a_reason_refers_to_nothing_but_its_own_fact():
    made = draft()
    made["recommendations"][0]["reasons"][0] = {"factId": "e2", "text": "It falls to {e1.after}."}
    assert not admits(made)


@pytest.mark.parametrize(
    "overrides",
    [
        {"recommendations": draft()["recommendations"][:2]},
        {"recommendations": [draft()["recommendations"][0]] * 3},
        {"recommendations": draft()["recommendations"][::-1]},
        {"cautions": []},
        {"cautions": [{"caveat": "wide", "text": "Beware."}]},
        {"extra": 1},
    ],
)
def test_options_and_caveats_can_be_neither_left_out_nor_repeated_nor_invented(overrides: dict[str, Any]):
    assert not admits(draft(**overrides))


def test_a_brief_without_options_and_caveats_has_a_draft_without_them():
    bare = brief(options=0, caveats=[])
    made = draft(summary="{f1.name} is {f1.value} now.", recommendations=[], cautions=[], headline="as things are")
    assert admits(made, draft_schema(bare, LANGUAGES["en"], {}))


def test_no_text_is_unbounded():
    assert not admits(draft(headline="a" * 5000))


def test_what_is_settled_cannot_be_worded_again():
    pins = {"headline": "less of {c1.name}", "recommendations[0].reasons[0].factId": "e1"}
    schema = draft_schema(BRIEF, LANGUAGES["en"], pins)
    assert admits(draft(), schema)
    assert not admits(draft(headline="more of {c1.name}"), schema)


def test_only_complete_texts_are_passages():
    partial = {"headline": "a", "recommendations": [{"optionId": "o1", "text": "b.", "reasons": [{"factId": "e1"}]}]}
    assert [passage.path for passage in passages(BRIEF, partial)] == ["headline", "recommendations[0].text"]


def test_passages_come_in_the_order_in_which_they_are_worded():
    assert [passage.path for passage in passages(BRIEF, draft())] == [
        "headline",
        "summary",
        *(f"recommendations[{i}].{part}" for i in range(3) for part in ("text", "reasons[0].text")),
        "cautions[0].text",
    ]
