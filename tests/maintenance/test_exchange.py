"""Import: what is right is written by the rules of any change, and every bad row is named."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
import sqlalchemy as sa
from steward.errors.v1 import reason_pb2 as reasons
from steward.maintenance.v1 import exchange_service_pb2 as pb
from steward.maintenance.v1 import part_pb2
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1.exchange_service_pb2_grpc import ExchangeServiceStub

from services.kit.errors import DeadlineExceeded
from services.maintenance.exchange.problems import SHOWN
from services.maintenance.records.records import Records
from tests.conftest import Stack, rejected
from tests.maintenance.exchanging import at, counts, places, rows, take, the
from tests.maintenance.made import add, kind, plant
from tests.maintenance.serving import served


@pytest.fixture
def plant_records(records: Records) -> Records:
    plant(records)
    return records


def test_rows_create_update_and_leave_alone(plant_records: Records):
    records = plant_records
    csv = "name,displayName,site,model\nassets/pump,Pump,north,\nfan,Fan,sites/north,F 1\n,Nameless,north,\n"
    outcome = take(records, "Asset", csv)
    assert (counts(outcome), outcome.applied, outcome.problems.count) == ((2, 0, 1, 0), True, 0)
    assert counts(take(records, "Asset", csv.replace("\n,Nameless,north,", ""))) == (0, 0, 2, 0)

    outcome = take(records, "Asset", "name,model\npump,P 2\nfan,\n")
    assert counts(outcome) == (0, 2, 0, 0)
    resource = kind(records, "Asset")
    pump, fan = records.get(resource, "assets/pump"), records.get(resource, "assets/fan")
    assert (pump.model, pump.display_name, pump.etag) == ("P 2", "Pump", "2")
    assert (fan.model, fan.display_name, fan.site) == ("", "Fan", "sites/north")


def test_what_is_required_must_be_there(plant_records: Records):
    outcome = take(plant_records, "WorkOrder", "title,asset\nT,\n,pump\n")
    assert places(outcome) == [(2, "asset", "asset"), (2, "", "type"), (3, "title", "title"), (3, "", "type")]
    assert {problem.reason for problem in outcome.problems.shown} == {reasons.REASON_FIELD_REQUIRED}
    assert counts(outcome) == (0, 0, 0, 2)


def test_an_etag_guards_what_a_row_changes(plant_records: Records):
    records = plant_records
    take(records, "Asset", "name,model\npump,P 2\n")
    problem = the(take(records, "Asset", "name,model,etag\npump,P 3,1\n"))
    assert (problem.column, problem.reason) == ("etag", reasons.REASON_RESOURCE_CHANGED)
    assert counts(take(records, "Asset", "name,displayName,site,etag\nnew,New,north,5\n")) == (1, 0, 0, 0)
    assert counts(take(records, "Asset", "name,model,etag\npump,P 2,1\n")) == (0, 0, 1, 0)
    assert counts(take(records, "Asset", "name,model,etag\npump,P 3,2\n")) == (0, 1, 0, 0)


def test_nothing_is_written_if_a_row_is_bad_and_all_bad_rows_are_named(plant_records: Records):
    records = plant_records
    csv = "name,displayName,site,category\na,A,north,pump\nb,,north,\nc,C,south,\nd,D,north,Ü\na,E,north,\nshort\n"
    before = rows(records)
    for options in ({}, {"dry_run": True}, {"dry_run": True, "skip_invalid": True}):
        outcome = take(records, "Asset", csv, **options)
        assert (counts(outcome), outcome.applied) == ((1, 0, 0, 5), False)
        assert places(outcome) == [
            (3, "displayName", "display_name"),
            (4, "site", "site"),
            (5, "category", "category"),
            (6, "name", "name"),
            (7, "", ""),
        ]
        assert rows(records) == before
    outcome = take(records, "Asset", csv, skip_invalid=True)
    assert (counts(outcome), outcome.applied) == ((1, 0, 0, 5), True)
    assert [row["id"] for row in rows(records)["asset"]] == ["a", "pump"]


def test_a_dry_run_says_what_the_import_then_does(plant_records: Records):
    csv = "name,displayName,site\npump,Pumpe,north\nfan,Fan,north\n"
    before = rows(plant_records)
    dry = take(plant_records, "Asset", csv, dry_run=True)
    assert rows(plant_records) == before
    wet = take(plant_records, "Asset", csv)
    assert counts(dry) == counts(wet) == (1, 1, 0, 0)
    assert (dry.applied, wet.applied) == (False, True)


def test_a_wrong_column_stops_everything(plant_records: Records):
    outcome = take(plant_records, "Asset", "name,display_name,displayName,colour\na,A,A,red\n", skip_invalid=True)
    assert (counts(outcome), outcome.applied) == ((0, 0, 0, 0), False)
    assert [problem.column for problem in outcome.problems.shown] == ["displayName", "colour"]
    assert "those are name, displayName, site" in outcome.problems.shown[1].message
    outcome = take(plant_records, "Plan", "calendar,calendar.every,calendar.startTime.seconds\n")
    assert places(outcome) == [(1, "calendar.every", ""), (1, "calendar.startTime.seconds", "")]


def test_columns_that_follow_from_others_are_not_read(plant_records: Records):
    outcome = take(plant_records, "Part", "displayName,stock\nSeal,7\n")
    assert (counts(outcome), outcome.ignored) == ((1, 0, 0, 0), ["stock"])
    assert rows(plant_records)["part"][0]["stock"] is None


def test_problems_are_counted_beyond_those_that_are_told(plant_records: Records):
    outcome = take(plant_records, "Asset", "displayName,site\n" + "x,nowhere\n" * (SHOWN + 5))
    assert (len(outcome.problems.shown), outcome.problems.count, outcome.rejected) == (SHOWN, SHOWN + 5, SHOWN + 5)


def test_a_tree_comes_in_any_order_and_without_cycles(plant_records: Records):
    records = plant_records
    csv = "name,displayName,site,parent\nc,C,north,b\nb,B,north,a\na,A,north,pump\n"
    assert counts(take(records, "Asset", csv)) == (3, 0, 0, 0)
    outcome = take(records, "Asset", "name,parent\na,c\n")
    assert the(outcome).reason == reasons.REASON_TREE_CYCLE
    outcome = take(records, "Asset", "name,displayName,site,parent\nx,X,north,y\ny,Y,north,x\n")
    assert outcome.problems.shown[0].reason == reasons.REASON_TREE_CYCLE
    assert counts(outcome)[0] == 0


def test_what_rests_on_bad_rows_is_bad(plant_records: Records):
    records = plant_records
    lines = [f"a{number},A,north,a{number + 1}\n" for number in range(6)]
    csv = "name,displayName,site,parent\n" + "".join(lines) + "a6,,north,\nfine,F,north,pump\n"
    outcome = take(records, "Asset", csv, skip_invalid=True)
    assert (counts(outcome), outcome.applied) == ((1, 0, 0, 7), True)
    csv = "name,displayName,site,parent\n" + "".join(f"b{number},B,north,b{number + 1}\n" for number in range(40))
    outcome = take(records, "Asset", csv + "b40,,north,\nb41,B,north,\n", skip_invalid=True)
    assert counts(outcome) == (0, 0, 0, 42)  # too deep to be told apart


def test_what_follows_from_rows_follows(plant_records: Records):
    records = plant_records
    plan = '"{""every"": 1, ""unit"": ""CALENDAR_UNIT_MONTH"", ""startTime"": ""2026-01-31T10:00:00Z""}"'
    take(records, "Plan", f"name,displayName,asset,title,calendar\noil,Oil,pump,Oil,{plan}\n")
    orders = "name,title,asset,type,plan,dueTime,state\n"
    take(records, "WorkOrder", f"{orders}w1,Oil,pump,preventive,oil,2026-01-31T10:00:00Z,completed\n")
    found = records.get(kind(records, "Plan"), "plans/oil")
    assert found.next_due_time == at(2026, 2, 28, 10)
    pump = records.get(kind(records, "Asset"), "assets/pump")
    assert (pump.next_maintenance_time, pump.etag) == (found.next_due_time, "1")
    order = records.get(kind(records, "WorkOrder"), "workOrders/w1")
    assert (order.site, order.state) == ("sites/north", order_pb.WORK_ORDER_STATE_COMPLETED)
    assert "cannot be changed" in the(take(records, "WorkOrder", "name,plan\nw1,\n")).message

    # What the service has set where nobody said stays where nobody says.
    every = '"{""every"": 2, ""unit"": ""CALENDAR_UNIT_MONTH""}"'
    assert counts(take(records, "Plan", f"name,calendar\noil,{every}\n")) == (0, 1, 0, 0)
    assert counts(take(records, "Plan", f"name,calendar\noil,{every}\n")) == (0, 0, 1, 0)
    assert counts(take(records, "Plan", "name,calendar.every,calendar.startTime\noil,2,\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("state", "start", "complete", "field"),
    [
        ("completed", "2020-01-01", "2020-01-02", ""),
        ("completed", "", "2020-01-02", ""),
        ("completed", "", "", ""),
        ("completed", "2020-01-03", "2020-01-02", "complete_time"),
        ("in progress", "2020-01-01", "", ""),
        ("in progress", "", "", "start_time"),
        ("on hold", "2020-01-01", "2020-01-02", "complete_time"),
        ("open", "2020-01-01", "", "start_time"),
        ("", "", "", ""),
        ("cancelled", "2020-01-01", "", ""),
        ("cancelled", "", "2020-01-01", "complete_time"),
    ],
)
def test_states_and_times_of_orders_agree(plant_records: Records, state: str, start: str, complete: str, field: str):
    csv = f"name,title,asset,type,state,startTime,completeTime\nw,T,pump,corrective,{state},{start},{complete}\n"
    outcome = take(plant_records, "WorkOrder", csv)
    assert [problem.field for problem in outcome.problems.shown] == [field] * bool(field)
    if not field:
        assert counts(take(plant_records, "WorkOrder", csv)) == (0, 0, 1, 0)


def test_when_something_was_created_is_told_once(plant_records: Records):
    csv = "name,displayName,site,createTime\nfan,Fan,north,2020-01-01T00:00:00Z\n"
    take(plant_records, "Asset", csv)
    assert plant_records.get(kind(plant_records, "Asset"), "assets/fan").create_time.ToDatetime().year == 2020
    assert counts(take(plant_records, "Asset", csv.replace("2020-01-01T00:00:00Z", ""))) == (0, 0, 1, 0)
    assert places(take(plant_records, "Asset", csv.replace("2020", "2021"))) == [(2, "createTime", "create_time")]


def test_when_something_was_last_changed_is_told_of_what_is_new(plant_records: Records):
    resource = kind(plant_records, "Asset")
    header = "name,displayName,site,createTime,updateTime,model\n"
    take(plant_records, "Asset", f"{header}fan,Fan,north,2020-01-01T00:00Z,2021-01-01T00:00Z,\n")
    assert plant_records.get(resource, "assets/fan").update_time == at(2021, 1, 1)
    csv = "name,updateTime,model\nfan,2022-01-01T00:00Z,\n"
    assert counts(take(plant_records, "Asset", csv)) == (0, 0, 1, 0)
    take(plant_records, "Asset", csv.replace("Z,", "Z,F 1"))
    assert plant_records.get(resource, "assets/fan").update_time == at(2026, 3, 1, 12)
    outcome = take(plant_records, "Asset", f"{header}new,New,north,,2021-01-01T00:00Z,\n")
    assert places(outcome) == [(2, "updateTime", "update_time")]


def test_movements_move_stocks(plant_records: Records):
    records = plant_records
    add(records, part_pb2.Part(display_name="Seal"), "seal")
    csv = "name,part,change,reason,moveTime\nm1,seal,-2,used,2026-01-02T00:00Z\nm2,seal,7,delivery,\n"
    assert counts(take(records, "StockMovement", csv)) == (2, 0, 0, 0)
    assert records.get(kind(records, "Part"), "parts/seal").stock == 5
    assert counts(take(records, "StockMovement", csv)) == (0, 0, 2, 0)
    assert records.get(kind(records, "Part"), "parts/seal").stock == 5
    outcome = take(records, "StockMovement", "name,part,change\nm1,seal,-3\nm3,seal,-4\nm4,,1\nm5,seal,\n")
    assert places(outcome) == [(2, "name", "name"), (4, "part", "part"), (5, "change", "change")]
    assert the(take(records, "StockMovement", "part,change\nseal,-6\n")).reason == reasons.REASON_STOCK_TOO_LOW


def test_many_rows_take_few_statements(plant_records: Records):
    said: list[str] = []
    sa.event.listen(
        plant_records.database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement)
    )
    csv = "name,title,asset,type\n" + "".join(f"w{number},T,pump,corrective\n" for number in range(3000))
    assert take(plant_records, "WorkOrder", csv).created == 3000
    assert len(said) < 40
    assert take(plant_records, "WorkOrder", csv.replace(",T,", ",U,")).updated == 3000
    assert len(said) < 80


def test_an_import_that_nobody_waits_for_writes_nothing(plant_records: Records):
    before = rows(plant_records)
    csv = "displayName,site\nA,north\nB,north\n"
    for looks in range(100):
        asked = iter([False] * looks + [True])
        try:
            assert take(plant_records, "Asset", csv, stopped=lambda asked=asked: next(asked)).applied
        except DeadlineExceeded:
            assert rows(plant_records) == before
        else:
            break
    assert looks > 10  # it looks for each row at each step


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


async def test_files_come_in_and_go_out_over_grpc(url: str):
    async with served(url) as running:
        stub: Any = ExchangeServiceStub(running.channel)
        plant(running.service.records)
        csv = "name,displayName,site\nfan,Fan,north\nbad,,north\n"
        request = pb.ImportResourcesRequest(collection="assets", csv=csv)
        answer = await stub.ImportResources(request)
        assert (answer.applied, answer.created_count, answer.rejected_count, answer.problem_count) == (False, 1, 1, 1)
        (problem,) = answer.problems
        assert (problem.line, problem.column, problem.field) == (3, "displayName", "display_name")
        assert problem.reason == reasons.REASON_FIELD_REQUIRED
        request.skip_invalid = True
        assert (await stub.ImportResources(request)).applied

        export = pb.ExportResourcesRequest(collection="assets", site="sites/north", separator=pb.CSV_SEPARATOR_TAB)
        text = "".join([answer.csv async for answer in stub.ExportResources(export)])
        assert [line.split("\t")[0] for line in text.splitlines()] == ["name", "assets/fan", "assets/pump"]
        again = pb.ImportResourcesRequest(collection="assets", csv=text)
        assert (await stub.ImportResources(again)).unchanged_count == 2


async def test_wrong_requests_name_the_field(url: str):
    async with served(url) as running:
        stub: Any = ExchangeServiceStub(running.channel)

        async def export(**fields: Any) -> None:
            async for _ in stub.ExportResources(pb.ExportResourcesRequest(**fields)):
                pass

        cases = (
            (stub.ImportResources(pb.ImportResourcesRequest(collection="pumps", csv="a\n")), "collection"),
            (stub.ImportResources(pb.ImportResourcesRequest(collection="assets", csv="x" * 4_000_001)), "csv"),
            (export(collection="pumps"), "collection"),
            (export(collection="assets", site="pump"), "site"),
        )
        for call, field in cases:
            problem = await rejected(call)
            assert (problem.code, list(problem.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


async def test_a_file_of_too_many_rows_is_not_read(url: str):
    async with served(url) as running:
        stub: Any = ExchangeServiceStub(running.channel)
        request = pb.ImportResourcesRequest(collection="assets", csv="name\n" + "b\n" * 100_001, skip_invalid=True)
        answer = await stub.ImportResources(request)
        assert (answer.applied, answer.rejected_count, answer.problems[0].line) == (False, 0, 100_002)


async def test_a_caller_who_has_left_finds_nothing_written(url: str):
    async with served(url) as running:
        plant(running.service.records)
        stub: Any = ExchangeServiceStub(running.channel)
        csv = "displayName,site\n" + "Fan,north\n" * 20_000
        call = stub.ImportResources(pb.ImportResourcesRequest(collection="assets", csv=csv), timeout=0.3)
        assert (await rejected(call)).code == grpc.StatusCode.DEADLINE_EXCEEDED
        for _ in range(3):
            await asyncio.sleep(0.5)
            assert len(rows(running.service.records)["asset"]) == 1


async def test_files_come_in_and_go_out_over_rest(stack: Stack):
    post = stack.http.post
    site_row = "name,displayName,timeZone\nnorth,Norte,Europe/Madrid\n"
    reply = await post("/v1/exchange:import", json={"collection": "sites", "csv": site_row})
    assert (reply.status_code, reply.json()["applied"], reply.json()["createdCount"]) == (200, True, 1)
    body = {"collection": "assets", "csv": "Tag\nP-101\n", "dryRun": True}
    mapping = {"fields": [{"field": "displayName", "value": "{Tag}"}, {"field": "site", "value": "south"}]}
    reply = await post("/v1/exchange:import", json=body | {"mapping": mapping})
    (problem,) = reply.json()["problems"]
    assert (problem["line"], problem["field"], problem["reason"]) == (2, "site", "REASON_REFERENCE_NOT_FOUND")
    reply = await stack.http.get("/v1/exchange:export", params={"collection": "sites"})
    header, row = "".join(part["csv"] for part in reply.json()).splitlines()
    assert (header.split(",")[:3], row.split(",")[:3]) == (
        ["name", "displayName", "timeZone"],
        ["sites/north", "Norte", "Europe/Madrid"],
    )
    reply = await stack.http.get("/v1/exchange:export", params={"collection": "pumps"})
    assert reply.status_code == 400
