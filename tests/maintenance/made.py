"""Resources for tests."""

from __future__ import annotations

from typing import Any

from steward.maintenance.v1 import asset_pb2, location_pb2, site_pb2, work_order_pb2

from services.maintenance.app import all_messages
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog, Resource
from services.maintenance.rules import RULES


def records_in(database: Database, **options: Any) -> Records:
    """All resources in a database."""
    return Records(database, Catalog(all_messages()), RULES, **options)


def kind(records: Records, name: str) -> Resource:
    """A kind of resource, such as "WorkOrder"."""
    return records.catalog.by_type[f"steward/{name}"]


def add(records: Records, message: Any, id_: str = "") -> Any:
    """Creates a resource."""
    resource = records.catalog.of(message.DESCRIPTOR)
    assert resource
    return records.create(resource, message, id_)


def site(**fields: Any) -> site_pb2.Site:
    return site_pb2.Site(**{"display_name": "North plant", "time_zone": "Europe/Madrid", **fields})


def location(**fields: Any) -> location_pb2.Location:
    return location_pb2.Location(**{"display_name": "Hall", "site": "sites/north", **fields})


def asset(**fields: Any) -> asset_pb2.Asset:
    return asset_pb2.Asset(**{"display_name": "Pump", "site": "sites/north", **fields})


def work_order(**fields: Any) -> work_order_pb2.WorkOrder:
    known = {"title": "Replace the seal", "asset": "assets/pump", "type": work_order_pb2.WORK_ORDER_TYPE_CORRECTIVE}
    return work_order_pb2.WorkOrder(**{**known, **fields})


def plant(records: Records) -> None:
    """A site with one asset."""
    add(records, site(), "north")
    add(records, asset(), "pump")
