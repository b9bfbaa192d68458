"""What the advice of an analysis is to be about, derived from the contract's labels, units, levers and objectives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from steward.advice.v1 import brief_pb2
from steward.model.v1 import estimate_pb2, measure_pb2
from steward.schema.v1 import options_pb2

MOST_OPTIONS = 5
"""As many as the longest advice recommends."""
LEAST_SHARE = 0.001
"""Of the value before, that a measure must take off to be worth a word."""
WIDE_SHARE = 0.5
"""Width of an interval against its value from which it is called wide."""

_DOMAIN_CAVEATS = {
    estimate_pb2.DOMAIN_EDGE: brief_pb2.CAVEAT_EDGE_OF_TRAINING_DOMAIN,
    estimate_pb2.DOMAIN_OUTSIDE: brief_pb2.CAVEAT_OUTSIDE_TRAINING_DOMAIN,
}
_ESTIMATE = estimate_pb2.Estimate.DESCRIPTOR.full_name


@dataclass(frozen=True, slots=True)
class Findings:
    """What an analysis found."""

    subject: Message
    """What was analysed, such as a building."""
    prediction: Message
    """Its prediction: fields of Estimate, and `applicability`."""
    measures: Sequence[measure_pb2.Measure] | None
    """What can be done, the best first; None if that is not known."""
    objective: str
    """Output that the measures are ranked by; empty for the contract's own."""
    currency: str
    """Currency of savings as an ISO 4217 code; empty if there are no prices."""


def brief_of(findings: Findings, language: str) -> brief_pb2.Brief:
    """The brief of an analysis.

    Args:
        findings: What it found.
        language: Language of the advice, "en" or "es".
    """
    words = _Words(findings.subject.DESCRIPTOR, findings.prediction.DESCRIPTOR, language)
    outputs = words.outputs(findings.objective)
    options = list(_diverse(findings.measures or (), outputs[0].name))
    return brief_pb2.Brief(
        language=language,
        subject=words.subject,
        facts=[words.fact(field, getattr(findings.prediction, field.name)) for field in outputs],
        options=[words.option(measure, [field.name for field in outputs]) for measure in options],
        caveats=_caveats(findings, options, outputs),
    )


def _diverse(measures: Iterable[measure_pb2.Measure], objective: str) -> Iterator[measure_pb2.Measure]:
    """The best measure of each set of levers: the next best are mostly the same with another value."""
    seen: set[frozenset[str]] = set()
    for measure in measures:
        levers = frozenset(change.lever for change in measure.changes)
        effect = next(effect for effect in measure.effects if effect.output == objective)
        if levers not in seen and effect.change < -LEAST_SHARE * abs(effect.before):
            seen.add(levers)
            yield measure
        if len(seen) == MOST_OPTIONS:
            return


def _caveats(
    findings: Findings, options: Sequence[measure_pb2.Measure], outputs: Sequence[FieldDescriptor]
) -> list[brief_pb2.Caveat.ValueType]:
    caveats = []
    domain = getattr(findings.prediction, "applicability").domain  # noqa: B009 - a field of the message, not of Message
    if domain in _DOMAIN_CAVEATS:
        caveats.append(_DOMAIN_CAVEATS[domain])
    main: estimate_pb2.Estimate = getattr(findings.prediction, outputs[0].name)
    width = main.interval.upper - main.interval.lower
    if not main.interval.level:
        caveats.append(brief_pb2.CAVEAT_UNMEASURED_INTERVALS)
    elif width > WIDE_SHARE * abs(main.value):
        caveats.append(brief_pb2.CAVEAT_WIDE_INTERVALS)
    if findings.measures is None:
        caveats.append(brief_pb2.CAVEAT_OPTIONS_UNKNOWN)
    if options and not findings.currency:
        caveats.append(brief_pb2.CAVEAT_COSTS_UNKNOWN)
    return caveats


