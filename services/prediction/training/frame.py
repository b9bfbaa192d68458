"""Training data against the contract: a Pandera schema derived from the message that a model takes.

A column is a field of the message or an output of the prediction; a row must be a message that the server would accept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator

from services.prediction.schema import Output, SubjectSchema

_RULES: dict[str, Callable[..., pa.Check]] = {
    "gt": pa.Check.gt,
    "gte": pa.Check.ge,
    "lt": pa.Check.lt,
    "lte": pa.Check.le,
    "in": pa.Check.isin,
    "not_in": pa.Check.notin,
}
_WHOLE = frozenset(
    {
        FieldDescriptor.CPPTYPE_ENUM,
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
        FieldDescriptor.CPPTYPE_BOOL,
    }
)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a frame, at one place."""

    row: int | None
    """Position of the row, from 0; None if it is the whole column."""
    field: str
    """The column; empty if it is the row as a whole."""
    rule: str

    def __str__(self) -> str:
        place = "" if self.row is None else f"row {self.row}"
        return f"{', '.join(filter(None, (place, self.field)))}: {self.rule}"


class FrameInvalid(Exception):
    """A frame does not fit the contract.

    Args:
        problems: All of them.
    """

    def __init__(self, problems: list[Problem]) -> None:
        shown = "; ".join(map(str, problems[:_SHOWN]))
        more = len(problems) - _SHOWN
        super().__init__(f"{shown}{f'; and {more} more' if more > 0 else ''}.")
        self.problems = problems


def frame_schema(subject: Descriptor, outputs: Iterable[Output]) -> pa.DataFrameSchema:
    """The schema of data that a model is trained on.

    Args:
        subject: The message that the model takes; each input is a column of its numbers, enums included.
        outputs: The outputs that the data hold; each is a column.
    """
    fields = {name: _column(subject.fields_by_name[name]) for name in SubjectSchema(subject).inputs}
    targets = {output.name: _target(output) for output in outputs}
    rules = subject.GetOptions().Extensions[validate_pb2.message].cel
    checks = [_message_check(subject, rule.id, rule.message) for rule in rules]
    return pa.DataFrameSchema(fields | targets, checks=checks, strict=True)


def validated(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """The frame with the contract's columns as floats, in the contract's order.

    Raises:
        FrameInvalid: A column is missing or unknown, or a row breaks a rule.
    """
    try:
        valid: pd.DataFrame = schema.validate(frame.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as error:
        raise FrameInvalid(_problems(error.failure_cases.to_dict("records"))) from error
    return valid[list(schema.columns)]


def _problems(cases: list[dict[str, object]]) -> list[Problem]:
    found = dict.fromkeys(map(_problem, cases))
    # A column of text breaks every rule on numbers; that it is text says it all.
    text = {p.field for p in found if p.rule.startswith("coerce_dtype")}
    kept = [p for p in found if p.field not in text or p.rule.startswith("coerce_dtype")]
    return sorted(kept, key=lambda p: (-1 if p.row is None else p.row, p.field))


def _problem(case: dict[str, object]) -> Problem:
    row, rule = case["index"], str(case["check"])
    if rule in {"column_in_dataframe", "column_in_schema"}:
        return Problem(None, str(case["failure_case"]), rule)
    field = "" if case["schema_context"] == "DataFrameSchema" else str(case["column"])
    return Problem(None if pd.isna(row) else int(row), field, rule)  # type: ignore[call-overload]


def _column(field: FieldDescriptor) -> pa.Column:
    rules: validate_pb2.FieldRules = field.GetOptions().Extensions[validate_pb2.field]
    checks = [pa.Check(np.isfinite, element_wise=True, error="finite")]
    if rules.cel:
        raise NotImplementedError(f"{field.full_name} has a CEL rule, which no check of frames stands for.")
    kind = rules.WhichOneof("type")
    if field.enum_type:
        # A required enum must say something, and 0 says nothing.
        known = {v.number: v.name for v in field.enum_type.values if v.number or not rules.required}
        names = ", ".join(f"{number} {name}" for number, name in known.items())
        checks.append(pa.Check.isin(list(known), error=f"one of {names}"))
    elif kind:
        checks += [_rule(field, kind, rule.name, value) for rule, value in getattr(rules, kind).ListFields()]
    return pa.Column("float64", checks, coerce=True)


def _rule(field: FieldDescriptor, kind: str, rule: str, value: object) -> pa.Check:
    if rule not in _RULES:
        raise NotImplementedError(f"{field.full_name} has the rule {kind}.{rule}, which no check of frames stands for.")
    plain = list(value) if isinstance(value, Iterable) else value
    shown = f"{plain:g}" if isinstance(plain, float) else str(plain)
    return _RULES[rule](plain, error=f"{kind}.{rule} {shown}")


def _target(output: Output) -> pa.Column:
    checks = [pa.Check(np.isfinite, element_wise=True, error="finite")]
    if output.lower_bound is not None:
        checks.append(pa.Check.ge(output.lower_bound, error=f"at least {output.lower_bound:g}"))
    return pa.Column("float64", checks, coerce=True)


def _message_check(subject: Descriptor, rule: str, message: str) -> pa.Check:
    """A rule on the message as a whole, judged by the validator that also serves requests."""
    message_class, validator = GetMessageClass(subject), Validator()
    names = SubjectSchema(subject).inputs
    whole = {name for name in names if subject.fields_by_name[name].cpp_type in _WHOLE}

    def fine(frame: pd.DataFrame) -> pd.Series:
        if not set(names) <= set(frame.columns):
            return pd.Series(True, index=frame.index)  # noqa: FBT003 - the column's own check tells of it
        return frame.apply(keeps, axis="columns")

    def keeps(row: pd.Series) -> bool:
        values = {name: row[name] for name in names}
        if not all(isinstance(v, int | float) and np.isfinite(v) for v in values.values()):
            return True
        built: Message = message_class(**{n: int(v) if n in whole else float(v) for n, v in values.items()})
        return all(violation.proto.rule_id != rule for violation in validator.collect_violations(built))

    return pa.Check(fine, name=rule, error=f"{rule}: {message.rstrip('.')}")


def ranges(frame: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Name, smallest and largest value of each column."""
    return list(zip(frame.columns, frame.min().tolist(), frame.max().tolist(), strict=True))


def combinations_of(frame: pd.DataFrame, fields: Iterable[str]) -> list[tuple[float, ...]]:
    """The combinations of values that some columns take together, sorted."""
    rows = frame[list(fields)].itertuples(index=False, name=None)
    return sorted(set(rows))
