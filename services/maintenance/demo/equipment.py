"""Where things are at a site of the demo plant: places and assets, each as trees, and the meters on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from google.protobuf.message import Message
from steward.maintenance.v1 import asset_pb2, location_pb2, meter_pb2, site_pb2

from services.maintenance.demo.plant import Category, Machine, Place
from services.maintenance.demo.scene import RECORDED, Scene, record, stamp
from services.maintenance.records.rows import time_of

_NEW_SHARE = 0.15
"""Share of the assets that are younger than the records."""

_WARRANTY = timedelta(days=730)


@dataclass
class Unit:
    """An asset that fails, and what its history rests on."""

    asset: asset_pb2.Asset
    category: Category
    since: datetime
    """When it was taken into service."""
    until: datetime
    """When it was retired, or now."""
    standby: bool = False
    down: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Times for which it stands still; one that lasts goes on beyond now."""

    @property
    def id(self) -> str:
        """Last part of its name."""
        return self.asset.name.rpartition("/")[2]


class Equipment:
    """The places and assets of one site.

    Args:
        scene: The site.
    """

    def __init__(self, scene: Scene) -> None:
        self.units: list[Unit] = []
        self.site = _site(scene)
        self._scene = scene
        self._lines: list[asset_pb2.Asset] = []
        self._locations: list[location_pb2.Location] = []
        self._numbers: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        self._namesakes: Counter[str] = Counter()
        for place in scene.site.locations:
            self._count(place)
        for place in scene.site.locations:
            self._locate(place, "")

    def messages(self) -> Iterator[Message]:
        """Its resources."""
        yield self.site
        yield from self._locations
        yield from self._lines
        yield from (unit.asset for unit in self.units)
        yield from self._meters()

    def _count(self, place: Place) -> None:
        """Counts the machines of each name; where there are several, they have numbers."""
        for machine in place.machines:
            self._namesakes[machine.name] += machine.count
        for inner in place.locations:
            self._count(inner)

    def _locate(self, place: Place, parent: str) -> None:
        location = location_pb2.Location(
            **record(f"locations/{self._scene.id(place.key)}", self._scene.begin),
            display_name=place.name,
            site=self.site.name,
            parent=parent,
            description=place.description,
        )
        self._locations.append(location)
        line = self._line(place.line, location.name) if place.line else ""
        for machine in place.machines:
            for number in range(machine.count):
                self._build(machine, location.name, line, standby=machine.standby and number == machine.count - 1)
        for inner in place.locations:
            self._locate(inner, location.name)

    def _line(self, name: str, location: str) -> str:
        line = asset_pb2.Asset(
            **record(f"assets/{self._id('line')}", self._scene.begin),
            display_name=name,
            site=self.site.name,
            location=location,
            category="production line",
            criticality=asset_pb2.ASSET_CRITICALITY_A,
            status=asset_pb2.ASSET_STATUS_OPERATING,
        )
        self._lines.append(line)
        return line.name

    def _build(self, machine: Machine, location: str, line: str, *, standby: bool) -> None:
        """A machine and its components."""
        self._named[machine.name] += 1
        number = f" {self._named[machine.name]}" if self._namesakes[machine.name] > 1 else ""
        name = f"{machine.name}{number}"
        whole = self._unit(machine, machine.category, name, line, location)
        whole.standby = standby
        components = whole.category.components if machine.components is None else machine.components
        for component in components:
            label = self._scene.plant.categories[component].label[self._scene.site.language]
            part = self._unit(machine, component, f"{name}, {label}", whole.asset.name, location)
            part.standby = standby

    def _unit(self, machine: Machine, kind: str, name: str, parent: str, location: str) -> Unit:
        category = self._scene.plant.categories[kind]
        id_ = self._id(category.slug)
        rng = self._scene.random("asset", id_)
        since, until = self._service(rng, retired=machine.retired)
        maker, model = rng.choice(category.makers)
        asset = asset_pb2.Asset(
            **record(f"assets/{id_}", max(self._scene.begin, since)),
            display_name=name,
            site=self.site.name,
            location=location,
            parent=parent,
            category=kind,
            manufacturer=maker,
            model=model,
            serial_number=f"{maker[0]}{rng.randrange(10**6):06}",
            criticality=asset_pb2.AssetCriticality.ValueType(machine.criticality),
            in_service_time=stamp(since),
        )
        if self._scene.now - since < 3 * _WARRANTY:
            asset.warranty_end_time.FromDatetime(since + _WARRANTY)
        self.units.append(Unit(asset, category, since, until))
        return self.units[-1]

    def _service(self, rng: Random, *, retired: bool) -> tuple[datetime, datetime]:
        """When an asset was taken into service, and when it was retired."""
        now, is_new, share = self._scene.now, rng.random() < _NEW_SHARE, rng.random()
        if retired:
            return self._scene.at_eight(now - RECORDED * (4 + share)), self._scene.at_eight(now - timedelta(days=90))
        youngest, oldest = (timedelta(days=60), RECORDED) if is_new else (RECORDED, RECORDED * 5)
        return self._scene.at_eight(now - youngest - (oldest - youngest) * share), now

    def _id(self, slug: str) -> str:
        self._numbers[slug] += 1
        return self._scene.id(slug, f"{self._numbers[slug]:03}")

    def _meters(self) -> Iterator[meter_pb2.Meter]:
        for unit in self.units:
            for key, gauge in self._scene.plant.meters.items():
                if unit.asset.category in gauge.categories:
                    yield meter_pb2.Meter(
                        **record(f"meters/{unit.id}-{key}", time_of(unit.asset.create_time)),
                        display_name=f"{unit.asset.display_name}, {gauge.label[self._scene.site.language]}",
                        asset=unit.asset.name,
                        unit=gauge.unit,
                        kind=meter_pb2.MeterKind.ValueType(gauge.kind),
                        lowest_value=gauge.lowest,
                        highest_value=gauge.highest,
                    )


def _site(scene: Scene) -> site_pb2.Site:
    site = scene.site
    return site_pb2.Site(
        **record(f"sites/{site.id}", scene.begin),
        display_name=site.name,
        time_zone=site.time_zone,
        country_code=site.country,
        currency_code=site.currency,
        address=site.address,
        tariff=site_pb2.Tariff(**site.tariff),
    )
