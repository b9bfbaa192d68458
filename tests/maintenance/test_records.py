"""Resources on both databases (V-9..V-13, M-28, X-9): kept as they are, changed by one writer at a time."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import asset_pb2, asset_service_pb2, site_pb2, site_service_pb2
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1 import work_order_service_pb2 as order_service

from services.kit.errors import DomainError, InvalidRequest
from services.maintenance.records.errors import (
    ReferenceNotFound,
    ResourceChanged,
    ResourceExists,
    ResourceInUse,
    ResourceNotFound,
)
from services.maintenance.records.listing import Listing
from services.maintenance.records.records import Records
from tests.maintenance.made import add, asset, kind, location, plant, site, work_order

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(hours: float) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(START + timedelta(hours=hours))
    return found


def listed(records: Records, name: str, request: Any) -> list[Any]:
    """All pages of a list, put together."""
    resource = kind(records, name)
    listing = Listing(records.catalog, resource, request.DESCRIPTOR, records.metadata)
    found: list[Any] = []
    while True:
        page, request.page_token = records.page(listing, resource, request)
        found += page
        if not request.page_token:
            return found


def names(found: list[Any]) -> list[str]:
    return [each.name for each in found]


def test_what_is_created_is_kept_as_it_is(records: Records):
    tariff = site_pb2.Tariff(
        energy_price_per_kwh=0.2, periods=[site_pb2.TariffPeriod(display_name="punta", start="08:00", weekdays=[1, 5])]
    )
    created = add(records, site(address="Calle Mayor, 1 — Ñandú", tariff=tariff), "north")
    assert (created.name, created.etag, created.tariff) == ("sites/north", "1", tariff)
    assert created.create_time == created.update_time
    assert records.get(kind(records, "Site"), "sites/north") == created


def test_made_up_ids_differ(records: Records):
    assert len({add(records, site()).name for _ in range(20)}) == 20


def test_what_only_the_service_sets_is_not_taken_from_callers(records: Records):
    created = add(records, site(demo=True, etag="77", name="sites/other"), "north")
    assert (created.demo, created.etag, created.name) == (False, "1", "sites/north")


def test_an_id_is_taken_once(records: Records):
    add(records, site(), "north")
    with pytest.raises(ResourceExists, match="sites/north already"):
        add(records, site(), "north")
    add(records, site(), "south")


def test_an_update_changes_the_fields_that_are_given(records: Records):
    add(records, site(address="A", country_code="ES"), "north")
    changed = records.update(kind(records, "Site"), site_pb2.Site(name="sites/north", address="B"), FieldMask())
    assert (changed.address, changed.country_code, changed.display_name, changed.etag) == (
        "B",
        "ES",
        "North plant",
        "2",
    )
    assert records.get(kind(records, "Site"), "sites/north") == changed


def test_a_mask_names_what_is_emptied(records: Records):
    add(records, site(address="A", tariff=site_pb2.Tariff(energy_price_per_kwh=1, demand_price_per_kw=2)), "north")
    mask = FieldMask(paths=["address", "tariff.demand_price_per_kw"])
    changed = records.update(kind(records, "Site"), site_pb2.Site(name="sites/north"), mask)
    assert (changed.address, changed.tariff.energy_price_per_kwh, changed.tariff.demand_price_per_kw) == ("", 1, 0)
    everything = FieldMask(paths=["*"])
    changed = records.update(kind(records, "Site"), site(name="sites/north", display_name="N"), everything)
    assert (changed.display_name, changed.HasField("tariff")) == ("N", False)


def test_an_update_without_a_change_changes_nothing(records: Records):
    created = add(records, site(address="A"), "north")
    assert records.update(kind(records, "Site"), site_pb2.Site(name="sites/north", address="A"), FieldMask()) == created


@pytest.mark.parametrize(
    ("message", "paths", "field"),
    [
        (site_pb2.Site(name="sites/north"), ["display_name"], "site.display_name"),
        (site_pb2.Site(name="sites/north", currency_code="euro"), [], "site.currency_code"),
        (site_pb2.Site(name="sites/north", time_zone="Europe/Atlantis"), [], "site.time_zone"),
        (site_pb2.Site(name="sites/north", time_zone="../etc/passwd"), [], "site.time_zone"),
        (site_pb2.Site(name="sites/north"), ["colour"], "update_mask"),
        (site_pb2.Site(name="sites/north"), ["create_time"], "update_mask"),
        (site_pb2.Site(name="sites/north"), ["tariff.colour"], "update_mask"),
        (site_pb2.Site(name="assets/north"), [], "name"),
        (site_pb2.Site(name="sites/No rth"), [], "name"),
    ],
)
def test_a_wrong_update_names_the_field_and_changes_nothing(
    records: Records, message: site_pb2.Site, paths: list[str], field: str
):
    created = add(records, site(), "north")
    with pytest.raises(InvalidRequest) as refusal:
        records.update(kind(records, "Site"), message, FieldMask(paths=paths))
    assert refusal.value.violations[0].field == field
    assert records.get(kind(records, "Site"), "sites/north") == created


def test_a_writer_that_read_an_older_state_is_refused(records: Records):
    add(records, site(), "north")
    resource = kind(records, "Site")
    records.update(resource, site_pb2.Site(name="sites/north", etag="1", address="first"), FieldMask())
    with pytest.raises(ResourceChanged) as refusal:
        records.update(resource, site_pb2.Site(name="sites/north", etag="1", address="second"), FieldMask())
    assert refusal.value.metadata == {"name": "sites/north", "etag": "2"}
    with pytest.raises(ResourceChanged):
        records.delete(resource, "sites/north", "1")
    assert records.get(resource, "sites/north").address == "first"


def test_of_writers_at_the_same_time_one_wins(records: Records):
    add(records, site(), "north")
    resource, outcomes = kind(records, "Site"), list[str]()

    def write(number: int) -> None:
        try:
            message = site_pb2.Site(name="sites/north", etag="1", address=f"writer {number}")
            outcomes.append(records.update(resource, message, FieldMask()).address)
        except ResourceChanged:
            outcomes.append("")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[:5] == [""] * 5
    assert records.get(resource, "sites/north").address == max(outcomes)


def test_updates_without_an_etag_lose_nothing_of_each_other(records: Records):
    plant(records)
    resource = kind(records, "Asset")

    def write(field: str) -> None:
        for number in range(5):
            message = asset_pb2.Asset(name="assets/pump", **{field: f"{field} {number}"})
            records.update(resource, message, FieldMask())

    threads = [threading.Thread(target=write, args=(field,)) for field in ("model", "manufacturer", "serial_number")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = records.get(resource, "assets/pump")
    assert (found.model, found.manufacturer, found.serial_number) == ("model 4", "manufacturer 4", "serial_number 4")
    assert found.etag == "16"


def test_what_is_not_there_is_told_by_name(records: Records):
    resource = kind(records, "Site")
    for act in (
        lambda: records.get(resource, "sites/north"),
        lambda: records.update(resource, site_pb2.Site(name="sites/north", address="x"), FieldMask()),
        lambda: records.delete(resource, "sites/north"),
    ):
        with pytest.raises(ResourceNotFound, match="There is no sites/north"):
            act()


def test_a_reference_to_nothing_is_refused(records: Records):
    add(records, site(), "north")
    with pytest.raises(ReferenceNotFound, match=r"asset\.site: there is no sites/south"):
        add(records, asset(site="sites/south"))
    with pytest.raises(InvalidRequest, match=r'asset\.location: must be a name such as "locations/'):
        add(records, asset(location="sites/north"))


def test_what_is_referred_to_is_not_deleted_and_the_rest_is(records: Records):
    plant(records)
    for number in range(5):
        add(records, work_order(), f"order-{number}")
    with pytest.raises(ResourceInUse) as refusal:
        records.delete(kind(records, "Asset"), "assets/pump")
    assert "5 workOrders (workOrders/order-0, workOrders/order-1, workOrders/order-2, …)" in refusal.value.message
    assert refusal.value.metadata["references"] == "workOrders=5"
    for number in range(5):
        records.delete(kind(records, "WorkOrder"), f"workOrders/order-{number}")
    records.delete(kind(records, "Asset"), "assets/pump")
    with pytest.raises(ResourceNotFound):
        records.get(kind(records, "Asset"), "assets/pump")


def test_a_tree_has_no_cycle(records: Records):
    plant(records)
    add(records, asset(parent="assets/pump"), "motor")
    add(records, asset(parent="assets/motor"), "bearing")
    for parent in ("assets/pump", "assets/motor", "assets/bearing"):
        with pytest.raises(InvalidRequest, match="itself or below it") as refusal:
            records.update(kind(records, "Asset"), asset_pb2.Asset(name="assets/pump", parent=parent), FieldMask())
        assert refusal.value.reason == reason_pb2.REASON_TREE_CYCLE
    records.update(kind(records, "Asset"), asset_pb2.Asset(name="assets/bearing", parent="assets/pump"), FieldMask())


def test_a_tree_stays_at_its_site(records: Records):
    plant(records)
    add(records, site(), "south")
    add(records, location(), "hall")
    add(records, asset(parent="assets/pump", location="locations/hall"), "motor")
    for name, field in (("pump", "asset.site"), ("motor", "asset.parent")):
        moved = asset_pb2.Asset(name=f"assets/{name}", site="sites/south")
        with pytest.raises(InvalidRequest) as refusal:
            records.update(kind(records, "Asset"), moved, FieldMask(paths=["site"]))
        assert refusal.value.violations[0].field in (field, "asset.location")


def test_lists_choose_by_fields_words_times_and_trees(records: Records):
    plant(records)
    add(records, site(display_name="Südwerk"), "south")
    add(records, asset(parent="assets/pump", display_name="Motor Ñ", category="motor"), "motor")
    add(
        records,
        asset(parent="assets/motor", display_name="Bearing", criticality=asset_pb2.ASSET_CRITICALITY_A),
        "bearing",
    )
    add(records, asset(site="sites/south", display_name="Fan", criticality=asset_pb2.ASSET_CRITICALITY_B), "fan")
    request = asset_service_pb2.ListAssetsRequest

    def found(**fields: Any) -> set[str]:
        return {name.removeprefix("assets/") for name in names(listed(records, "Asset", request(**fields)))}

    assert found() == {"pump", "motor", "bearing", "fan"}
    assert found(site="sites/south") == {"fan"}
    assert found(within="assets/motor") == {"motor", "bearing"}
    assert found(category="motor") == {"motor"}
    assert found(criticalities=[asset_pb2.ASSET_CRITICALITY_A, asset_pb2.ASSET_CRITICALITY_B]) == {"bearing", "fan"}
    assert found(query="ñ mot") == {"motor"}
    assert found(query="100%_") == set()
    with pytest.raises(InvalidRequest, match=r'site: must be a name such as "sites/'):
        found(site="assets/pump")

    for number in range(4):
        add(records, work_order(due_time=at(number)), f"order-{number}")
    add(records, work_order(asset="assets/bearing"), "bare")
    orders = listed(records, "WorkOrder", order_service.ListWorkOrdersRequest(due_from=at(1), due_before=at(3)))
    assert sorted(names(orders)) == ["workOrders/order-1", "workOrders/order-2"]
    below = listed(records, "WorkOrder", order_service.ListWorkOrdersRequest(asset="assets/motor"))
    assert names(below) == ["workOrders/bare"]


ORDERS = (
    "",
    "due_time",
    "due_time desc",
    "priority, due_time desc",
    "estimated_h desc, title",
    "create_time",
    "name desc",
)


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_everything_once_and_in_order(records: Records, order: str):
    plant(records)
    rng = random.Random(3)
    for _ in range(40):
        due = {"due_time": at(rng.randint(0, 5))} if rng.random() < 0.7 else {}
        hours = {"estimated_h": float(rng.randint(0, 2))} if rng.random() < 0.7 else {}
        title = rng.choice(["a", "b", "á"])
        add(records, work_order(title=title, priority=rng.randint(0, 4), **due, **hours))
    pages = listed(records, "WorkOrder", order_service.ListWorkOrdersRequest(order_by=order, page_size=7))
    assert len(names(pages)) == len(set(names(pages))) == 40
    whole = listed(records, "WorkOrder", order_service.ListWorkOrdersRequest(order_by=order, page_size=1000))
    assert names(pages) == names(whole)
    if order == "due_time":  # what is not set comes last
        times = [each.due_time.seconds if each.HasField("due_time") else 2**40 for each in whole]
        assert times == sorted(times)


def test_a_page_survives_what_happens_meanwhile(records: Records):
    for number in range(6):
        add(records, site(display_name=f"{number}"), f"s{number}")
    request = site_service_pb2.ListSitesRequest(page_size=2, order_by="display_name")
    resource = kind(records, "Site")
    listing = Listing(records.catalog, resource, request.DESCRIPTOR, records.metadata)
    first, request.page_token = records.page(listing, resource, request)
    records.delete(resource, "sites/s0")
    add(records, site(display_name="1b"), "new")
    rest = listed(records, "Site", request)
    assert names(first + rest) == [f"sites/{each}" for each in ("s0", "s1", "new", "s2", "s3", "s4", "s5")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"order_by": "colour"}, "order_by"),
        ({"order_by": "tariff"}, "order_by"),
        ({"order_by": "address sideways"}, "order_by"),
        ({"order_by": "address, address desc"}, "order_by"),
        ({"page_token": "abc"}, "page_token"),
        ({"page_token": "////"}, "page_token"),
        ({"page_token": "WyJ4Il0="}, "page_token"),
        ({"page_token": "e30="}, "page_token"),
        ({"page_token": "NQ=="}, "page_token"),
    ],
)
def test_a_wrong_list_names_the_field(records: Records, fields: dict[str, str], field: str):
    with pytest.raises(InvalidRequest) as refusal:
        listed(records, "Site", site_service_pb2.ListSitesRequest(**fields))
    assert refusal.value.violations[0].field == field


def test_a_token_of_another_list_is_refused(records: Records):
    for number in range(3):
        add(records, site(), f"s{number}")
    resource = kind(records, "Site")
    request = site_service_pb2.ListSitesRequest(page_size=1, order_by="create_time")
    listing = Listing(records.catalog, resource, request.DESCRIPTOR, records.metadata)
    _, token = records.page(listing, resource, request)
    other = site_service_pb2.ListSitesRequest(page_size=1, order_by="create_time desc", page_token=token)
    with pytest.raises(InvalidRequest, match="of a list with other fields"):
        records.page(listing, resource, other)


def test_an_order_is_where_its_asset_is_and_begins_open(records: Records):
    plant(records)
    add(records, site(), "south")
    add(records, asset(site="sites/south"), "fan")
    made = add(records, work_order(site="sites/south", state=order_pb.WORK_ORDER_STATE_COMPLETED), "order")
    assert (made.site, made.state) == ("sites/north", order_pb.WORK_ORDER_STATE_OPEN)
    moved = order_pb.WorkOrder(name="workOrders/order", asset="assets/fan")
    assert records.update(kind(records, "WorkOrder"), moved, FieldMask()).site == "sites/south"


def test_every_error_is_one_for_callers(records: Records):
    with pytest.raises(DomainError):
        records.get(kind(records, "Site"), "sites/" + "x" * 100)
