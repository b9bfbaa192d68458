"""Drawing tokens."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from services.advice.generation.errors import GenerationFailed
from services.advice.generation.sampling import Sampler

_LOGITS = np.log(np.array([0.1, 0.5, 0.25, 0.15], dtype=np.float32))


def _shares(sampler: Sampler, allowed: list[int] | None = None, draws: int = 4000) -> dict[int, float]:
    tokens = None if allowed is None else np.array(allowed)
    counts = Counter(sampler.draw(_LOGITS, tokens) for _ in range(draws))
    return {token: count / draws for token, count in sorted(counts.items())}


def test_tokens_are_drawn_by_their_probabilities() -> None:
    shares = _shares(Sampler(1.0, 1.0, 0))

    assert shares == pytest.approx({0: 0.1, 1: 0.5, 2: 0.25, 3: 0.15}, abs=0.03)


def test_a_high_temperature_evens_probabilities_out_and_a_low_one_sharpens_them() -> None:
    assert _shares(Sampler(100.0, 1.0, 0)) == pytest.approx(dict.fromkeys(range(4), 0.25), abs=0.03)
    assert _shares(Sampler(0.1, 1.0, 0))[1] > 0.99


def test_only_allowed_tokens_are_drawn() -> None:
    assert _shares(Sampler(1.0, 1.0, 0), [0, 3]) == pytest.approx({0: 0.4, 3: 0.6}, abs=0.03)


def test_the_likeliest_share_is_the_fewest_tokens_that_make_it_up() -> None:
    assert set(_shares(Sampler(1.0, 0.5, 0))) == {1}
    assert set(_shares(Sampler(1.0, 0.51, 0))) == {1, 2}
    assert set(_shares(Sampler(1.0, 0.76, 0))) == {1, 2, 3}
    assert set(_shares(Sampler(1.0, 1e-9, 0))) == {1}


def test_the_likeliest_share_of_a_big_vocabulary_is_what_sorting_all_of_it_gives() -> None:
    logits = np.random.default_rng(5).normal(0, 1, 50_000).astype(np.float32)
    weights = np.exp(logits.astype(np.float64) - logits.max())
    order = np.argsort(-weights, kind="stable")
    kept = order[: int(np.searchsorted(weights[order].cumsum(), 0.3 * weights.sum())) + 1]

    drawn = {Sampler(1.0, 0.3, seed).draw(logits, None) for seed in range(300)}

    assert drawn <= set(kept.tolist())
    assert len(drawn) > 200


def test_zero_takes_the_likeliest_and_the_first_of_equals() -> None:
    assert Sampler(0.0, 1.0, None).draw(_LOGITS, None) == 1
    assert Sampler(0.0, 1.0, None).draw(np.zeros(5, dtype=np.float32), np.array([2, 4])) == 2


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    flat = np.zeros(1000, dtype=np.float32)
    first, same, other = (Sampler(1.0, 1.0, seed) for seed in (7, 7, 8))

    drawn = [first.draw(flat, None) for _ in range(20)]

    assert drawn == [same.draw(flat, None) for _ in range(20)]
    assert drawn != [other.draw(flat, None) for _ in range(20)]


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_logits_that_are_no_numbers_fail_the_generation(broken: float) -> None:
    with pytest.raises(GenerationFailed, match="no usable numbers"):
        Sampler(1.0, 1.0, 0).draw(np.full(4, broken, dtype=np.float32), None)
