"""Training data are held against the contract before anything is trained (C-17)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.loads_pb2 import LoadPrediction

from services.prediction.schema import outputs_of
from services.prediction.training.energy.data import LOADS
from services.prediction.training.energy.features import FIELDS
from services.prediction.training.frame import FrameInvalid, Problem, combinations_of, frame_schema, ranges, validated

GOOD = pd.DataFrame(
    [
        (0.98, 514.5, 294.0, 110.25, 7.0, 1, 0.0, 1, 15.55, 21.33),
        (0.79, 637.0, 343.0, 147.0, 7.0, 2, 0.4, 5, 41.2, 43.0),
        (0.62, 808.5, 367.5, 220.5, 3.5, 4, 0.1, 2, 12.1, 15.2),
    ],
    columns=[*FIELDS, *LOADS],
)


@pytest.fixture(scope="module")
def schema() -> pa.DataFrameSchema:
    return frame_schema(Building.DESCRIPTOR, [o for o in outputs_of(LoadPrediction.DESCRIPTOR) if o.name in LOADS])


def test_good_data_come_back_as_numbers_in_the_contracts_order(schema):
    frame = validated(GOOD[GOOD.columns[::-1]], schema)
    assert list(frame.columns) == [*FIELDS, *LOADS]
    assert frame.dtypes.unique().tolist() == [np.dtype(float)]
    assert frame.to_numpy().tolist() == GOOD.to_numpy().tolist()


def setting(field: str, value: object, row: int = 1) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[field] = frame[field].astype(object)
        frame.loc[row, field] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "row", "field", "rule"),
    [
        (lambda f: f.drop(columns="roof_area_m2"), None, "roof_area_m2", "column_in_dataframe"),
        (lambda f: f.assign(colour=1), None, "colour", "column_in_schema"),
        (setting("relative_compactness", 1.2), 1, "relative_compactness", "double.lte 1"),
        (setting("overall_height_m", 0.5), 1, "overall_height_m", "double.gte 1"),
        (setting("glazing_ratio", np.nan), 1, "glazing_ratio", "not_nullable"),
        (setting("wall_area_m2", np.inf), 1, "wall_area_m2", "finite"),
        (setting("roof_area_m2", "large"), 1, "roof_area_m2", "coerce_dtype"),
        (setting("orientation", 0), 1, "orientation", "one of 1 ORIENTATION_NORTH"),
        (setting("orientation", 7), 1, "orientation", "one of 1 ORIENTATION_NORTH"),
        (setting("glazing_distribution", 2.5), 1, "glazing_distribution", "one of 1 GLAZING_DISTRIBUTION_NONE"),
        (setting("surface_area_m2", 700), 1, "", "building.surface_is_wall_plus_two_roofs"),
        (setting("glazing_ratio", 0), 1, "", "building.no_glazing_has_no_distribution"),
        (setting("heating_load_kwh_m2", -1), 1, "heating_load_kwh_m2", "at least 0"),
        (setting("cooling_load_kwh_m2", np.nan, row=2), 2, "cooling_load_kwh_m2", "not_nullable"),
    ],
)
def test_bad_data_are_refused_by_row_field_and_rule(schema, change, row, field, rule):
    with pytest.raises(FrameInvalid) as caught:
        validated(change(GOOD.copy()), schema)
    problem = caught.value.problems[0]
    assert (problem.row, problem.field) == (row, field)
    assert problem.rule.startswith(rule)
    assert {p.row for p in caught.value.problems} == {row}


def test_rows_are_counted_from_the_top_whatever_the_index(schema):
    bad = setting("orientation", 9)(GOOD.copy())
    bad.index = [10, 20, 30]
    with pytest.raises(FrameInvalid, match="row 1, orientation: one of"):
        validated(bad, schema)


def test_many_problems_are_counted():
    message = str(FrameInvalid([Problem(row, "orientation", "one of 1") for row in range(12)]))
    assert message.startswith("row 0, orientation: one of 1; row 1")
    assert message.endswith("and 2 more.")


def test_a_rule_that_no_check_stands_for_stops_training(monkeypatch):
    monkeypatch.delitem(frame_schema.__globals__["_RULES"], "gte")
    with pytest.raises(NotImplementedError, match=r"Building\.relative_compactness has the rule double\.gte"):
        frame_schema(Building.DESCRIPTOR, [])


def test_ranges_and_combinations_are_those_of_the_data():
    assert ranges(GOOD)[0] == ("relative_compactness", 0.62, 0.98)
    assert combinations_of(GOOD, ["overall_height_m", "roof_area_m2"]) == [(3.5, 220.5), (7.0, 110.25), (7.0, 147.0)]
