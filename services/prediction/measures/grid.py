"""The designs that a design can be changed into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from google.protobuf.message import Message
from protovalidate import Validator
from steward.model.v1.model_pb2 import ModelCard

from services.prediction.errors import LeverUnknown
from services.prediction.schema import Lever, SubjectSchema

Setting = tuple[float, ...]
"""Values of a lever's fields, in their order."""

_TOLERANCE = 1e-6

_VALIDATOR = Validator()
"""One for all grids: compiling the rules of a contract takes 10 ms."""


@dataclass(frozen=True, slots=True)
class Change:
    """One lever set to another value."""

    lever: Lever
    before: Setting
    after: Setting
    size: float
    """Share of the lever's range that is crossed; 1 for a change of kind."""


Changes = tuple[Change, ...]


class Grid:
    """The levers of a design and the values that each can take.

    Args:
        schema: What the design's contract says.
        card: The model's card, which lists the combinations of joint levers.
        design: The design as it is.
        levers: Names of the levers that may change; all if empty.
        field: Name of the request's field that ``levers`` comes from, for errors.

    Raises:
        LeverUnknown: There is no lever of one of the names.
    """

    def __init__(
        self, schema: SubjectSchema, card: ModelCard, design: Message, levers: Sequence[str] = (), field: str = "levers"
    ) -> None:
        self._schema = schema
        self.design = design
        """The design as it is."""
        for index, name in enumerate(levers):
            if name not in schema.levers:
                raise LeverUnknown(f"{field}[{index}]", name, schema.levers)
        chosen = [lever for name, lever in schema.levers.items() if not levers or name in levers]
        self._alternatives = [self._changes(lever, _settings(lever, card)) for lever in chosen]

    @property
    def size(self) -> int:
        """Number of designs in the whole grid, the design itself included."""
        count = 1
        for changes in self._alternatives:
            count *= len(changes) + 1
        return count

    def up_to(self, levers: int) -> Iterator[tuple[Changes, Message]]:
        """The possible changes of one lever, then of two, and so on up to ``levers``, each with the changed design."""
        for count in range(1, levers + 1):
            for chosen in combinations(self._alternatives, count):
                for changes in product(*chosen):
                    design = self._apply(changes)
                    # The contract's own rules say what can be built: geometry, and glass only where there is glazing.
                    if not _VALIDATOR.collect_violations(design, fail_fast=True):
                        yield changes, design

    def everything(self) -> Iterator[tuple[Changes, Message]]:
        """Every possible change of any number of levers."""
        return self.up_to(len(self._alternatives))

    def _apply(self, changes: Changes) -> Message:
        design = type(self.design)()
        design.CopyFrom(self.design)
        for change in changes:
            for field, value in zip(change.lever.fields, change.after, strict=True):
                is_enum = self._schema.descriptor.fields_by_name[field].enum_type
                setattr(design, field, int(value) if is_enum else value)
        return design

    def _changes(self, lever: Lever, settings: Sequence[Setting]) -> list[Change]:
        before = tuple(float(getattr(self.design, field)) for field in lever.fields)
        is_enum = self._schema.descriptor.fields_by_name[lever.fields[0]].enum_type
        # A joint lever, like an enum, changes the kind and not the amount of something.
        span = 0.0 if lever.values is None or is_enum else max(lever.values) - min(lever.values)
        return [
            Change(lever, before, after, min(1.0, abs(after[0] - before[0]) / span) if span else 1.0)
            for after in settings
            if any(abs(a - b) > _TOLERANCE for a, b in zip(after, before, strict=True))
        ]


def _settings(lever: Lever, card: ModelCard) -> list[Setting]:
    if lever.values is not None:
        return [(value,) for value in lever.values]
    levels: Mapping[str, list[Setting]] = {
        joint.lever: [tuple(_ordered(joint.fields, level.values, lever.fields)) for level in joint.levels]
        for joint in card.joint_levels
    }
    return levels.get(lever.name, [])


def _ordered(fields: Iterable[str], values: Iterable[float], wanted: Iterable[str]) -> list[float]:
    by_field = dict(zip(fields, values, strict=True))
    return [by_field[name] for name in wanted]
