"""What is handed out can be brought back, and changes nothing where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from steward.maintenance.v1 import (
    asset_pb2,
    downtime_pb2,
    location_pb2,
    meter_pb2,
    part_pb2,
    person_pb2,
    plan_pb2,
    site_pb2,
    team_pb2,
)
from steward.maintenance.v1 import work_order_pb2 as order_pb

from services.maintenance.app import all_messages
from services.maintenance.exchange.batch import File
from services.maintenance.exchange.exporter import Export, in_order
from services.maintenance.exchange.importer import Importer
from services.maintenance.exchange.sheet import read
from services.maintenance.migrations import migrate
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog
from services.maintenance.rules import RULES
from tests.maintenance.exchanging import exported, referred_to, rows, take, without_counters
from tests.maintenance.made import add, asset, kind, plant, records_in, site, work_order


@pytest.fixture
def plant_records(records: Records) -> Records:
    plant(records)
    return records


WORDS = st.text(st.sampled_from("aé€=+-@'\"\t\r\n;, "), min_size=1, max_size=12) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)
NUMBERS = st.floats(0, 9999)
TIMESTAMPS = st.integers(0, 2**55).map(lambda us: {"seconds": us // 10**6, "nanos": us % 10**6 * 1000})
ITEMS = st.lists(st.builds(order_pb.ChecklistItem, text=WORDS, done=st.booleans(), note=WORDS), max_size=3)


# The examples of a test share its database, so a failure cannot be repeated with another example.
ON_DATABASES = settings(
    phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def some(**known: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Fields, some of which are not set."""
    return st.fixed_dictionaries({}, optional=known)


CALENDARS = st.builds(
    plan_pb2.CalendarTrigger,
    every=st.integers(1, 1000),
    unit=st.integers(1, 4),
    start_time=TIMESTAMPS,
    basis=st.integers(0, 2),
)
TARIFFS = st.builds(
    site_pb2.Tariff,
    energy_price_per_kwh=st.floats(0, 100),
    periods=st.lists(st.builds(site_pb2.TariffPeriod, display_name=WORDS, start=st.just("08:00")), max_size=2),
)
ORDER = {"title": WORDS, "asset": st.just("assets/pump"), "type": st.integers(1, 4)}
KINDS: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = {
    "Site": (
        site_pb2.Site,
        {"display_name": WORDS, "time_zone": st.sampled_from(["UTC", "Europe/Madrid", "America/Lima"])},
        {"address": WORDS, "country_code": st.just("ES"), "tariff": TARIFFS, "demo": st.booleans()},
    ),
    "Location": (
        location_pb2.Location,
        {"display_name": WORDS, "site": st.just("sites/north")},
        {"parent": st.just("locations/hall"), "description": WORDS},
    ),
    "Team": (team_pb2.Team, {"display_name": WORDS}, {"site": st.just("sites/north"), "description": WORDS}),
    "Person": (
        person_pb2.Person,
        {"display_name": WORDS},
        {
            "email": st.just("ana@example.com"),
            "team": st.just("teams/one"),
            "skills": st.lists(WORDS, max_size=3, unique=True),
            "hourly_cost": NUMBERS,
            "inactive": st.booleans(),
        },
    ),
    "Asset": (
        asset_pb2.Asset,
        {"display_name": WORDS, "site": st.just("sites/north")},
        {
            "parent": st.just("assets/pump"),
            "location": st.just("locations/hall"),
            "manufacturer": WORDS,
            "serial_number": WORDS,
            "criticality": st.integers(0, 3),
            "status": st.integers(0, 4),
            "in_service_time": TIMESTAMPS,
        },
    ),
    "Plan": (
        plan_pb2.Plan,
        {"display_name": WORDS, "title": WORDS, "asset": st.just("assets/pump"), "calendar": CALENDARS},
        {"enabled": st.booleans(), "lead_time_d": st.floats(0, 366), "checklist": ITEMS, "estimated_h": NUMBERS},
    ),
    "WorkOrder": (
        order_pb.WorkOrder,
        ORDER,
        {
            "description": WORDS,
            "priority": st.integers(0, 4),
            "report_time": TIMESTAMPS,
            "due_time": TIMESTAMPS,
            "cost": NUMBERS,
            "assignee": st.just("people/ana"),
            "checklist": ITEMS,
            "failure_mode": st.integers(0, 30),
            "resolution": WORDS,
            "state_reason": WORDS,
            "demo": st.booleans(),
        },
    ),
    "Meter": (
        meter_pb2.Meter,
        {"display_name": WORDS, "asset": st.just("assets/pump"), "unit": WORDS, "kind": st.integers(1, 2)},
        {"lowest_value": st.floats(-9, 0), "highest_value": NUMBERS, "latest_value": NUMBERS},
    ),
    "Part": (
        part_pb2.Part,
        {"display_name": WORDS},
        {"part_number": WORDS, "site": st.just("sites/north"), "min_stock": NUMBERS, "unit_cost": NUMBERS},
    ),
    "StockMovement": (
        part_pb2.StockMovement,
        {"part": st.just("parts/seal"), "change": st.integers(1, 400).map(lambda n: n / 4)},
        {"work_order": st.just("workOrders/order"), "reason": WORDS, "move_time": TIMESTAMPS, "unit_cost": NUMBERS},
    ),
    "Downtime": (
        downtime_pb2.Downtime,
        {"asset": st.just("assets/pump"), "start_time": TIMESTAMPS},
        {"work_order": st.just("workOrders/order"), "planned": st.booleans(), "reason": WORDS},
    ),
}


