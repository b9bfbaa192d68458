"""Draws the next token."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from services.advice.generation.errors import GenerationFailed


class Sampler:
    """Draws tokens by their probabilities, reproducibly.

    Args:
        temperature: 0 for the likeliest token each time; the higher, the more even the probabilities.
        top_p: Share of the probability that is drawn from, the likeliest tokens first.
        seed: Same draws for the same seed; None for others each time.
    """

    def __init__(self, temperature: float, top_p: float, seed: int | None) -> None:
        self._temperature = temperature
        self._top_p = top_p
        self._random = np.random.default_rng(seed)

    def draw(self, logits: npt.NDArray[np.float32], allowed: npt.NDArray[np.intp] | None) -> int:
        """The next token.

        Args:
            logits: One per token.
            allowed: Tokens to draw from; None for all.

        Raises:
            GenerationFailed: The logits are not numbers.
        """
        if allowed is not None and allowed.size == 1:
            return int(allowed[0])
        scores = logits if allowed is None else logits[allowed]
        best = int(scores.argmax())
        if not np.isfinite(scores[best]):
            raise GenerationFailed("The model's weights give no usable numbers; use another model.")
        drawn = best if self._temperature == 0 else self._weighted(scores, scores[best])
        return drawn if allowed is None else int(allowed[drawn])

    def _weighted(self, scores: npt.NDArray[np.float32], best: np.float32) -> int:
        weights = np.exp((scores.astype(np.float64) - best) / self._temperature)
        if self._top_p < 1:
            _keep_likeliest(weights, self._top_p)
        sums = weights.cumsum()
        # The draw lies below 1 by so little that its product may round up to the sum.
        return min(int(sums.searchsorted(self._random.random() * sums[-1], side="right")), len(sums) - 1)


def _keep_likeliest(weights: npt.NDArray[np.float64], share: float) -> None:
    """Sets to zero all but the fewest weights that make up the share of their sum."""
    goal = share * weights.sum()
    # Weights below the mean of what is left over cannot be among them, and most of a big vocabulary is below it.
    candidates = np.flatnonzero(weights >= (1 - share) * weights.sum() / len(weights))
    ordered = candidates[np.argsort(-weights[candidates], kind="stable")]
    kept = ordered[: int(weights[ordered].cumsum().searchsorted(goal)) + 1]
    chosen = weights[kept]
    weights[:] = 0
    weights[kept] = chosen
