"""What holds for resources beyond what their contracts say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import work_order_pb2

from services.maintenance.plans import PlanRules, note_next_due, note_next_maintenance
from services.maintenance.records.errors import field_error
from services.maintenance.records.records import Rules
from services.maintenance.records.resources import id_in
from services.maintenance.records.store import Store


class SiteRules(Rules):
    """A site's clock is one that is known."""

    def settle(self, _store: Store, _before: Any, after: Any) -> None:
        """See `Rules`."""
        try:
            ZoneInfo(after.time_zone)
        except (ValueError, OSError, LookupError):
            raise field_error(
                "site.time_zone", f'{after.time_zone!r} is no time zone; use an IANA name such as "Europe/Madrid"'
            ) from None


@dataclass(frozen=True, slots=True)
class TreeRules(Rules):
    """What is above a resource is of the same site, and nothing is above itself."""

    kind: str
    """Type of the resource."""
    within: Mapping[str, str]
    """Types of the resources that must be of the same site, by the fields that name them."""

    def settle(self, store: Store, before: Any, after: Any) -> None:
        """See `Rules`."""
        resource = store.catalog.by_type[self.kind]
        for name, kind in self.within.items():
            other = getattr(after, name)
            if other and store.read(store.catalog.by_type[kind], id_in(other)).site != after.site:
                raise field_error(
                    f"{resource.table}.{name}",
                    f"{other} is not at {after.site}; name one that is there",
                    reason_pb2.REASON_FIELDS_INCONSISTENT,
                )
        if after.parent and (
            after.parent == after.name or id_in(after.name) in store.above(resource, id_in(after.parent))
        ):
            raise field_error(
                f"{resource.table}.parent",
                f"{after.parent} is {after.name} itself or below it; name one that is not",
                reason_pb2.REASON_TREE_CYCLE,
            )
        if before is not None and before.site != after.site:
            self._move(store, before)

    def _move(self, store: Store, before: Any) -> None:
        """Refuses to part a resource from what is below it."""
        resource = store.catalog.by_type[self.kind]
        assert resource.tree
        table = store.table(resource)
        below = table.c[resource.tree.column] == id_in(before.name)
        if store.connection.scalar(table.select().where(below).limit(1)) is not None:
            raise field_error(
                f"{resource.table}.site",
                f"others are below {before.name}, and would be at another site; move or detach these first",
                reason_pb2.REASON_FIELDS_INCONSISTENT,
            )


class WorkOrderRules(Rules):
    """A work order is at the site of its asset, and begins open."""

    def settle(self, store: Store, before: Any, after: Any) -> None:
        """See `Rules`."""
        after.site = store.read(store.catalog.by_type["steward/Asset"], id_in(after.asset)).site
        if before is None:
            after.state = after.state or work_order_pb2.WORK_ORDER_STATE_OPEN

    def follow(self, store: Store, before: Any, after: Any) -> None:
        """See `Rules`."""
        if name := (after or before).plan:
            plan = store.read(store.catalog.by_type["steward/Plan"], id_in(name))
            # An order that was deleted is not made again.
            if after is not None or not plan.HasField("next_due_time"):
                note_next_due(store, plan)
        for asset in {order.asset for order in (before, after) if order is not None}:
            note_next_maintenance(store, asset)


RULES: Mapping[str, Rules] = {
    "steward/Site": SiteRules(),
    "steward/Location": TreeRules("steward/Location", {"parent": "steward/Location"}),
    "steward/Asset": TreeRules("steward/Asset", {"parent": "steward/Asset", "location": "steward/Location"}),
    "steward/Plan": PlanRules(),
    "steward/WorkOrder": WorkOrderRules(),
}
"""By the type of the resource."""
