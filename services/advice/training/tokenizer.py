"""The tokenizer: byte-level BPE that splits text as llama.cpp's "smollm" does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from services.advice.training.corpus.samples import forced_spans

PADDING = "<|endoftext|>"
START = "<|im_start|>"
END = "<|im_end|>"
SPECIAL = (PADDING, START, END)

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'system' %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""How a chat is put to the model, in Jinja; the model was trained without system messages, so they are left out."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sample as token ids."""

    prompt: Sequence[int]
    answer: Sequence[int]
    """With the token that ends it."""
    chosen: Sequence[bool]
    """Which tokens of the answer are for the model to choose."""

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


def train(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of at most `size` tokens; fewer where the texts do not repeat enough."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        # A token that hardly ever occurs is hardly ever trained.
        min_frequency=100,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def chat(prompt: str) -> str:
    """The prompt as `CHAT_TEMPLATE` puts it."""
    return f"{START}user\n{prompt}{END}\n{START}assistant\n"


def encode(tokenizer: Tokenizer, samples: Sequence[tuple[str, str]]) -> list[Encoded]:
    """Samples, given as prompts and answers, as the model is trained on them."""
    prompts = tokenizer.encode_batch_fast([chat(prompt) for prompt, _ in samples])
    answers = tokenizer.encode_batch([answer + END for _, answer in samples])
    return [
        Encoded(prompt.ids, answer.ids, _chosen(answer.offsets, text))
        for prompt, answer, (_, text) in zip(prompts, answers, samples, strict=True)
    ]


def _chosen(offsets: Sequence[tuple[int, int]], answer: str) -> list[bool]:
    forced = {place for span in forced_spans(answer) for place in range(*span)}
    return [forced.isdisjoint(range(start, end)) for start, end in offsets]
