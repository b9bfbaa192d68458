"""A site at a time: its clock, its money and its chance, from which everything about it follows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from services.maintenance.demo.plant import Factory, Plant, Texts

_T = TypeVar("_T")

RECORDED = timedelta(days=3 * 365)
"""How far the records go back."""

_SETTLING = timedelta(minutes=40)
"""Longest time from when the teams' hours begin until work does."""


@dataclass(frozen=True)
class Scene:
    """A site, and when it is looked at."""

    plant: Plant
    site: Factory
    seed: int
    """What chance is made of."""
    now: datetime
    """The end of the records, in UTC."""

    @property
    def begin(self) -> datetime:
        """When the records begin."""
        return self.now - RECORDED

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's clock."""
        return ZoneInfo(self.site.time_zone)

    def random(self, *of: object) -> Random:
        """Chance of its own for everything, so that nothing depends on what else there is."""
        return Random("/".join(map(str, (self.seed, self.site.key, *of))))  # noqa: S311 - it is to be repeatable

    def id(self, *of: object) -> str:
        """An id of this site."""
        return "-".join(map(str, (self.site.key, *of)))

    def said(self, rng: Random, texts: Texts) -> str:
        """One of several texts, in the site's language."""
        return rng.choice(texts[self.site.language])

    def phrase(self, rng: Random, kind: str) -> str:
        """Something that is said at such occasions."""
        return self.said(rng, self.plant.phrases[kind])

    def money(self, eur: float) -> float:
        """An amount in the site's currency."""
        return self.rounded(eur * self.site.per_eur)

    def rounded(self, amount: float) -> float:
        """An amount in the site's currency, to its smallest coin."""
        return round(amount, self.site.decimals)

    def at_eight(self, when: datetime) -> datetime:
        """Eight o'clock on the same day by the site's clock."""
        return datetime.combine(when.astimezone(self.zone), time(8), self.zone).astimezone(UTC)

    def working(self, rng: Random, earliest: datetime, hours: float) -> datetime:
        """When the teams begin with what can be begun from some time on: early enough to end it on the same day.

        What takes longer than a day is begun in the morning, and carried on with overnight.
        """
        settled = _SETTLING * rng.random()
        day = earliest.astimezone(self.zone).date()
        while True:
            if day.isoweekday() in self.site.weekdays:
                opens, closes = (self._on(day, clock) for clock in (self.site.opens, self.site.closes))
                begin = max(earliest, opens + settled)
                if begin + min(timedelta(hours=hours), closes - opens - settled) <= closes:
                    return to_minute(begin)
            day += timedelta(days=1)

    def _on(self, day: Any, clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def record(name: str, create_time: datetime, update_time: datetime | None = None, revision: int = 1) -> dict[str, Any]:
    """What every resource of the demo has: its name, its mark, its times and its etag."""
    times = {"create_time": stamp(create_time), "update_time": stamp(update_time or create_time)}
    return {"name": name, "demo": True, "etag": str(revision), **times}


def stamp(time_: datetime) -> Timestamp:
    """A time as contracts have it."""
    found = Timestamp()
    found.FromDatetime(time_)
    return found


def touch(resource: Any, time_: datetime, revision: int) -> None:
    """Notes when a resource was last changed, and what its etag is since."""
    resource.update_time.FromDatetime(time_)
    resource.etag = str(revision)


def to_minute(time_: datetime) -> datetime:
    """A time, to the full minute before it."""
    return time_.replace(second=0, microsecond=0)


def drawn(rng: Random, shares: Mapping[_T, float]) -> _T:
    """One of several, each as often as its share."""
    return rng.choices(list(shares), list(shares.values()))[0]


def lognormal(rng: Random, mean: float, spread: float) -> float:
    """A duration or cost that varies around its mean.

    Args:
        rng: Chance.
        mean: The mean.
        spread: The standard deviation over the mean.
    """
    variance = math.log1p(spread * spread)
    return rng.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


def after(begin: str, rest: str) -> str:
    """A title that begins with what it is about."""
    return f"{begin}{rest[0].lower()}{rest[1:]}"
