"""What can be repeated is kept, within bounds (M-24)."""

from __future__ import annotations

from steward.advice.v1.advice_service_pb2 import Sampling

from services.advice.adviser import Advice
from services.advice.cache import AdviceCache
from tests.advice.briefs import brief_message

ADVICE = Advice("en", "a", "b", (), (), ())


def test_advice_for_a_seed_is_kept():
    cache = AdviceCache(2, 60)
    cache.put(brief_message(), Sampling(seed=1), ADVICE)
    assert cache.get(brief_message(), Sampling(seed=1)) is ADVICE
    assert cache.get(brief_message(), Sampling(seed=2)) is None
    assert cache.get(brief_message("es"), Sampling(seed=1)) is None


def test_advice_that_varies_is_not_kept():
    cache = AdviceCache(2, 60)
    cache.put(brief_message(), Sampling(), ADVICE)
    assert cache.get(brief_message(), Sampling()) is None


def test_a_cache_has_bounds():
    cache = AdviceCache(2, 60)
    for seed in range(3):
        cache.put(brief_message(), Sampling(seed=seed), ADVICE)
    assert cache.get(brief_message(), Sampling(seed=0)) is None
    assert cache.get(brief_message(), Sampling(seed=2)) is ADVICE


def test_a_cache_can_be_switched_off():
    cache = AdviceCache(0, 60)
    cache.put(brief_message(), Sampling(seed=1), ADVICE)
    assert cache.get(brief_message(), Sampling(seed=1)) is None
