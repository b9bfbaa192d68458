"""What an import may set that callers otherwise cannot, because it has happened elsewhere, and what must hold then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.kit.errors import Violation
from services.maintenance.records.resources import CREATE_TIME, UPDATE_TIME, Field, Resource

_ORDER, _MOVEMENT, _METER = "steward/WorkOrder", "steward/StockMovement", "steward/Meter"
_FIELDS: Mapping[str, frozenset[str]] = {
    _ORDER: frozenset({"state", "state_reason", "start_time", "complete_time", "plan"}),
    _MOVEMENT: frozenset({"part", "work_order", "change", "unit_cost", "move_time", "reason"}),
    _METER: frozenset({"latest_value", "latest_time"}),
}
"""Fields of each kind that only the service sets, but that follow from nothing else here."""
_KEPT: Mapping[str, Sequence[str]] = {
    _ORDER: ("state",),
    _MOVEMENT: ("move_time",),
    "steward/Plan": ("calendar.start_time",),
}
"""Fields of each kind that the service sets where nobody says."""
_ANY = frozenset({CREATE_TIME, UPDATE_TIME, "demo"})
_BEGUN = (pb.WORK_ORDER_STATE_IN_PROGRESS, pb.WORK_ORDER_STATE_ON_HOLD)


def is_settable(resource: Resource, field: Field) -> bool:
    """Whether an import sets a field."""
    return not field.is_output or field.name in _ANY or field.name in _FIELDS.get(resource.type, ())


def keep(resource: Resource, before: Any, after: Any) -> None:
    """Leaves what the service sets where nobody says, and nobody has said, as it is."""
    for path in (CREATE_TIME, *_KEPT.get(resource.type, ())):
        *parents, leaf = path.split(".")
        owner = after
        for parent in parents:
            owner = getattr(owner, parent)
        if all(descriptor.name != leaf for descriptor, _ in owner.ListFields()):
            FieldMask(paths=[path]).MergeMessage(before, after)


def settle(resource: Resource, before: Any, after: Any, now: datetime) -> Iterator[Violation]:
    """Sets what was left open, and tells what cannot have happened.

    Args:
        resource: The kind.
        before: The resource as it is; None if it is created.
        after: The resource as it is to be, to be changed in place.
        now: The time.
    """
    if before is not None and before.create_time != after.create_time:
        yield Violation(CREATE_TIME, reason_pb2.REASON_FIELD_INVALID, "cannot be changed; leave the column out")
    if before is None:
        for name in (CREATE_TIME, UPDATE_TIME):
            if not after.HasField(name):
                getattr(after, name).FromDatetime(now)
        if after.update_time.ToNanoseconds() < after.create_time.ToNanoseconds():
            yield _inconsistent(UPDATE_TIME, "is before create_time; give that too, or a later time")
    if found := _SETTLE.get(resource.type):
        yield from found(before, after, now)


def _order(before: Any, after: Any, _now: datetime) -> Iterator[Violation]:
    if before is not None and before.plan and before.plan != after.plan:
        yield Violation("plan", reason_pb2.REASON_FIELD_INVALID, f"cannot be changed; it is {before.plan}")
    after.state = after.state or pb.WORK_ORDER_STATE_OPEN
    state = pb.WorkOrderState.Name(after.state)
    has_begun, is_done = after.HasField("start_time"), after.HasField("complete_time")
    # Of an order that was completed long ago, nobody may know when.
    if is_done and after.state != pb.WORK_ORDER_STATE_COMPLETED:
        yield _inconsistent("complete_time", f"is set, but the state is {state}, not WORK_ORDER_STATE_COMPLETED")
    if has_begun and after.state == pb.WORK_ORDER_STATE_OPEN:
        yield _inconsistent(
            "start_time", f"is set, but the state is {state}; orders that have begun are in another one"
        )
    if not has_begun and after.state in _BEGUN:
        yield _inconsistent("start_time", f"is needed, because the state is {state}")
    if has_begun and is_done and after.complete_time.ToNanoseconds() < after.start_time.ToNanoseconds():
        yield _inconsistent("complete_time", "is before start_time; give a later time")


def _movement(before: Any, after: Any, now: datetime) -> Iterator[Violation]:
    if before is not None:
        yield Violation("name", reason_pb2.REASON_RESOURCE_EXISTS, "has been recorded otherwise, and does not change")
    if not after.part:
        yield Violation("part", reason_pb2.REASON_FIELD_REQUIRED, "a value is required")
    if not after.change:
        yield Violation("change", reason_pb2.REASON_FIELD_REQUIRED, "a value other than 0 is required")
    if not after.HasField("move_time"):
        after.move_time.FromDatetime(now)


def _inconsistent(field: str, description: str) -> Violation:
    return Violation(field, reason_pb2.REASON_FIELDS_INCONSISTENT, description)


_SETTLE: Mapping[str, Callable[[Any, Any, datetime], Iterator[Violation]]] = {_ORDER: _order, _MOVEMENT: _movement}
