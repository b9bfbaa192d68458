"""The demo plant: the same each time, within all rules, and as things happen."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from protovalidate import Validator
from steward.maintenance.v1 import asset_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.maintenance.demo.plant import plant
from services.maintenance.plans import PlanServicer, note_next_due, note_next_maintenance
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Kind
from services.maintenance.records.rows import time_of
from services.maintenance.rules import RULES
from tests.maintenance.demo import BEGIN, NOW, ROOT, by_name, change, made

CORRECTIVE, COMPLETED, CANCELLED = (
    pb.WORK_ORDER_TYPE_CORRECTIVE,
    pb.WORK_ORDER_STATE_COMPLETED,
    pb.WORK_ORDER_STATE_CANCELLED,
)


def digest(messages: Any) -> str:
    found = hashlib.sha256()
    for message in messages:
        found.update(message.SerializeToString(deterministic=True))
    return found.hexdigest()


def has(message: Any, *fields: str) -> list[bool]:
    return [message.HasField(field) for field in fields]


def test_it_is_the_same_for_the_same_hour_and_seed():
    again = (
        "import sys; from datetime import datetime; from services.maintenance.demo.history import resources\n"
        "for message in resources(datetime.fromisoformat(sys.argv[1])):\n"
        "    sys.stdout.buffer.write(message.SerializeToString(deterministic=True))"
    )
    run = [sys.executable, "-c", again, NOW.replace(minute=59).isoformat()]
    other = subprocess.run(run, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True, check=True)
    assert hashlib.sha256(other.stdout).hexdigest() == digest(made())
    assert digest(made("", 1)) != digest(made())


def test_it_has_what_it_should_have():
    found = Counter(message.DESCRIPTOR.name for message in made())
    assert found["Site"] == 3
    assert 250 <= found["Asset"] <= 400
    assert found["WorkOrder"] > 3000
    zones, currencies = ({getattr(each, name) for each in made("Site")} for name in ("time_zone", "currency_code"))
    assert len(zones) == len(currencies) == 3
    depth = Counter(len(list(above(each))) for each in made("Asset"))
    assert depth[1] and depth[2]  # machines of lines, and components of these


def above(each: Any) -> Iterator[Any]:
    while each.parent:
        each = by_name()[each.parent]
        yield each


def test_all_of_it_is_marked():
    assert all(message.demo for message in made())
    assert all("(demo)" in each.display_name for each in made("Site"))


def test_names_are_readable_and_unique():
    assert len(by_name()) == len(made())
    assert by_name()["assets/bio-pump-001"].category == "centrifugal pump"
    names = Counter((message.DESCRIPTOR.name, message.site, message.display_name) for message in made("Asset"))
    assert max(names.values()) == 1


def test_the_data_are_whole():
    found = plant()
    for category in found.categories.values():
        assert math.isclose(sum(category.failures.values()), 1)
        assert {*category.failures} <= {*found.failures}
        assert {*category.components} <= {*found.categories}
    for failure in found.failures.values():
        assert math.isclose(sum(failure.causes.values()), 1)
    for each in (*found.failures.values(), *found.tasks.values()):
        assert {*each.parts} <= {*found.parts}
    texts = [each for failure in found.failures.values() for each in (failure.titles, failure.seen, failure.done)]
    texts += [*found.phrases.values(), *(task.checklist for task in found.tasks.values())]
    assert all(text["en"] and text["es"] for text in texts)


def test_every_resource_keeps_its_contract():
    validator = Validator()
    broken = {message.name: found for message in made() if (found := validator.collect_violations(message))}
    assert broken == {}


def test_every_reference_is_to_something_that_exists(records: Records):
    for message in made():
        resource = records.catalog.of(message.DESCRIPTOR)
        assert resource
        assert resource.id_of(message.name), message.name
        for each in resource.fields.values():
            name = getattr(message, each.name) if each.kind is Kind.REFERENCE else ""
            assert not name or by_name()[name].DESCRIPTOR is records.catalog.target(each).descriptor


def test_it_is_kept_as_it_was_made_and_as_the_rules_have_it(filled: Records):
    with filled.database.reading() as connection:
        store = filled.store(connection)
        for resource in filled.catalog:
            rows = connection.execute(sa.select(store.table(resource))).mappings()
            found = {each.name: each for each in (store.message(resource, row) for row in rows)}
            assert found == {each.name: each for each in made() if each.DESCRIPTOR is resource.descriptor}
            if rules := RULES.get(resource.type):
                for each in found.values():
                    after = type(each)()
                    after.CopyFrom(each)
                    rules.settle(store, each, after)
                    assert after == each


def test_what_follows_is_what_the_rules_compute(filled: Records):
    plan, unit = (filled.metadata.tables[name] for name in ("plan", "asset"))
    columns = sa.select(plan.c.id, plan.c.next_due_time), sa.select(unit.c.id, unit.c.next_maintenance_time)

    def follow(store: Any) -> None:
        before = [dict(store.connection.execute(each).all()) for each in columns]
        for each in made("Plan"):
            note_next_due(store, each)
        for each in made("Asset"):
            note_next_maintenance(store, each.name)
        assert [dict(store.connection.execute(each).all()) for each in columns] == before

    change(filled, follow)
    # All orders that are due have been made.
    assert PlanServicer(filled, None, lambda: NOW.replace(minute=0)).generate() == []  # type: ignore[arg-type]


def test_nothing_has_happened_in_the_future_or_before_the_records_begin():
    foreseen = {"due_time", "next_due_time", "next_maintenance_time", "warranty_end_time"}
    since = {"in_service_time"}
    for message in made():
        for each, value in message.ListFields():
            if each.name.endswith("_time") and each.name not in foreseen:
                assert time_of(value) <= NOW, (message.name, each.name)
                assert time_of(value) >= BEGIN or each.name in since, (message.name, each.name)
        assert time_of(message.create_time) <= time_of(message.update_time)


def test_orders_are_as_their_states_have_it():
    times = ("start_time", "complete_time")
    expected = {
        pb.WORK_ORDER_STATE_OPEN: ([False, False], False),
        pb.WORK_ORDER_STATE_IN_PROGRESS: ([True, False], False),
        pb.WORK_ORDER_STATE_ON_HOLD: ([True, False], True),
        COMPLETED: ([True, True], False),
        CANCELLED: ([False, False], True),
    }
    for order in made("WorkOrder"):
        assert (has(order, *times), bool(order.state_reason)) == expected[order.state], order.name
        known = [time_of(getattr(order, name)) for name in ("report_time", *times) if order.HasField(name)]
        assert known == sorted(known)
        assert order.state == pb.WORK_ORDER_STATE_OPEN or order.create_time != order.update_time
        outcome = has(order, "labor_h", "cost"), bool(order.resolution)
        assert outcome == (([True, True], True) if order.state == COMPLETED else ([False, False], False))
        assert bool(order.failure_mode) == (order.type == CORRECTIVE)
        is_explained = order.type == CORRECTIVE and order.state == COMPLETED
        assert bool(order.failure_mechanism) == bool(order.failure_cause) == is_explained
        assert by_name()[order.asset].site == order.site


def test_work_that_is_not_urgent_begins_in_the_teams_hours():
    sites = {f"sites/{each.id}": each for each in plant().sites}
    for order in made("WorkOrder"):
        if order.HasField("start_time") and order.priority != pb.WORK_ORDER_PRIORITY_URGENT:
            there = sites[order.site]
            local = time_of(order.start_time).astimezone(ZoneInfo(there.time_zone))
            assert there.opens <= f"{local:%H:%M}" <= there.closes, order.name
            assert local.isoweekday() in there.weekdays


def test_assets_stand_still_for_their_orders_and_once_at_a_time():
    orders, last = {each.name: each for each in made("WorkOrder")}, {}
    for down in sorted(made("Downtime"), key=lambda each: each.start_time.ToNanoseconds()):
        order = orders[down.work_order]
        assert (down.asset, down.planned) == (order.asset, order.type != CORRECTIVE)
        start = time_of(down.start_time)
        assert start in (time_of(order.start_time), time_of(order.report_time))
        assert start >= last.get(down.asset, start)
        assert down.HasField("end_time") == (order.state == COMPLETED)
        last[down.asset] = time_of(down.end_time) if down.HasField("end_time") else NOW + timedelta(days=1)
        if order.state == COMPLETED:
            assert order.complete_time == down.end_time
            assert order.downtime_h == pytest.approx((last[down.asset] - start) / timedelta(hours=1), abs=0.01)
    lasting = {asset for asset, end in last.items() if end > NOW}
    assert lasting == {each.name for each in made("Asset") if each.status == asset_pb2.ASSET_STATUS_DOWN}


def test_stocks_are_the_sums_of_their_movements():
    stocks: Counter[str] = Counter()
    for movement in made("StockMovement"):
        stocks[movement.part] += movement.change  # type: ignore[assignment]
        assert stocks[movement.part] >= 0
        assert bool(movement.work_order) == (movement.change < 0) == (not movement.reason)
        if movement.work_order:
            assert by_name()[movement.work_order].complete_time == movement.move_time
    assert stocks == {part.name: part.stock for part in made("Part")}


def test_there_is_a_backlog():
    states = Counter(order.state for order in made("WorkOrder"))
    assert min(states[state] for state in pb.WorkOrderState.values() if state) >= 3
    overdue = [each for each in made("WorkOrder") if each.state < COMPLETED and time_of(each.due_time) < NOW]
    assert len(overdue) >= 5
    assert len({each.status for each in made("Asset")}) == 4
    assert any(part.stock < part.min_stock for part in made("Part"))
