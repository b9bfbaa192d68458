"""Spanish names, numbers and checks."""

from __future__ import annotations

import pytest

from services.advice.brief import Change, Effect, Fact, Label, Motion, Subject, Value
from services.advice.language.base import Language
from services.advice.language.spanish import SPANISH

ITEMS = {
    "s": Subject(Label("bombas", feminine=True, plural=True)),
    "f1": Fact("f1", "f1", Label("caudal medio"), Value(number=12.0, unit="L/min")),
    "f2": Fact("f2", "f2", Label("horas de sol", feminine=True, plural=True), Value(number=5.0, unit="h")),
    "c1": Change("c1", "c1", Label("consigna", feminine=True), Motion.DOWN, Value(number=22.0), Value(number=20.0)),
    "c2": Change("c2", "c2", Label("turnos", plural=True), Motion.UP, Value(number=2.0), Value(number=3.0)),
    "c3": Change("c3", "c3", Label("orientación", feminine=True), Motion.SWITCH, Value(text="sur"), Value(text="este")),
    "e1": Effect("e1", "e1", Label("carga total", feminine=True), 40.0, 38.9, "kW.h", good=True),
    "e2": Effect("e2", "e2", Label("costes", plural=True), 40.0, 44.0, "EUR", good=False),
    "e3": Effect("e3", "e3", Label("pérdidas", feminine=True, plural=True), 10.0, 5.0, "kg", good=True),
    "e4": Effect("e4", "e4", Label("desgaste"), 10.0, 10.0, "um", good=False),
}


def checks(draft: str, *, sentences: bool = True) -> set[str]:
    return {finding.check for finding in SPANISH.findings(draft, ITEMS, sentences=sentences)}


def test_it_is_a_language():
    language: Language = SPANISH
    assert language.code == "es"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (Label("coste"), "el coste"),
        (Label("carga de calefacción", feminine=True), "la carga de calefacción"),
        (Label("costes", plural=True), "los costes"),
        (Label("horas de marcha", feminine=True, plural=True), "las horas de marcha"),
        (Label("agua caliente", feminine=True), "el agua caliente"),
        (Label("aguas grises", feminine=True, plural=True), "las aguas grises"),
        (Label("área útil", feminine=True), "el área útil"),
        (Label("altura total", feminine=True), "la altura total"),
        (Label("hambre", feminine=True), "el hambre"),
        (Label("la caldera", feminine=True), "la caldera"),
        (Label("Bomba 7", feminine=True), "Bomba 7"),
        (Label("El Niño"), "El Niño"),
        (Label("CO2"), "el CO2"),
    ],
)
def test_a_name_has_its_article(label: Label, name: str):
    assert SPANISH.name(label) == name


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.0, 0, "0"),
        (12.4, 1, "12,4"),
        (12.0, 2, "12,00"),
        (1234.5, 1, "1234,5"),
        (9999.96, 1, "10.000,0"),
        (12345.0, 0, "12.345"),
        (1234567.0, 0, "1.234.567"),
        (-3.25, 2, "-3,25"),
        (-0.01, 1, "0,0"),
    ],
)
def test_numbers_have_a_decimal_comma_and_separated_thousands(value: float, decimals: int, text: str):
    assert SPANISH.number(value, decimals) == text


def test_a_percentage_keeps_its_sign_on_its_line():
    assert SPANISH.percent(0.2, 0) == "20\u00a0%"
    assert SPANISH.percent(0.00456, 2) == "0,46\u00a0%"


def test_a_range_has_both_ends():
    assert SPANISH.span("4,1", "6,3") == "entre 4,1 y 6,3"


@pytest.mark.parametrize(
    ("rough", "polished"),
    [
        ("el efecto de el coste llega a el huerto.", "El efecto del coste llega al huerto."),
        ("de el coste a el huerto: todo.", "Del coste al huerto: todo."),
        ("se habla de El Niño y de ella.", "Se habla de El Niño y de ella."),
        ("según el plan, frente a ella.", "Según el plan, frente a ella."),
        ("la masa y índices altos.", "La masa e índices altos."),
        ("agua y hielo, uva y higos.", "Agua y hielo, uva e higos."),
        ("siete o ocho y plata o oro.", "Siete u ocho y plata u oro."),
        ("baja  mucho. sube poco.", "Baja mucho. Sube poco."),
        ("la temp. media baja. así queda.", "La temp. media baja. Así queda."),
        ("ámbitos: 3.5 y más. él queda.", "Ámbitos: 3.5 y más. Él queda."),
        ("queda en 5\u00a0%. es poco.", "Queda en 5\u00a0%. Es poco."),
        ("", ""),
    ],
)
def test_polish_contracts_and_capitalises(rough: str, polished: str):
    assert SPANISH.polish(rough) == polished


def test_polish_leaves_a_polished_text_alone():
    text = "La masa e índices del huerto bajan. Queda al 5\u00a0%."
    assert SPANISH.polish(text) == text


