"""Batches of samples, each of about the same number of tokens, as a function of the step that they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from services.advice.training.corpus.samples import Task, samples
from services.advice.training.tokenizer import PADDING, Encoded, encode


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples side by side."""

    inputs: Tensor
    """Token ids, shape (samples, length)."""
    targets: Tensor
    """The token after each, same shape."""
    learned: Tensor
    """Whether that token is the model's choice in an answer, same shape."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How samples become batches."""

    samples: int = 1024
    """Samples that are sorted by length together, so that little is padded."""
    batches: int = 256
    """Batches that they make."""


class Stream:
    """Batches of one part of the corpus.

    What a step gets follows from the step alone, so training that was interrupted goes on with the samples that it
    would have seen. No sample is drawn twice.

    Args:
        tokenizer: The model's.
        part: Names the part of the corpus; it is the seed of its samples.
        tasks: What samples are drawn from.
        layout: How they become batches.
    """

    def __init__(self, tokenizer: Tokenizer, part: str, tasks: Mapping[str, Task], layout: Layout) -> None:
        self._tokenizer = tokenizer
        self._padding = tokenizer.get_vocab()[PADDING]
        self._part = part
        self._tasks = tasks
        self._layout = layout
        self._chunk = -1
        self._batches: list[list[Encoded]] = []

    def at(self, step: int) -> Batch:
        """The batch of the step; cheap where steps come in order."""
        chunk, index = divmod(step, self._layout.batches)
        if chunk != self._chunk:
            self._chunk, self._batches = chunk, self._draw(f"{self._part}/{chunk}")
        return batch(self._batches[index], self._padding)

    def _draw(self, seed: str) -> list[list[Encoded]]:
        drawn = islice(samples(seed, self._tasks), self._layout.samples)
        encoded = encode(self._tokenizer, [(sample.prompt, sample.answer) for sample in drawn])
        groups = _of_equal_size(sorted(encoded, key=len), self._layout.batches)
        Random(seed).shuffle(groups)  # noqa: S311 - nothing secret
        return groups


def batch(group: Sequence[Encoded], padding: int) -> Batch:
    """The samples as a batch, filled up at their ends."""
    length = max(map(len, group))
    tokens = torch.full((len(group), length), padding, dtype=torch.int64)
    learned = torch.zeros(tokens.shape, dtype=torch.bool)
    for row, sample in enumerate(group):
        tokens[row, : len(sample)] = torch.tensor([*sample.prompt, *sample.answer])
        learned[row, len(sample.prompt) : len(sample)] = torch.tensor(sample.chosen)
    return Batch(tokens[:, :-1], tokens[:, 1:], learned[:, 1:])


def _of_equal_size(ordered: Sequence[Encoded], count: int) -> list[list[Encoded]]:
    """Cuts the samples into groups of about as many tokens."""
    ends = list(accumulate(map(len, ordered)))
    groups: list[list[Encoded]] = [[] for _ in range(count)]
    for sample, end in zip(ordered, ends, strict=True):
        groups[(end - 1) * count // ends[-1]].append(sample)
    return groups
