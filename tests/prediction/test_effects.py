"""The front of size against effect, against brute force (C-44)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.prediction.measures.effects import pareto_optimal

# Few values, so that ties are common.
COARSE = st.integers(0, 4).map(float)
ITEMS = st.lists(st.tuples(COARSE, COARSE) | st.tuples(st.floats(0, 4), st.floats(-50, 50)), max_size=30)


def dominated(item: tuple[float, float], items: list[tuple[float, float]]) -> bool:
    return any(other != item and other[0] <= item[0] and other[1] <= item[1] for other in items)


@given(items=ITEMS)
def test_the_front_is_what_nothing_dominates(items):
    sizes, effects = np.array([i[0] for i in items]), np.array([i[1] for i in items])
    assert pareto_optimal(sizes, effects) == [not dominated(item, items) for item in items]


@given(items=ITEMS, seed=st.randoms())
def test_the_front_does_not_depend_on_the_order(items, seed):
    shuffled = list(items)
    seed.shuffle(shuffled)

    def front(of):
        flags = pareto_optimal(np.array([i[0] for i in of]), np.array([i[1] for i in of]))
        return sorted(item for item, flag in zip(of, flags, strict=True) if flag)

    assert front(items) == front(shuffled)
