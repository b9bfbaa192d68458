"""Decoding in this process, with models of random weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.advice.generation import End, StopReason, Task
from services.advice.generation.constraint import Grammars
from services.advice.generation.context import CHUNK, Context, Stopped
from services.advice.generation.decoder import Decoder
from services.advice.generation.errors import GenerationFailed, PromptTooLong
from services.advice.generation.json_schema import check_schema, grammar_of, violation
from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.weights import Weights
from tests.advice.generation import ggufs
from tests.advice.generation.ggufs import LONG_WORD
from tests.advice.generation.talk import FORECAST, LONG, split, task

_VOCABULARIES = ("bytes", "long", "sentencepiece")


def _never() -> bool:
    return False


def _generate(decoder: Decoder, what: Task, stopped: Callable[[], bool] = _never) -> tuple[str, End]:
    grammar = grammar_of(check_schema(what.schema)) if what.schema else ""
    return split(decoder.generate(what, grammar, stopped))


@pytest.mark.parametrize("temperature", [0.0, 0.7, 2.0])
@pytest.mark.parametrize("vocabulary", _VOCABULARIES)
def test_a_text_with_a_schema_fits_it(models: Path, vocabulary: str, temperature: float) -> None:
    decoder = Decoder(models / f"{vocabulary}.gguf", 1024)
    for seed in range(5):
        text, end = _generate(decoder, task(schema=FORECAST, temperature=temperature, seed=seed))

        assert end.stop_reason is StopReason.COMPLETE
        assert violation(FORECAST, text) is None
        assert set(json.loads(text)) == set(FORECAST["properties"])


@pytest.mark.parametrize("vocabulary", _VOCABULARIES)
def test_forced_tokens_fed_together_give_the_text_that_they_give_one_by_one(models: Path, vocabulary: str) -> None:
    path = models / f"{vocabulary}.gguf"
    greedy = task(schema=FORECAST, temperature=0.0)

    text, end = _generate(Decoder(path, 1024), greedy)
    same, slow_end = _generate(Decoder(path, 1024, fast_forward=False), greedy)

    assert text == same
    assert end.completion_tokens == slow_end.completion_tokens
    assert end.forced_tokens > 10
    assert slow_end.forced_tokens == 0


def test_a_token_of_more_than_32_bytes_can_be_said_under_a_schema(models: Path) -> None:
    text, end = _generate(Decoder(models / "long.gguf", 1024), task(schema={"const": LONG_WORD}))

    assert json.loads(text) == LONG_WORD
    assert end.completion_tokens == end.forced_tokens == 3


@pytest.mark.parametrize("vocabulary", _VOCABULARIES)
def test_characters_of_several_tokens_are_said_whole(models: Path, vocabulary: str) -> None:
    decoder = Decoder(models / f"{vocabulary}.gguf", 1024, fast_forward=False)

    *pieces, _ = decoder.generate(task(), grammar_of({"const": "€ ñ 😀"}), _never)

    assert "".join(map(str, pieces)) == '"€ ñ 😀"'
    assert len(pieces) > 5
    assert "\ufffd" not in "".join(map(str, pieces))


def test_a_task_with_a_seed_gives_the_same_text_whatever_came_before(models: Path) -> None:
    decoder = Decoder(models / "long.gguf", 1024)
    seeded = task("Tell me more. " * 20, schema=FORECAST, seed=5)

    first, _ = _generate(decoder, seeded)
    again, _ = _generate(decoder, seeded)
    _generate(decoder, task("Something else. " * 10))
    _generate(decoder, task("Tell me more. " * 15))
    after_others, _ = _generate(decoder, seeded)
    other_seed, _ = _generate(decoder, task("Tell me more. " * 20, schema=FORECAST, seed=6))

    assert first == again == after_others == _generate(Decoder(models / "long.gguf", 1024), seeded)[0]
    assert first != other_seed


def test_without_a_seed_texts_differ(tiny: Path) -> None:
    decoder = Decoder(tiny, 1024)

    assert _generate(decoder, task(seed=None, max_tokens=50)) != _generate(decoder, task(seed=None, max_tokens=50))


def test_temperature_zero_gives_the_same_text_for_all_seeds(tiny: Path) -> None:
    decoder = Decoder(tiny, 1024)

    texts = {_generate(decoder, task(seed=seed, temperature=0.0, max_tokens=50))[0] for seed in (1, 2, None)}

    assert len(texts) == 1


def test_a_remembered_beginning_gives_exactly_what_reading_it_anew_gives(slow: Path) -> None:
    weights = Weights(slow)
    prompt = weights.tokenize("the load of energy and heating " * 12)
    used, fresh = Context(weights, 1024), Context(weights, 1024)
    used.read([*prompt[:100], *prompt[:50]], _never)
    used.feed(prompt[7:40])

    assert np.array_equal(used.read(prompt, _never), fresh.read(prompt, _never))


def test_a_remembered_beginning_is_not_read_again(slow: Path) -> None:
    weights = Weights(slow)
    context = Context(weights, 1024)
    prompt = weights.tokenize("the load of energy and heating " * 60)[: 30 * CHUNK]

    def seconds() -> float:
        began = time.process_time()
        context.read(prompt, _never)
        return time.process_time() - began

    assert seconds() > 5 * seconds()


def test_a_recurrent_model_that_cannot_go_back_gives_the_same_text_too(tmp_path: Path) -> None:
    decoder = Decoder(ggufs.write_recurrent(tmp_path / "mamba.gguf"), 1024)
    seeded = task("Tell me more. " * 20, schema=FORECAST)

    first, _ = _generate(decoder, seeded)
    _generate(decoder, task("Tell me more. " * 15, max_tokens=20))
    with pytest.raises(Stopped):
        _generate(decoder, task("Tell me. " * 15), lambda: True)

    assert _generate(decoder, seeded)[0] == first
    assert violation(FORECAST, first) is None


def test_a_token_that_the_grammar_does_not_allow_fails_the_text_for_good(tiny: Path) -> None:
    weights = Weights(tiny)
    constraint = Grammars(weights).constraint(grammar_of({"enum": ["heating", "load"]}))
    (foreign,) = weights.tokenize("x")

    for step in (lambda: constraint.take(foreign), lambda: constraint.allowed(weights.vocabulary_size)):
        with pytest.raises(GenerationFailed, match="could not be enforced"):
            step()
    with pytest.raises(GenerationFailed):
        _ = constraint.complete


def test_the_number_of_tokens_is_kept_to(tiny: Path) -> None:
    decoder = Decoder(tiny, 1024)

    for schema in (None, LONG):
        _, end = _generate(decoder, task(max_tokens=7, schema=schema, seed=3))
        assert (end.stop_reason, end.completion_tokens) == (StopReason.LENGTH, 7)


def test_forced_tokens_count_like_others(tiny: Path) -> None:
    text, end = _generate(Decoder(tiny, 1024), task(schema={"const": "heating load"}, max_tokens=2))

    assert (end.stop_reason, end.completion_tokens, end.forced_tokens) == (StopReason.LENGTH, 2, 2)
    assert '"heating load"'.startswith(text)


def test_a_full_context_ends_the_text(tiny: Path) -> None:
    decoder = Decoder(tiny, 512)

    endless = {"type": "string", "minLength": 5000, "maxLength": 5001}
    _, end = _generate(decoder, task(schema=endless, max_tokens=5000))

    assert end.stop_reason is StopReason.LENGTH
    assert end.prompt_tokens + end.completion_tokens == decoder.info.context_tokens == 512


def test_a_prompt_without_room_for_an_answer_is_refused_with_both_numbers(tiny: Path) -> None:
    decoder = Decoder(tiny, 512)

    with pytest.raises(PromptTooLong, match="tokens, the model's context 512") as caught:
        _generate(decoder, task("word " * 600))

    assert int(caught.value.metadata["tokens"]) > int(caught.value.metadata["limit"]) == 512
    assert _generate(decoder, task(schema=FORECAST))[1].stop_reason is StopReason.COMPLETE


def test_the_models_own_end_completes_the_text(tiny: Path) -> None:
    decoder = Decoder(tiny, 1024)

    ends = [_generate(decoder, task(seed=seed))[1] for seed in range(8)]

    complete = [end for end in ends if end.stop_reason is StopReason.COMPLETE]
    assert complete
    assert all(end.completion_tokens < 1024 - end.prompt_tokens for end in complete)


def test_a_number_without_bounds_ends_where_the_model_ends_it(tiny: Path) -> None:
    text, end = _generate(Decoder(tiny, 1024), task(schema={"type": "integer"}, max_tokens=900))

    assert end.stop_reason is StopReason.COMPLETE
    assert str(json.loads(text)) == text


def test_the_text_ends_before_a_stop_text(tiny: Path) -> None:
    decoder = Decoder(tiny, 1024)
    whole, _ = _generate(decoder, task(max_tokens=100, seed=2))
    stop = whole[len(whole) // 2 :][:3]

    text, end = _generate(decoder, task(max_tokens=100, seed=2, stop=("no such text", stop)))

    assert text == whole[: whole.index(stop)]
    assert end.stop_reason is StopReason.COMPLETE


def test_a_stop_text_does_not_cut_a_text_with_a_schema(tiny: Path) -> None:
    text, _ = _generate(Decoder(tiny, 1024), task(schema=FORECAST, stop=('"',)))

    assert violation(FORECAST, text) is None


def test_whether_anybody_waits_is_asked_before_every_token(tiny: Path) -> None:
    answers = iter([False] * 20 + [True])
    pieces: list[str | End] = []

    with pytest.raises(Stopped) as caught:
        pieces.extend(Decoder(tiny, 1024).generate(task(), "", lambda: next(answers)))

    # One question is asked while the prompt is read.
    assert caught.value.tokens == 19
    assert next(answers, None) is None


def test_reading_a_long_prompt_stops_in_between(slow: Path) -> None:
    decoder = Decoder(slow, 1024)
    long = task("load " * 300, max_tokens=1)
    began = time.perf_counter()
    _generate(decoder, long)
    whole_s = time.perf_counter() - began
    asked = []

    def stopped() -> bool:
        asked.append(time.perf_counter())
        return len(asked) > 1

    other = task("energy " * 300, max_tokens=1)
    began = time.perf_counter()
    with pytest.raises(Stopped):
        _generate(decoder, other, stopped)

    assert time.perf_counter() - began < whole_s / 2
    assert _generate(decoder, other) == _generate(Decoder(slow, 1024), other)


def test_a_grammar_that_the_engine_refuses_fails_before_anything_is_said(tiny: Path) -> None:
    with pytest.raises(SchemaNotEnforceable):
        next(iter(Decoder(tiny, 1024).generate(task(), "start: (", _never)))
