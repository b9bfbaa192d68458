"""Measures as contract messages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from steward.model.v1 import measure_pb2
from steward.model.v1.estimate_pb2 import Applicability, Estimate, Interval
from steward.model.v1.measure_pb2 import Effect, FieldChange, FieldValue, LeverChange, Measure

from services.prediction.measures.effects import Evaluated, Prices, change_size, pareto_optimal
from services.prediction.measures.grid import Change
from services.prediction.model import LEVEL, Model, Predictions
from services.prediction.schema import SubjectSchema

_MONEY_DECIMALS = 2
_YEAR_DECIMALS = 2


class MeasureWriter:
    """Writes measures of one search.

    Args:
        schema: What the design's contract says.
        model: The model that predicted.
        predictions: Row 0 is the design as it is.
        prices: What outputs and changes cost; None to leave money out.
    """

    def __init__(self, schema: SubjectSchema, model: Model, predictions: Predictions, prices: Prices | None) -> None:
        self._schema = schema
        self._outputs = model.outputs
        self._decimals = model.decimals
        self._predictions = predictions
        self._prices = prices
        # The same few changes stand in many measures.
        self._described: dict[int, tuple[LeverChange, str]] = {}

    def all(self, measures: Sequence[Evaluated], objective: str) -> list[Measure]:
        """The measures in their order, with those on the Pareto front of size against objective marked."""
        column = self._outputs.index(objective)
        sizes = np.array([change_size(m.changes) for m in measures])
        effects = np.array([self._predictions.values[m.index, column] for m in measures])
        flags = pareto_optimal(sizes, effects)
        return [self.one(measure, flag) for measure, flag in zip(measures, flags, strict=True)]

    def one(self, measure: Evaluated, optimal: bool | None = None) -> Measure:
        """One measure; ``optimal`` is None where it was compared with no other."""
        described = [self._describe(change) for change in measure.changes]
        return Measure(
            id="+".join(identifier for _, identifier in described),
            changes=[change for change, _ in described],
            effects=self._effects(measure),
            applicability=Applicability(
                domain=int(self._predictions.domain[measure.index]),  # type: ignore[arg-type]
                distance=float(self._predictions.distance[measure.index]),
            ),
            change_size=round(change_size(measure.changes), 6),
            pareto_optimal=optimal,
            saving=self._saving(measure) if self._prices else None,
        )

    def _effects(self, measure: Evaluated) -> list[Effect]:
        before, after = self._predictions.values[0], self._predictions.values[measure.index]
        change, half = after - before, measure.half_widths
        columns = np.stack((before, after, change, change - half, change + half), axis=1).round(self._decimals)
        return [
            Effect(output=output, before=b, after=a, change=c, interval=Interval(lower=lower, upper=upper, level=LEVEL))
            for output, (b, a, c, lower, upper) in zip(self._outputs, columns.tolist(), strict=True)
        ]

    def _saving(self, measure: Evaluated) -> measure_pb2.Saving:
        assert self._prices is not None
        weights = np.array([self._prices.per_unit.get(output, 0.0) for output in self._outputs])
        change = self._predictions.values[measure.index] - self._predictions.values[0]
        amount = round(float(-weights @ change), _MONEY_DECIMALS)
        # Outputs are weighted by prices that no calibration has seen, so their intervals at the joint level are added.
        half = float(weights @ measure.joint_half_widths)
        lower, upper = round(amount - half, _MONEY_DECIMALS), round(amount + half, _MONEY_DECIMALS)
        saving = measure_pb2.Saving(
            currency_code=self._prices.currency_code,
            annual_amount=Estimate(
                value=amount,
                interval=Interval(lower=lower, upper=upper, level=LEVEL),
            ),
        )
        levers = [change.lever.name for change in measure.changes]
        if levers and all(lever in self._prices.investments for lever in levers):
            saving.investment_amount = round(sum(self._prices.investments[lever] for lever in levers), _MONEY_DECIMALS)
            if lower > 0:
                saving.payback_years = round(saving.investment_amount / amount, _YEAR_DECIMALS)
        return saving

    def _describe(self, change: Change) -> tuple[LeverChange, str]:
        if (described := self._described.get(id(change))) is None:
            described = self._described[id(change)] = self._change(change), self._id(change)
        return described

    def _change(self, change: Change) -> LeverChange:
        fields = zip(change.lever.fields, change.before, change.after, strict=True)
        return LeverChange(
            lever=change.lever.name,
            fields=[
                FieldChange(field=field, before=self._value(field, before), after=self._value(field, after))
                for field, before, after in fields
                if before != after
            ],
        )

    def _value(self, field: str, value: float) -> FieldValue:
        name = self._schema.enum_name(field, value)
        return FieldValue(name=name) if name else FieldValue(number=value)

    def _id(self, change: Change) -> str:
        values = zip(change.lever.fields, change.after, strict=True)
        return f"{change.lever.name}={'/'.join(self._schema.enum_name(f, v) or f'{v:g}' for f, v in values)}"
