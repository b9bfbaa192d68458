"""The model's tokenizer."""

from __future__ import annotations

from itertools import islice

import pytest

pytest.importorskip("tokenizers")

from jinja2 import Template
from tokenizers import Tokenizer

from services.advice.training import tokenizer
from services.advice.training.corpus.samples import samples
from services.advice.training.parity import TRICKY_TEXTS

pytestmark = pytest.mark.verify  # PyTorch is installed for that alone


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    texts = [text for sample in islice(samples("tokenizer"), 200) for text in (sample.prompt, sample.answer)]
    return tokenizer.train(texts, 1000)


@pytest.mark.parametrize("text", TRICKY_TEXTS)
def test_any_text_comes_back_from_its_tokens(words: Tokenizer, text: str):
    assert words.decode(words.encode(text).ids, skip_special_tokens=False) == text


def test_special_tokens_come_first_and_are_never_split(words: Tokenizer):
    assert [words.token_to_id(token) for token in tokenizer.SPECIAL] == [0, 1, 2]
    assert words.encode("".join(tokenizer.SPECIAL)).ids == [0, 1, 2]


def test_every_digit_is_a_token_of_its_own(words: Tokenizer):
    assert words.encode("e12").tokens[-2:] == ["1", "2"]


def test_the_vocabulary_keeps_to_its_limit(words: Tokenizer):
    assert 260 < words.get_vocab_size() <= 1000


def test_a_prompt_is_put_as_the_chat_template_puts_it():
    messages = [{"role": "system", "content": "Obey."}, {"role": "user", "content": "advice en\nf1 ms"}]
    rendered = Template(tokenizer.CHAT_TEMPLATE).render(messages=messages, add_generation_prompt=True)
    assert rendered == tokenizer.chat("advice en\nf1 ms")


def test_a_sample_ends_with_the_token_that_ends_an_answer(words: Tokenizer):
    (sample,) = tokenizer.encode(words, [("f1 ms", "{}")])
    assert words.decode(sample.prompt, skip_special_tokens=False) == tokenizer.chat("f1 ms")
    assert words.decode(sample.answer, skip_special_tokens=False) == "{}<|im_end|>"
    assert len(sample) == len(sample.prompt) + len(sample.answer)
