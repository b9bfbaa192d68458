"""How values are written: enough digits, the language's separators, and units as people read them instead of codes."""

from __future__ import annotations

import math
import re

from babel.numbers import format_currency, list_currencies
from babel.units import format_unit

from services.advice.language.base import Language

NO_BREAK_SPACE = "\u00a0"
SIGNIFICANT_DIGITS = 3

_CURRENCIES = list_currencies()
# Lengths of time read better as words, which CLDR has in every language.
_WORDS = {"a": "duration-year", "mo": "duration-month", "wk": "duration-week", "d": "duration-day"}
_ATOMS = {
    "%": "%",
    "Cel": "°C",
    "[degF]": "°F",
    "deg": "°",
    "Ohm": "Ω",
    "kOhm": "kΩ",
    "um": "µm",
    "us": "µs",
    "uL": "µL",
    "[ppm]": "ppm",
    "[ppb]": "ppb",
    "[pH]": "",
    "[in_i]": "in",
    "[ft_i]": "ft",
    "1": "",
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_ATOM = re.compile(r"(?P<atom>\[\w+\]|%|[A-Za-z]+|1)(?P<power>-?\d+)?")


def symbol(unit: str) -> str:
    """The sign of a UCUM unit: "kWh/m²" for "kW.h/m2"; what is no UCUM stays as it is."""
    annotation = _ANNOTATION.fullmatch(unit)
    if annotation:
        return annotation[1]
    written = _ATOM.sub(_atom, _ANNOTATION.sub("", unit))
    return re.sub(r"(?<=W)\.(?=h)", "", written).replace(".", "·")


def _atom(match: re.Match[str]) -> str:
    return _ATOMS.get(match["atom"], match["atom"]) + (match["power"] or "").translate(_SUPERSCRIPTS)


def decimals_needed(value: float, digits: int = SIGNIFICANT_DIGITS) -> int:
    """Decimal places that show as many significant digits, without zeros at their end."""
    if not value:
        return 0
    most = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return next(places for places in range(most + 1) if round(value, places) == round(value, most))


def quantity(value: float, unit: str, decimals: int, language: Language) -> str:
    """A number with its unit, such as "12.4 kWh/m²"; no line breaks between them."""
    if unit in _CURRENCIES:
        return _currency(value, unit, decimals, language)
    if unit == "%":
        return language.percent(value / 100, decimals)
    if unit in _WORDS:
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        return format_unit(round(value, decimals), _WORDS[unit], "long", pattern, language.code).replace(
            " ", NO_BREAK_SPACE
        )
    return with_unit(language.number(value, decimals), unit)


def with_unit(number: str, unit: str) -> str:
    """A number that is written already, with the sign of its unit."""
    sign = symbol(unit)
    return f"{number}{NO_BREAK_SPACE}{sign}" if sign and sign != "°" else number + sign


def _currency(value: float, unit: str, decimals: int, language: Language) -> str:
    places = max(2, decimals) if decimals else 0
    pattern = {"es": "#,##0{} ¤"}.get(language.code, "¤#,##0{};-¤#,##0{}")
    return format_currency(
        value, unit, pattern.replace("{}", "." + "0" * places if places else ""), language.code, currency_digits=False
    )
