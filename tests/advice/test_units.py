"""Values as people read them (E-13)."""

from __future__ import annotations

import pytest

from services.advice.language.english import ENGLISH
from services.advice.units import decimals_needed, quantity, symbol

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("unit", "sign"),
    [
        ("kW.h/m2", "kWh/m²"),
        ("kW.h/(m2.a)", "kWh/(m²·a)"),
        ("W/(m2.K)", "W/(m²·K)"),
        ("m3/h", "m³/h"),
        ("s-1", "s⁻¹"),
        ("Cel", "°C"),
        ("mm/s", "mm/s"),
        ("um", "µm"),
        ("[ppm]", "ppm"),
        ("{orders}", "orders"),
        ("1", ""),
        ("", ""),
        ("widgets", "widgets"),
    ],
)
def test_a_unit_is_written_as_its_sign(unit: str, sign: str):
    assert symbol(unit) == sign


@pytest.mark.parametrize(
    ("value", "decimals"), [(25.04, 0), (25.31, 1), (0.0123456, 4), (1234567.8, 0), (0, 0), (0.5, 1), (100.0, 0)]
)
def test_as_many_decimals_are_shown_as_tell_something(value: float, decimals: int):
    assert decimals_needed(value) == decimals


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        (12.43, "kW.h/m2", 1, f"12.4{NBSP}kWh/m²"),
        (1234.5, "m2", 0, f"1,234{NBSP}m²"),
        (45.0, "deg", 0, "45°"),
        (12.5, "%", 1, "12.5%"),
        (1.0, "a", 0, f"1{NBSP}year"),
        (4.2, "a", 1, f"4.2{NBSP}years"),
        (1250.4, "EUR", 0, "€1,250"),
        (-12.5, "EUR", 1, "-€12.50"),
        (0.4, "1", 1, "0.4"),
    ],
)
def test_a_value_and_its_unit_stay_together(value: float, unit: str, decimals: int, shown: str):
    assert quantity(value, unit, decimals, ENGLISH) == shown
