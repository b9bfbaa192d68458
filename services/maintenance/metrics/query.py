"""One statement for any metrics, whole or by groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from services.maintenance.metrics.definitions import METRICS, PARTS, Fact
from services.maintenance.metrics.facts import MONTH, Facts, Scope
from services.maintenance.records.resources import Catalog


def statement(catalog: Catalog, metadata: sa.MetaData, scope: Scope, metrics: Sequence[int]) -> sa.Select[Any]:
    """Selects metrics as value_1, count_1 … by their numbers, and the currency, by the scope's groups.

    Parts are added up fact by fact, each in its own way through the indexes, and then over all facts: joined to each
    other, facts would be counted many times.

    Args:
        catalog: All kinds of resources.
        metadata: Their tables.
        scope: What is counted, and by which groups: key_0, key_1.
        metrics: Numbers of the metrics.
    """
    names = sorted({name for metric in metrics for name in METRICS[metric].parts})
    branches = sa.union_all(*_branches(Facts(catalog, metadata, scope), scope, names)).subquery("branch")
    keys = [branches.c[f"key_{number}"] for number in range(len(scope.groups))]
    merged = (_merged(branches.c[name], PARTS[name].merged).label(name) for name in names)
    parts = sa.select(*keys, *merged).group_by(*keys).subquery("part")
    columns = [
        labeled
        for metric in metrics
        for labeled in (
            METRICS[metric].value.label(f"value_{metric}"),
            METRICS[metric].count.label(f"count_{metric}"),
        )
    ]
    columns += [parts.c[name].label(name) for name in ("currency", "last_currency") if name in names]
    found = [parts.c[key.name] for key in keys]
    return sa.select(*found, *columns).select_from(parts).order_by(*(key.asc().nulls_last() for key in found))


def _branches(facts: Facts, scope: Scope, names: Sequence[str]) -> Iterator[sa.Select[Any]]:
    for fact in Fact:
        if any(PARTS[name].fact is fact for name in names):
            rows = facts.rows(fact).subquery(fact.name.lower())
            keys = [rows.c[f"key_{number}"] for number in range(len(scope.groups))]
            columns = (_part(name, fact).label(name) for name in names)
            yield sa.select(*keys, *columns).select_from(rows).group_by(*keys)
    if list(scope.groups) == [MONTH]:
        yield facts.months().add_columns(*(_part(name, None).label(name) for name in names))


def _part(name: str, fact: Fact | None) -> sa.ColumnElement[Any]:
    """A part, or nothing of its type in a branch of another fact."""
    part = PARTS[name]
    return part.value if part.fact is fact else sa.cast(sa.null(), part.value.type)


def _merged(column: sa.ColumnElement[Any], by: str) -> sa.ColumnElement[Any]:
    if by == "sum":
        return sa.func.coalesce(sa.func.sum(column), 0)
    found: sa.ColumnElement[Any] = getattr(sa.func, by)(column)
    return found
