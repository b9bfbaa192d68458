"""What a model remembers of the tokens it was fed, and what it expects next."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from typing import Any

import llama_cpp as llama
import numpy as np
import numpy.typing as npt

from services.advice.generation.errors import GenerationFailed, ModelBroken
from services.advice.generation.weights import Weights, last_error

Logits = npt.NDArray[np.float32]

CHUNK = 32
"""Tokens that are computed together.

The last bits of sums depend on how many that are, so prompts are always cut at the same places: one whose beginning is
remembered then gives the same text as one that is read from its start."""

_ABORTED = 2
_LOOK_EVERY_S = 0.01


class Stopped(Exception):
    """Nobody waits for the text any more.

    Args:
        tokens: How many were generated.
    """

    def __init__(self, tokens: int = 0) -> None:
        super().__init__(f"after {tokens} tokens")
        self.tokens = tokens


class Context:
    """One sequence of tokens, computed on one thread.

    Args:
        weights: The model.
        size: Most tokens, if the model can take as many.

    Raises:
        ModelBroken: The model cannot generate, or memory is short.
    """

    def __init__(self, weights: Weights, size: int) -> None:
        self.size = min(size, llama.llama_model_n_ctx_train(weights.model) or size)
        params = llama.llama_context_default_params()
        params.n_ctx = self.size
        params.n_batch = params.n_ubatch = CHUNK
        params.n_threads = params.n_threads_batch = 1
        # Without it, tokens of small models took a quarter less CPU after 300 tokens, and prompts about as much.
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        self._context = llama.llama_init_from_model(weights.model, params)
        if not self._context:
            raise ModelBroken(f"llama.cpp cannot generate with {weights.path}: {last_error() or 'no cause given'}.")
        self._memory = llama.llama_get_memory(self._context)
        if not self._memory:
            raise ModelBroken(f"{weights.path} holds a model that does not generate text; use another one.")
        self._vocabulary_size = weights.vocabulary_size
        self._read: list[int] = []
        """Remembered tokens that were computed in whole chunks from the start."""
        self._count = 0

    def read(self, prompt: Sequence[int], stopped: Callable[[], bool]) -> Logits:
        """Forgets what does not belong to the prompt, feeds the rest of it, and returns what may follow.

        Raises:
            Stopped: ``stopped`` said so while the prompt was read.
            GenerationFailed: llama.cpp failed.
        """
        kept = self._forget(min(_common(self._read, prompt), len(prompt) - 1) // CHUNK * CHUNK)
        with _Watch(self._context, stopped):
            for start in range(kept, len(prompt), CHUNK):
                chunk = prompt[start : start + CHUNK]
                self._compute(chunk)
                if len(chunk) == CHUNK:
                    self._read.extend(chunk)
        return self._logits()

    def feed(self, tokens: Sequence[int]) -> Logits:
        """Feeds tokens after those before and returns what may follow.

        Raises:
            GenerationFailed: llama.cpp failed.
        """
        for start in range(0, len(tokens), CHUNK):
            self._compute(tokens[start : start + CHUNK])
        return self._logits()

    def _compute(self, tokens: Sequence[int]) -> None:
        array = (llama.llama_token * len(tokens))(*tokens)
        code = llama.llama_decode(self._context, llama.llama_batch_get_one(array, len(tokens)))
        if code:
            self._forget(self._count)
            if code == _ABORTED:
                raise Stopped
            raise GenerationFailed(f"llama.cpp failed with code {code}: {last_error() or 'no cause given'}.")
        self._count += len(tokens)

    def _forget(self, kept: int) -> int:
        """Forgets all but that many tokens and returns how many are left."""
        if not llama.llama_memory_seq_rm(self._memory, 0, kept, -1):
            # A recurrent model cannot go back; it reads the prompt from the start, in the same chunks.
            llama.llama_memory_clear(self._memory, True)  # noqa: FBT003 - C has no keywords
            kept = 0
        self._count = kept
        del self._read[kept:]
        return kept

    def _logits(self) -> Logits:
        pointer: Any = llama.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, (self._vocabulary_size,))


class _Watch:
    """Has llama.cpp ask, while it computes, whether anybody still waits.

    Only while prompts are read: a chunk can take a second with a big model, and asking costs as much as it takes to
    generate a token with a small one.
    """

    def __init__(self, context: Any, stopped: Callable[[], bool]) -> None:
        self._context = context
        self._stopped = stopped
        self._next = 0.0
        self._callback = llama.ggml_abort_callback(self._ask)

    def __enter__(self) -> None:
        llama.llama_set_abort_callback(self._context, self._callback, ctypes.c_void_p(0))

    def __exit__(self, *_: object) -> None:
        llama.llama_set_abort_callback(self._context, llama.ggml_abort_callback(), ctypes.c_void_p(0))

    def _ask(self, _: Any) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + _LOOK_EVERY_S
        return self._stopped()


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two sequences have in common at their beginning."""
    for number, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return number
    return min(len(one), len(other))
