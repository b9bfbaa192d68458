"""What the demo plant is made of, as the files in `data` have it, and what is true of it.

Everything there is invented: the sites, the people, the makers and how their machines fail.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from steward.maintenance.v1 import asset_pb2, failure_pb2, meter_pb2, plan_pb2, work_order_pb2

_DATA = Path(__file__).parent / "data"

Language = Literal["en", "es"]
Craft = Literal["mechanical", "electrical", "instruments"]
Text = Mapping[Language, str]
Texts = Mapping[Language, tuple[str, ...]]


def _value(enum: Any, prefix: str) -> BeforeValidator:
    """Reads a value of an enum by its name without the prefix."""
    return BeforeValidator(lambda name: enum.Value(f"{prefix}_{name}"))


FailureMode = Annotated[int, _value(failure_pb2.FailureMode, "FAILURE_MODE")]
Mechanism = Annotated[int, _value(failure_pb2.FailureMechanism, "FAILURE_MECHANISM")]
Cause = Annotated[int, _value(failure_pb2.FailureCause, "FAILURE_CAUSE")]
Criticality = Annotated[int, _value(asset_pb2.AssetCriticality, "ASSET_CRITICALITY")]
MeterKind = Annotated[int, _value(meter_pb2.MeterKind, "METER_KIND")]
CalendarUnit = Annotated[int, _value(plan_pb2.CalendarUnit, "CALENDAR_UNIT")]
CalendarBasis = Annotated[int, _value(plan_pb2.CalendarBasis, "CALENDAR_BASIS")]
OrderType = Annotated[int, _value(work_order_pb2.WorkOrderType, "WORK_ORDER_TYPE")]
Priority = Annotated[int, _value(work_order_pb2.WorkOrderPriority, "WORK_ORDER_PRIORITY")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Failure(_Data):
    """A way to fail: how it shows, what happens, why, and how people write about it."""

    mode: FailureMode
    mechanism: Mechanism
    causes: Mapping[Cause, float]
    """With the share of each."""
    stops: bool = False
    """Whether the asset stands still from the failure on, rather than from the repair on."""
    parts: Mapping[str, float] = {}
    """What a repair takes from stock."""
    titles: Texts
    seen: Texts
    done: Texts


class Category(_Data):
    """A kind of asset: its law of failures, its repairs, and what fails how often."""

    slug: str
    craft: Craft
    shape: float
    scale_d: float
    repair_h: float
    repair_spread: float = 0.6
    other_cost: float
    label: Text
    makers: tuple[tuple[str, str], ...]
    """Manufacturers, each with a model."""
    components: tuple[str, ...] = ()
    failures: Mapping[str, float]


class Part(_Data):
    """A part that is kept in store."""

    label: Text
    number: str
    unit: str = ""
    cost: float
    least: float
    order: float


class Gauge(_Data):
    """Something that is measured on assets of some categories."""

    label: Text
    unit: str
    kind: MeterKind
    lowest: float | None = None
    highest: float | None = None
    categories: frozenset[str]


class Task(_Data):
    """Work that comes again and again on assets of some categories."""

    categories: frozenset[str]
    share: float = 1.0
    every: int
    unit: CalendarUnit
    basis: CalendarBasis = plan_pb2.CALENDAR_BASIS_SCHEDULED
    lead_d: float
    type: OrderType = work_order_pb2.WORK_ORDER_TYPE_PREVENTIVE
    priority: Priority = work_order_pb2.WORK_ORDER_PRIORITY_MEDIUM
    craft: Craft
    hours: float
    stops: bool = False
    parts: Mapping[str, float] = {}
    title: Text
    description: Text
    checklist: Texts
    finding: Text | None = None


class Machine(_Data):
    """One or more machines of the same name."""

    category: str
    name: str
    count: int = 1
    criticality: Criticality
    components: tuple[str, ...] | None = None
    """Those of its category if it has none of its own."""
    standby: bool = False
    """Whether the last of them is in reserve."""
    retired: bool = False


class Place(_Data):
    """A location, with what stands there and what is within it."""

    key: str
    name: str
    description: str = ""
    line: str = ""
    """Name of the line that its machines belong to; empty if they belong to none."""
    machines: tuple[Machine, ...] = ()
    locations: tuple[Place, ...] = ()


class Crew(_Data):
    """A team and its people."""

    name: str
    description: str
    skills: tuple[str, ...]
    hourly: float
    """Cost of an hour, in EUR."""
    people: tuple[str, ...]
    left: tuple[str, ...] = ()
    """People who have left."""


class Factory(_Data):
    """A site."""

    id: str
    key: str
    """What the ids of everything there begin with."""
    name: str
    language: Language
    time_zone: str
    country: str
    currency: str
    decimals: int
    per_eur: float
    address: str
    opens: str
    closes: str
    """Hours of the teams; urgent work is done at any hour."""
    weekdays: frozenset[int]
    late: float
    """Share of planned work that is late."""
    pace: float
    """How long work that is not urgent waits, compared to the other sites."""
    tariff: Mapping[str, Any]
    teams: Mapping[Craft, Crew]
    locations: tuple[Place, ...]


class Plant(_Data):
    """All of it."""

    categories: Mapping[str, Category]
    failures: Mapping[str, Failure]
    parts: Mapping[str, Part]
    meters: Mapping[str, Gauge]
    tasks: Mapping[str, Task]
    phrases: Mapping[str, Texts]
    sites: tuple[Factory, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What estimates for a category of assets should come to."""

    shape: float
    """Of the Weibull distribution of the time from the end of a repair to the next failure."""
    scale_h: float
    mtbf_h: float
    """Its mean."""
    repair_h: float
    """Mean time from the begin of a repair to its end; downtime has what is waited for besides."""
    failure_modes: Mapping[int, float]
    """Share of the failures of each mode, by its number."""


@cache
def plant() -> Plant:
    """The plant as the files have it."""
    single = {name: _read(f"{name}.toml") for name in ("categories", "parts", "meters", "tasks", "phrases")}
    failures: dict[str, Any] = {}
    for path in sorted((_DATA / "failures").iterdir()):
        failures |= _read(f"failures/{path.name}")
    sites = [_read(f"sites/{path.name}") for path in sorted((_DATA / "sites").iterdir())]
    return Plant.model_validate({**single, "failures": failures, "sites": sites})


def truths() -> Mapping[str, Truth]:
    """What is true of each category of assets.

    A repair makes an asset as good as new, and nothing else does: preventive work changes no life. In three years few
    assets fail often enough for estimates of their own; together, those of a category do.
    """
    return {name: _truth(category) for name, category in plant().categories.items()}


def _truth(category: Category) -> Truth:
    modes: dict[int, float] = {}
    for name, share in category.failures.items():
        mode = plant().failures[name].mode
        modes[mode] = modes.get(mode, 0.0) + share
    scale_h = category.scale_d * 24
    mtbf_h = scale_h * math.gamma(1 + 1 / category.shape)
    return Truth(category.shape, scale_h, mtbf_h, category.repair_h, modes)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))
