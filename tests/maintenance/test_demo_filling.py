"""The demo plant fills a new database once, and is removed without what is not part of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from steward.maintenance.v1 import downtime_pb2, plan_pb2
from steward.maintenance.v1.part_service_pb2 import AdjustStockRequest
from steward.maintenance.v1.part_service_pb2_grpc import PartServiceStub
from steward.maintenance.v1.site_service_pb2 import ListSitesRequest
from steward.maintenance.v1.site_service_pb2_grpc import SiteServiceStub

from services.maintenance.demo.__main__ import main
from services.maintenance.demo.fill import DemoInUse, SitesExist, fill, remove
from services.maintenance.migrations import migrate
from services.maintenance.plans import PlanServicer
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from tests.maintenance.demo import NOW, ROOT, change, counts, made
from tests.maintenance.made import add, asset, kind, location, records_in, site, work_order
from tests.maintenance.serving import served


def test_it_fills_only_a_database_without_sites(records: Records):
    add(records, site(), "north")
    before = counts(records)
    with pytest.raises(SitesExist, match="There are sites already"):
        change(records, lambda store: fill(store, NOW))
    assert counts(records) == before == {"sites": 1}


def test_a_process_that_dies_while_it_fills_leaves_nothing(database_url: str):
    dying = (
        "import os, sys; from datetime import UTC, datetime; from services.maintenance.demo.fill import fill\n"
        "from services.maintenance.migrations import migrate; from tests.maintenance.made import records_in, Database\n"
        "records = records_in(Database(sys.argv[1]))\n"
        "def begin(connection): fill(records.store(connection), datetime.now(UTC)); os._exit(9)\n"
        "migrate(records.database, records.metadata, begin=begin)"
    )
    assert subprocess.run([sys.executable, "-c", dying, database_url], cwd=ROOT, check=False).returncode == 9
    database = Database(database_url, lock_wait_s=20)
    assert sa.inspect(database.engine).get_table_names() == []
    records = records_in(database)
    migrate(database, records.metadata, begin=lambda connection: fill(records.store(connection), NOW))
    assert counts(records)["sites"] == 3
    database.close()


def test_processes_at_the_same_time_fill_it_once(database_url: str):
    done: list[Any] = []

    def start() -> None:
        database = Database(database_url, lock_wait_s=60)
        records = records_in(database)
        migrate(database, records.metadata, begin=lambda connection: fill(records.store(connection), NOW))
        done.append(counts(records))
        database.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert [each["sites"] for each in done] == [3, 3, 3]


async def test_the_service_fills_a_new_database_and_never_again(database_url: str):
    async with served(database_url, demo=True) as running:
        sites: Any = SiteServiceStub(running.channel)
        found = (await sites.ListSites(ListSitesRequest())).sites
        assert [each.display_name for each in found] == ["Antofagasta (demo)", "Bilbao (demo)", "Leeds (demo)"]
        records = running.service.records
        change(records, remove)
        assert counts(records) == {}
    async with served(database_url, demo=True) as running:
        assert counts(running.service.records) == {}


async def test_the_service_fills_nothing_unless_it_is_to(tmp_path: Path):
    async with served(f"sqlite:///{tmp_path / 'records.db'}") as running:
        assert counts(running.service.records) == {}


def test_all_of_it_and_nothing_else_is_removed(filled: Records):
    add(filled, site(), "north")
    add(filled, location(), "hall")
    add(filled, asset(), "pump")
    add(filled, work_order(), "seal")
    before = filled.get(kind(filled, "Asset"), "assets/pump")
    # What its plans make is part of it.
    PlanServicer(filled, None, lambda: NOW + timedelta(days=30)).generate()  # type: ignore[arg-type]
    removed = change(filled, remove)
    assert removed["workOrders"] > len(made("WorkOrder"))
    assert counts(filled) == {"sites": 1, "locations": 1, "assets": 1, "workOrders": 1}
    assert filled.get(kind(filled, "Asset"), "assets/pump") == before
    assert change(filled, remove) == {}


def test_what_was_added_to_it_is_not_lost_unawares(filled: Records):
    pump = "assets/bio-pump-001"
    for number in range(4):
        add(filled, work_order(asset=pump), f"mine-{number}")
    add(filled, asset(site="sites/demo-bilbao"), "mine")
    before = counts(filled)
    with pytest.raises(DemoInUse) as refusal:
        change(filled, remove)
    assert "4 workOrders (workOrders/mine-0, workOrders/mine-1, workOrders/mine-2, …)" in refusal.value.message
    assert "1 assets (assets/mine)" in refusal.value.message
    assert "--attached" in refusal.value.message
    assert counts(filled) == before


def test_what_was_added_to_it_is_removed_if_told_so(filled: Records):
    add(filled, site(), "north")
    add(filled, asset(site="sites/demo-bilbao"), "mine")
    add(filled, work_order(asset="assets/mine"), "mine")
    down = downtime_pb2.Downtime(asset="assets/mine", work_order="workOrders/mine")
    down.start_time.GetCurrentTime()
    add(filled, down, "mine")
    removed = change(filled, lambda store: remove(store, attached=True))
    assert removed["assets"] == len(made("Asset")) + 1
    assert counts(filled) == {"sites": 1}


async def test_movements_of_its_stocks_go_with_it_if_told_so(tmp_path: Path):
    async with served(f"sqlite:///{tmp_path / 'records.db'}", demo=True) as running:
        parts: Any = PartServiceStub(running.channel)
        await parts.AdjustStock(AdjustStockRequest(name="parts/bio-bearing", change=2, reason="found"))
        with pytest.raises(DemoInUse, match="1 stockMovements"):
            change(running.service.records, remove)
        change(running.service.records, lambda store: remove(store, attached=True))
        assert counts(running.service.records) == {}


def test_an_asset_that_stays_is_told_that_a_plan_of_it_has_gone(filled: Records):
    add(filled, site(), "north")
    add(filled, asset(), "pump")
    moved = next(each for each in made("Plan") if each.HasField("next_due_time") and not each.HasField("enabled"))
    filled.update(kind(filled, "Plan"), plan_pb2.Plan(name=moved.name, asset="assets/pump"), FieldMask())
    assert filled.get(kind(filled, "Asset"), "assets/pump").HasField("next_maintenance_time")
    change(filled, remove)
    assert not filled.get(kind(filled, "Asset"), "assets/pump").HasField("next_maintenance_time")


def test_the_command_fills_and_removes(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("STEWARD_MAINTENANCE_DATABASE", database_url)
    assert main(["fill"]) == 0
    assert capsys.readouterr().out.startswith("Written: 3 sites, ")
    assert main(["fill"]) == 1
    assert "There are sites already" in capsys.readouterr().err
    database = Database(database_url)
    add(records_in(database), work_order(asset="assets/bio-pump-001"), "mine")
    database.close()
    assert main(["remove"]) == 1
    assert "workOrders/mine" in capsys.readouterr().err
    assert main(["remove", "--attached"]) == 0
    assert " sites" in capsys.readouterr().out
    assert main(["remove"]) == 0
    assert capsys.readouterr().out == "Removed: nothing.\n"


def test_the_command_says_what_is_wrong_with_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("STEWARD_MAINTENANCE_THREADS", "none")
    assert main(["remove"]) == 2
    assert "STEWARD_MAINTENANCE_THREADS" in capsys.readouterr().err


def test_make_runs_the_command_in_the_environment_of_the_stack(tmp_path: Path):
    environment = os.environ | {"STEWARD_MAINTENANCE_DATABASE": f"sqlite:///{tmp_path / 'records.db'}"}
    command = [sys.executable, "deploy/stack.py", "services.maintenance.demo", "remove"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == "Removed: nothing.\n"
