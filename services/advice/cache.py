"""Advice that was given, for when the same is asked for again."""

from __future__ import annotations

from cachetools import TTLCache
from steward.advice.v1 import brief_pb2
from steward.advice.v1.advice_service_pb2 import Sampling

from services.advice.adviser import Advice


class AdviceCache:
    """Keeps advice by what it was asked with; only what a seed or temperature 0 makes repeatable.

    Args:
        size: Most entries; the least recently used go first. 0 keeps none.
        ttl_s: Seconds for which an entry is kept.
    """

    def __init__(self, size: int, ttl_s: float) -> None:
        self._kept: TTLCache[bytes, Advice] = TTLCache(size, ttl_s)

    def get(self, brief: brief_pb2.Brief, sampling: Sampling) -> Advice | None:
        """The advice that was given; None if there is none."""
        return self._kept.get(_key(brief, sampling)) if _repeatable(sampling) else None

    def put(self, brief: brief_pb2.Brief, sampling: Sampling, advice: Advice) -> None:
        """Keeps an advice if it can be repeated."""
        if _repeatable(sampling) and self._kept.maxsize:
            self._kept[_key(brief, sampling)] = advice


def _repeatable(sampling: Sampling) -> bool:
    return sampling.HasField("seed") or (sampling.HasField("temperature") and sampling.temperature == 0)


def _key(brief: brief_pb2.Brief, sampling: Sampling) -> bytes:
    parts = (part.SerializeToString(deterministic=True) for part in (brief, sampling))
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