@pytest.mark.parametrize(
    ("draft", "check"),
    [
        ("{e1.name} baja 5 puntos.", "numeral"),
        ("{e1.name} baja un 3 % en total.", "numeral"),
        ("{e1.name} baja a la mitad.", "numeral"),
        ("{e1.name} baja dos veces.", "numeral"),
        ("hay tres opciones para {s.name}.", "numeral"),
        ("{e2.name} suben el doble.", "numeral"),
        ("{e1.name} baja un cinco por ciento.", "numeral"),
        ("{e1.name} baja una docena de veces.", "numeral"),
        ("{e1.name} baja un {e1.percent}", "sentence"),
        ("{e1.name} baja y.", "sentence"),
        ("{e1.name} baja, {e2.name} suben,", "sentence"),
        ("baje {c1.name} a.", "sentence"),
        ("", "sentence"),
        (", baje {c1.name}.", "sentence"),
        ("baje {c1.name} de de {c1.before} a {c1.after}.", "sentence"),
        ("baje la {c1.name}.", "sentence"),
        ("el efecto del {e1.name} es bueno.", "sentence"),
        ("baje su {c1.name}.", "sentence"),
        ("the {e1.name} baja.", "language"),
        ("{e1.name} falls un {e1.percent}.", "language"),
        ("baje {c1.name} and {e1.name} baja.", "language"),
        ("{e1.name} baja with {c1.name}.", "language"),
        ("el inconveniente es que {e1.name} baja un {e1.percent}.", "judgement"),
        ("{e1.name} sube un {e1.percent}.", "direction"),
        ("{e1.name} aumentará hasta {e1.after}.", "direction"),
        ("{e2.name} bajan un {e2.percent}.", "direction"),
        ("suba {c1.name} a {c1.after}.", "direction"),
        ("conviene reducir {c2.name}.", "direction"),
        ("con este cambio, {e3.name} crecen {e3.change}.", "direction"),
        ("{e4.name} disminuye.", "direction"),
        ("se consigue un {e1.percent} más en {e1.name}.", "direction"),
        ("el resultado es {e2.change} menos en {e2.name}.", "direction"),
        ("una reducción de {e2.change} en {e2.name}.", "direction"),
        ("{e1.name} baja mucho.", "size"),
        ("{e1.name} baja con fuerza.", "size"),
        ("{e1.name} baja de forma apreciable.", "size"),
        ("{e3.name} bajan ligeramente.", "size"),
        ("{e2.name} suben levemente.", "size"),
        ("un fuerte descenso de {e1.name}.", "size"),
        ("{e1.name} bajan un {e1.percent}.", "agreement"),
        ("{e2.name} sube hasta {e2.after}.", "agreement"),
        ("{e3.name} se reduce un {e3.percent}.", "agreement"),
        ("con ello {e3.name} no cambia.", "agreement"),
        ("hoy {f2.name} está en {f2.value}.", "agreement"),
        ("{f1.name} están en {f1.value}.", "agreement"),
        ("{e1.name} previsto es de {e1.after}.", "agreement"),
        ("{e3.name} son reducidos.", "agreement"),
        ("{e2.name} quedan situadas en {e2.after}.", "agreement"),
        ("lo mejor está en {c1.name}: bajarlo a {c1.after}.", "agreement"),
        ("la clave es {c3.name}: cambiarlos de {c3.before} a {c3.after}.", "agreement"),
        ("{e1.name}, que bajan un {e1.percent}.", "agreement"),
        ("{e1.name} baja. {e1.name} baja.", "repetition"),
        ("{e1.name} baja y {e1.name} mejora.", "repetition"),
        ("baje {c1.name} a {c1.after}, es decir, a {c1.after}.", "repetition"),
    ],
)
def test_a_bad_draft_is_found_out(draft: str, check: str):
    assert checks(draft) == {check}


def test_a_headline_has_no_full_stop():
    assert checks("{e1.name} baja un {e1.percent}.", sentences=False) == {"sentence"}
    assert checks("{e1.name} baja un {e1.percent}", sentences=False) == set()


@pytest.mark.parametrize(
    "draft",
    [
        "{e1.name} baja un {e1.percent}, hasta {e1.after}.",
        "al bajar {c1.name}, {e2.name} suben un {e2.percent}.",
        "si {c2.name} suben de {c2.before} a {c2.after}, {e3.name} se reducen {e3.change}.",
        "{e1.name} baja ligeramente y {e3.name} bajan mucho.",
        "no baja {e2.name}, al contrario.",
        "baje {c1.name} y {e1.name} bajará un {e1.percent}.",
        "un {e1.percent} menos en {e1.name}, a cambio de {e2.change} más en {e2.name}.",
        "la clave está en {c1.name}: bajarla a {c1.after} reduciría {e1.name}.",
        "{e3.name} previstas son de {e3.after}.",
        "cambie {c3.name} de {c3.before} a {c3.after}, y {e4.name} no cambia.",
        "la una y la otra: {f1.name} y {f2.name} cuentan.",
    ],
)
def test_a_good_draft_has_no_findings(draft: str):
    assert SPANISH.findings(draft, ITEMS, sentences=True) == []
