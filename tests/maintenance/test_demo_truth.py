"""The demo plant is true to its laws, so that what is computed from its records can be compared with them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from steward.maintenance.v1 import asset_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.maintenance.demo.plant import plant, truths
from services.maintenance.records.rows import time_of
from tests.maintenance.demo import BEGIN, NOW, made

SEEDS = range(1, 6)
"""Histories that the laws are told from."""

CORRECTIVE, COMPLETED = pb.WORK_ORDER_TYPE_CORRECTIVE, pb.WORK_ORDER_STATE_COMPLETED


@dataclass
class Evidence:
    """What the records of several histories tell of a category."""

    gaps: list[float] = field(default_factory=list)
    """Hours from the ends of repairs to the next failures."""
    lasting: list[float] = field(default_factory=list)
    """Hours from the ends of the last repairs until now."""
    up_h: float = 0.0
    """Time in service less unplanned downtime."""
    took: list[float] = field(default_factory=list)
    """Hours of repairs."""
    modes: Counter[int] = field(default_factory=Counter)

    def learn(self, order: Any, since: datetime | None) -> datetime | None:
        """Counts a repair of an asset that was renewed at a time; gives when it is renewed by this one."""
        self.modes[order.failure_mode] += 1
        if since:
            self.gaps.append(hours(time_of(order.report_time) - since))
        if order.state != COMPLETED:
            return None
        self.took.append(hours(time_of(order.complete_time) - time_of(order.start_time)))
        return time_of(order.complete_time)


@cache
def evidence() -> dict[str, Evidence]:
    """By category."""
    found: dict[str, Evidence] = defaultdict(Evidence)
    for seed in SEEDS:
        units = {each.name: each for each in made("Asset", seed) if each.status != asset_pb2.ASSET_STATUS_RETIRED}
        for unit in units.values():
            found[unit.category].up_h += hours(NOW - max(BEGIN, time_of(unit.in_service_time)))
        for down in made("Downtime", seed):
            if down.asset in units and not down.planned:
                end = time_of(down.end_time) if down.HasField("end_time") else NOW
                found[units[down.asset].category].up_h -= hours(end - time_of(down.start_time))
        renewed: dict[str, datetime | None] = {}
        for order in made("WorkOrder", seed):  # by their report
            if order.type == CORRECTIVE and order.asset in units:
                told = found[units[order.asset].category]
                renewed[order.asset] = told.learn(order, renewed.get(order.asset))
        for name, since in renewed.items():
            found[units[name].category].lasting += [hours(NOW - since)] if since else []
    return found


def hours(time: timedelta) -> float:
    return time / timedelta(hours=1)


def fitted(known: list[float], lasting: list[float]) -> tuple[float, float]:
    """Shape and scale of the Weibull distribution that makes the gaps likeliest."""
    both = [*known, *lasting]
    low, high = 0.2, 8.0
    mean_log = sum(map(math.log, known)) / len(known)
    for _ in range(60):
        shape = (low + high) / 2
        powers = [gap**shape for gap in both]
        slope = sum(p * math.log(gap) for p, gap in zip(powers, both, strict=True)) / sum(powers)
        low, high = (low, shape) if slope - 1 / shape > mean_log else (shape, high)
    return low, (sum(gap**low for gap in both) / len(known)) ** (1 / low)


OFTEN = [name for name in truths() if name not in ("transformer", "heat exchanger")]
"""Categories of which there are enough failures to tell."""


@pytest.mark.parametrize("category", OFTEN)
def test_assets_fail_by_the_law_of_their_category(category: str):
    truth, told = truths()[category], evidence()[category]
    shape, scale = fitted(told.gaps, told.lasting)
    # Four standard errors of the likeliest parameters.
    error = 4 / math.sqrt(len(told.gaps))
    assert math.log(shape / truth.shape) == pytest.approx(0, abs=0.8 * error)
    assert math.log(scale / truth.scale_h) == pytest.approx(0, abs=1.1 * error / truth.shape)
    assert truth.mtbf_h == pytest.approx(truth.scale_h * math.gamma(1 + 1 / truth.shape))


@pytest.mark.parametrize("category", OFTEN)
def test_the_records_tell_the_mean_time_between_failures(category: str):
    """As a metric has it: time in service less downtime, over the number of failures."""
    truth, told = truths()[category], evidence()[category]
    failures = told.modes.total()
    variation = math.sqrt(math.gamma(1 + 2 / truth.shape) / math.gamma(1 + 1 / truth.shape) ** 2 - 1)
    # Young assets fail less often than old ones, and some that fail run on until they are repaired.
    assert told.up_h / failures == pytest.approx(truth.mtbf_h, rel=0.04 + 4 * variation / math.sqrt(failures))


def test_there_are_as_many_failures_as_the_laws_foresee():
    foreseen = sum(told.up_h / truths()[category].mtbf_h for category, told in evidence().items() if category in OFTEN)
    failures = sum(evidence()[category].modes.total() for category in OFTEN)
    assert failures == pytest.approx(foreseen, rel=0.04)


@pytest.mark.parametrize("category", OFTEN)
def test_repairs_take_as_long_and_failures_show_as_often_as_they_should(category: str):
    truth, told = truths()[category], evidence()[category]
    error = plant().categories[category].repair_spread / math.sqrt(len(told.took))
    assert sum(told.took) / len(told.took) == pytest.approx(truth.repair_h, rel=0.01 + 4 * error)
    assert told.modes.keys() <= truth.failure_modes.keys()
    for mode, share in truth.failure_modes.items():
        error = math.sqrt(share * (1 - share) / told.modes.total())
        assert told.modes[mode] / told.modes.total() == pytest.approx(share, abs=4 * error)