class _Words:
    """What a contract calls its things in one language."""

    def __init__(self, subject: Any, prediction: Any, language: str) -> None:
        self._subject = subject
        self._prediction = prediction
        self._language = language

    @property
    def subject(self) -> brief_pb2.Label:
        return self._label(self._subject.GetOptions().Extensions[options_pb2.message])

    def outputs(self, objective: str) -> list[FieldDescriptor]:
        """The predicted outputs, the one that counts most first."""
        fields = [
            field
            for field in self._prediction.fields
            if field.message_type is not None and field.message_type.full_name == _ESTIMATE
        ]
        return sorted(fields, key=lambda field: not self._is_objective(field, objective))

    @staticmethod
    def _is_objective(field: FieldDescriptor, objective: str) -> bool:
        if objective:
            return field.name == objective
        schema = field.GetOptions().Extensions[options_pb2.field]
        return bool(schema.objective == options_pb2.OBJECTIVE_LOWER_BY_DEFAULT)

    def fact(self, field: FieldDescriptor, estimate: estimate_pb2.Estimate) -> brief_pb2.Fact:
        schema = field.GetOptions().Extensions[options_pb2.field]
        return brief_pb2.Fact(
            id=field.name, label=self._label(schema), value=brief_pb2.Value(number=estimate.value), unit=schema.unit
        )

    def option(self, measure: measure_pb2.Measure, outputs: Sequence[str]) -> brief_pb2.Option:
        prefix = f"{measure.id}/"
        effects = {effect.output: effect for effect in measure.effects}
        return brief_pb2.Option(
            id=measure.id,
            changes=[self._change(change, prefix) for change in measure.changes],
            effects=[self._effect(effects[output], prefix) for output in outputs if output in effects],
            facts=list(self._money(measure.saving, prefix)) if measure.HasField("saving") else (),
        )

    def _change(self, change: measure_pb2.LeverChange, prefix: str) -> brief_pb2.Change:
        field = self._subject.fields_by_name.get(change.lever)
        if field is None:
            joint = self._subject.GetOptions().Extensions[options_pb2.message].joint_levers
            words = next(lever for lever in joint if lever.name == change.lever)
            return brief_pb2.Change(id=prefix + change.lever, label=self._label(words))
        schema = field.GetOptions().Extensions[options_pb2.field]
        value = change.fields[0]
        return brief_pb2.Change(
            id=prefix + change.lever,
            label=self._label(schema),
            before=self._value(field, value.before),
            after=self._value(field, value.after),
            unit="" if value.before.WhichOneof("value") == "name" else schema.unit,
        )

    def _value(self, field: FieldDescriptor, value: measure_pb2.FieldValue) -> brief_pb2.Value:
        if value.WhichOneof("value") == "number":
            return brief_pb2.Value(number=value.number)
        assert field.enum_type is not None
        enum_value = field.enum_type.values_by_name[value.name]
        words = enum_value.GetOptions().Extensions[options_pb2.value]
        return brief_pb2.Value(text=getattr(words, self._language).label)

    def _effect(self, effect: measure_pb2.Effect, prefix: str) -> brief_pb2.Effect:
        schema = self._prediction.fields_by_name[effect.output].GetOptions().Extensions[options_pb2.field]
        measured = effect.HasField("interval") and effect.interval.level > 0
        bounds = brief_pb2.ChangeRange(lower=effect.interval.lower, upper=effect.interval.upper) if measured else None
        return brief_pb2.Effect(
            id=prefix + effect.output,
            label=self._label(schema),
            before=effect.before,
            after=effect.after,
            unit=schema.unit,
            range=bounds,
        )

    def _money(self, saving: measure_pb2.Saving, prefix: str) -> Iterator[brief_pb2.Fact]:
        amounts: Mapping[str, float | None] = {
            "annual_amount": saving.annual_amount.value,
            "investment_amount": saving.investment_amount if saving.HasField("investment_amount") else None,
            "payback_years": saving.payback_years if saving.HasField("payback_years") else None,
        }
        for name, amount in amounts.items():
            schema = saving.DESCRIPTOR.fields_by_name[name].GetOptions().Extensions[options_pb2.field]
            if amount is not None and math.isfinite(amount):
                yield brief_pb2.Fact(
                    id=prefix + name,
                    label=self._label(schema),
                    value=brief_pb2.Value(number=amount),
                    unit=schema.unit or saving.currency_code,
                )

    def _label(
        self, schema: options_pb2.FieldSchema | options_pb2.MessageSchema | options_pb2.JointLever
    ) -> brief_pb2.Label:
        words: options_pb2.Words = getattr(schema, self._language)
        return brief_pb2.Label(text=words.label, gender=words.gender)
