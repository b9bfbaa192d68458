"""Which tokens a grammar allows next, by llguidance as Outlines sets it up for llama.cpp."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import llguidance.numpy
import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher
from outlines.backends.llguidance import LLGuidanceBackend
from outlines.models import LlamaCpp

from services.advice.generation.errors import GenerationFailed, ModelBroken
from services.advice.generation.schema_grammar import grammar_of, matcher_of
from services.advice.generation.weights import Weights

_FITTING = ("NoExtension", "NoExtensionBias", "EndOfSentence")
"""Why a matcher stops once the text fits its grammar; all other reasons are failures."""

_PLAIN_TEXT = "[A-Za-z ,.;:-]{1,16}"
"""Tokens of this need not be looked at one by one where a grammar allows any such text: masks take half the time."""


class Grammars:
    """Makes constraints for a model; this takes long for big vocabularies, the constraints themselves do not.

    Args:
        weights: The model.

    Raises:
        ModelBroken: The vocabulary cannot be constrained.
    """

    def __init__(self, weights: Weights) -> None:
        try:
            with warnings.catch_warnings():
                # llguidance calls llama-cpp-python by a name that the latter has deprecated, once for each token.
                warnings.simplefilter("ignore", DeprecationWarning)
                tokenizer = LLGuidanceBackend(_OutlinesModel(weights)).llg_tokenizer
            self._tokenizer = tokenizer.with_slices([_PLAIN_TEXT])
        except (ValueError, OverflowError) as error:
            raise ModelBroken(f"The vocabulary of {weights.path} cannot be used with a schema: {error}.") from error
        self._mask = llguidance.numpy.allocate_token_bitmask(1, weights.vocabulary_size)
        self.constraint(grammar_of({}))  # what the first schema would otherwise wait for

    def constraint(self, grammar: str) -> Constraint:
        """A constraint to a grammar in llguidance's notation.

        Raises:
            SchemaNotEnforceable: As `matcher_of` does.
        """
        return Constraint(matcher_of(self._tokenizer, grammar), self._mask)


class Constraint:
    """The state of one text that is held to a grammar.

    Args:
        matcher: Knows the grammar and what has been said.
        mask: Room for one bit per token.
    """

    def __init__(self, matcher: LLMatcher, mask: npt.NDArray[np.int32]) -> None:
        self._matcher = matcher
        self._mask = mask

    @property
    def complete(self) -> bool:
        """Whether the text fits the grammar and nothing can follow it.

        Raises:
            GenerationFailed: The matcher gave up.
        """
        if not self._matcher.is_stopped():
            return False
        if self._matcher.is_error() or self._matcher.stop_reason() not in _FITTING:
            raise self._failure()
        return True

    def allowed(self, vocabulary_size: int) -> npt.NDArray[np.intp]:
        """Tokens that may follow, in ascending order.

        Raises:
            GenerationFailed: The matcher gave up; generating on would be generating without the constraint.
        """
        llguidance.numpy.fill_next_token_bitmask(self._matcher, self._mask, 0)
        bits = np.unpackbits(self._mask[0].view(np.uint8), count=vocabulary_size, bitorder="little")
        allowed = np.flatnonzero(bits)
        if self._matcher.is_error() or not allowed.size:
            raise self._failure()
        return allowed

    def take(self, token: int) -> None:
        """Adds a token to the text.

        Raises:
            GenerationFailed: The grammar does not allow it.
        """
        if not self._matcher.consume_token(token):
            raise self._failure()

    def forced(self) -> Sequence[int]:
        """Tokens that the grammar leaves no choice about, which are added to the text.

        Raises:
            GenerationFailed: The matcher gave up.
        """
        tokens = self._matcher.compute_ff_tokens()
        if not self._matcher.consume_tokens(tokens):
            raise self._failure()
        return tokens

    def _failure(self) -> GenerationFailed:
        cause = self._matcher.get_error().partition("\n")[0].rstrip(".") or self._matcher.stop_reason()
        return GenerationFailed(f"The schema could not be enforced to the end of the text: {cause}.")


class _OutlinesModel(LlamaCpp):
    """A model as Outlines' backend wants it, with weights instead of a llama_cpp.Llama.

    Outlines' own copy of the vocabulary is left out: it reads token bytes as text, which merges tokens that are parts
    of characters (Outlines #820, #2041). The backend reads llama.cpp's vocabulary itself.
    """

    def __init__(self, weights: Weights) -> None:
        self.model: Any = SimpleNamespace(model=weights.model)