def fill(records: Records, name: str, data: st.DataObject) -> None:
    """Adds some resources of a kind, with their history."""
    make, required, optional = KINDS[name]
    resource = kind(records, name)
    with records.database.writing() as connection:
        store = records.store(connection)
        for fields in data.draw(st.lists(st.tuples(st.fixed_dictionaries(required), some(**optional)), max_size=3)):
            message = make(**fields[0], **fields[1])
            message.name = resource.name(f"x{len(rows_of(store, resource))}")
            records.add(store, resource, message)


def rows_of(store: Any, resource: Any) -> list[Any]:
    return store.connection.execute(sa.select(store.table(resource).c.id)).all()


@pytest.mark.parametrize("name", [resource.descriptor.name for resource in Catalog(all_messages())])
@settings(ON_DATABASES, max_examples=12)
@given(data=st.data())
def test_an_export_that_is_imported_changes_nothing(records: Records, name: str, data: st.DataObject):
    if not rows(records)["site"]:
        referred_to(records)
    fill(records, name, data)
    before = rows(records)
    separator = data.draw(st.sampled_from([",", ";", "\t"]))
    outcome = take(records, name, exported(records, name, separator=separator))
    assert (outcome.problems.shown, outcome.created, outcome.updated) == ([], 0, 0)
    assert outcome.applied
    assert rows(records) == before


@settings(ON_DATABASES, max_examples=6)
@given(data=st.data())
def test_what_is_exported_can_be_brought_back(
    records: Records, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    if not rows(records)["site"]:
        referred_to(records)
    for name in KINDS:
        if name != "StockMovement":
            fill(records, name, data)
    take(records, "StockMovement", f"part,change,moveTime\nseal,{data.draw(st.integers(1, 9))}.25,2026-01-01T00:00Z\n")
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('other') / 'records.db'}")
    other = records_in(database)
    migrate(database, other.metadata)
    found = [File(resource, read(exported(records, resource.descriptor.name))) for resource in in_order(other.catalog)]
    outcomes = Importer(other, RULES).run(found)
    assert [problem for outcome in outcomes for problem in outcome.problems.shown] == []
    assert without_counters(rows(other)) == without_counters(rows(records))
    database.close()


def test_an_export_is_of_a_site(plant_records: Records):
    records = plant_records
    add(records, site(), "south")
    add(records, asset(site="sites/south", display_name="=Fan"), "fan")
    add(records, work_order(), "at-pump")
    add(records, work_order(asset="assets/fan"), "at-fan")
    add(records, downtime_pb2.Downtime(asset="assets/fan", start_time={"seconds": 1}), "stop")
    assert exported(records, "Asset", site="south").splitlines()[1].startswith("assets/fan,'=Fan,sites/south,")
    for name, found in (("Site", "sites/south"), ("WorkOrder", "workOrders/at-fan"), ("Downtime", "downtimes/stop")):
        _, *lines = exported(records, name, site="south").splitlines()
        assert [line.partition(",")[0] for line in lines] == [found]
    assert len(exported(records, "Downtime", site="north").splitlines()) == 1


def test_long_exports_come_in_pages(plant_records: Records):
    csv = "name,title,asset,type,description\n" + "".join(
        f"w{number:03},T,pump,corrective,{'long ' * 1500}\n" for number in range(450)
    )
    take(plant_records, "WorkOrder", csv)
    with plant_records.database.reading() as connection:
        pieces = list(Export(plant_records, kind(plant_records, "WorkOrder")).pages(connection))
    assert max(map(len, pieces)) <= 1_000_000
    assert len(read("".join(pieces)).rows) == 450


def test_every_kind_comes_after_what_it_refers_to(records: Records):
    seen: set[str] = set()
    for resource in in_order(records.catalog):
        assert {field.target for field in resource.fields.values()} - {"", resource.type} <= seen
        seen.add(resource.type)
