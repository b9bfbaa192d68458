"""English: how it writes names and numbers, and what its checks find in drafts."""

from __future__ import annotations

import pytest

from services.advice.brief import Change, Effect, Fact, Item, Label, Motion, Subject, Value
from services.advice.language.english import ENGLISH
from services.advice.language.english_words import WORDS

ITEMS: dict[str, Item] = {
    item.alias: item
    for item in (
        Subject(Label("building")),
        Fact("f1", "f1", Label("floor area"), Value(number=120, unit="m2")),
        Fact("f2", "f2", Label("running hours", plural=True), Value(number=8, unit="h")),
        Change("c1", "c1", Label("wall area"), Motion.UP, Value(number=1), Value(number=2)),
        Change("c2", "c2", Label("orientation"), Motion.SWITCH, Value(text="south"), Value(text="north")),
        Change("c3", "c3", Label("set points", plural=True), Motion.DOWN, Value(number=2), Value(number=1)),
        Change("c4", "c4", Label("shape"), Motion.REWORK),
        Effect("e1", "e1", Label("heating load"), 100, 60, "kW.h/m2", good=True, bounds=(-50, -30)),
        Effect("e2", "e2", Label("losses", plural=True), 100, 103, "kg", good=False),
        Effect("e3", "e3", Label("noise"), 100, 100, "dB", good=False),
        Effect("e4", "e4", Label("yield"), 100, 110, "t", good=True),
    )
}

RIGHT = (
    "raise {c1.name} from {c1.before} to {c1.after}, and {e1.name} falls by {e1.change}.",
    "raising {c1.name} lowers {e1.name} sharply, while {e2.name} rise slightly.",
    "the price is a small increase in {e2.name}, which rise by {e2.percent}.",
    "switching {c2.name} from {c2.before} to {c2.after} brings a marked drop of {e1.change} in {e1.name}.",
    "{e3.name} neither rises nor falls.",
    "with {c3.name} lowered to {c3.after}, {e4.name} goes up to {e4.after}.",
    "{e1.name} and {e4.name} are worth a look.",
    "raising {c1.name} and lowering {c3.name} cut {e1.name} by {e1.percent}.",
    "the fall in {e1.name} is verified to lie {e1.range}.",
    "the effects of several options do not simply add up.",
    "{e4.name} goes up to {e4.after}, and {e1.name} is reduced by {e1.change}.",
    "raise {c1.name} to {c1.after} to reduce what is lost.",
    "with {c1.name} at {c1.after}, it falls.",
    "rework {c4.name}. It pays off in {e1.name}, which drops a great deal.",
)

WRONG = (
    ("numeral", "raise {c1.name}, and {e1.name} falls by 40."),
    ("numeral", "raise {c1.name} in two steps."),
    ("numeral", "{e1.name} falls by half."),
    ("numeral", "{e1.name} falls by a third."),
    ("numeral", "{e1.name} falls by {e1.change}, or forty percent."),
    ("numeral", "{e4.name} doubles."),
    ("numeral", "this one is worth it for {e1.name}."),
    ("numeral", "{e1.name} falls by twenty-five units."),
    ("numeral", "{e1.name} is {e1.after} %."),
    ("sentence", "{e1.name} falls by {e1.change}"),
    ("sentence", "raise {c1.name} and."),
    ("sentence", "{e1.name} falls by {e1.change}.raise {c1.name}."),
    ("sentence", "{e1.name}falls by {e1.change}."),
    ("sentence", "raise {c1.name},"),
    ("sentence", "raise the {c1.name}."),
    ("sentence", "think about your {c1.name}."),
    ("sentence", "raise {c1.name} to to {c1.after}."),
    ("sentence", "."),
    ("sentence", ""),
    ("sentence", "raise {name to {c1.after}."),
    ("sentence", "raise {c1.name} to {c1.after}}."),
    ("sentence", ", raise {c1.name}."),
    ("sentence", "raise {c1.name} from {c1.before} to."),
    ("language", "reduce {c3.name} para {e1.name}."),
    ("language", "{e1.name} falls por {e1.change}."),
    ("language", "la {e1.name} falls."),
    ("language", "{e1.name} baja."),
    ("judgement", "the drawback is a drop of {e1.change} in {e1.name}."),
    ("judgement", "what speaks for it is a rise of {e2.change} in {e2.name}."),
    ("direction", "{e1.name} rises by {e1.change}."),
    ("direction", "lower {c1.name} to {c1.after}."),
    ("direction", "raise {c3.name} to {c3.after}."),
    ("direction", "raising {c1.name} lifts {e1.name} to {e1.after}."),
    ("direction", "raise {c1.name}, and {e4.name} drops to {e4.after}."),
    ("direction", "there is an increase of {e1.change} in {e1.name}."),
    ("direction", "{e3.name} goes up."),
    ("direction", "reduce {c2.name} from {c2.before} to {c2.after}."),
    ("direction", "{e1.name} falls, but {e4.name} falls as well."),
    ("direction", "{e2.name} come down from {e2.before} to {e2.after}."),
    ("direction", "with {c3.name} raised to {c3.after}, all is well."),
    ("size", "{e1.name} falls slightly."),
    ("size", "{e2.name} rise sharply by {e2.change}."),
    ("size", "a moderate drop of {e1.change} in {e1.name}."),
    ("size", "{e4.name} goes up a great deal."),
    ("size", "{e1.name} falls sharply, while {e4.name} rises a little."),
    ("agreement", "{e2.name} rises by {e2.change}."),
    ("agreement", "{f2.name} is {f2.value}."),
    ("agreement", "{f1.name} are {f1.value}."),
    ("agreement", "raise {c1.name}, and {e1.name} fall by {e1.change}."),
    ("agreement", "keep an eye on {e2.name}, which rises by {e2.change}."),
    ("agreement", "today {f2.name} has its limits."),
    ("repetition", "{e1.name} falls by {e1.change}, so {e1.name} is better."),
    ("repetition", "raise {c1.name}. Then wait. Raise {c1.name}."),
    ("repetition", "from {e1.before} down to {e1.after}, not up from {e1.before}."),
)


def checks(draft: str, *, sentences: bool = True) -> set[str]:
    return {finding.check for finding in ENGLISH.findings(draft, ITEMS, sentences=sentences)}


@pytest.mark.parametrize("draft", RIGHT)
def test_a_right_draft_has_no_findings(draft: str) -> None:
    assert ENGLISH.findings(draft, ITEMS, sentences=True) == []


@pytest.mark.parametrize(("check", "draft"), WRONG)
def test_a_wrong_draft_breaks_just_the_rule_that_it_should(check: str, draft: str) -> None:
    assert checks(draft) == {check}


def test_a_headline_has_no_full_stop() -> None:
    assert checks("{e1.name} can fall by {e1.percent}", sentences=False) == set()
    assert checks("{e1.name} can fall by {e1.percent}.", sentences=False) == {"sentence"}


def test_no_word_of_direction_is_both() -> None:
    assert not WORDS.falling & WORDS.rising
    assert not WORDS.transitive & WORDS.intransitive
    assert not WORDS.singular & WORDS.plural


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("heating load", "the heating load"),
        ("CO2 concentration", "the CO2 concentration"),
        ("The Oval", "the Oval"),
        ("my pump", "my pump"),
        ("Pump 7", "Pump 7"),
        ("Lake Geneva", "Lake Geneva"),
        ("annual load", "the annual load"),
    ],
)
def test_a_name_has_one_article_at_most(text: str, name: str) -> None:
    assert ENGLISH.name(Label(text)) == name


def test_numbers_have_separators() -> None:
    assert ENGLISH.number(1234567.891, 1) == "1,234,567.9"
    assert ENGLISH.number(-0.001, 2) == "0.00"
    assert ENGLISH.number(12, 0) == "12"
    assert ENGLISH.percent(0.2134, 0) == "21%"
    assert ENGLISH.percent(0.0047, 1) == "0.5%"
    assert ENGLISH.span("4.1", "6.3") == "between 4.1 and 6.3"


@pytest.mark.parametrize(
    ("text", "polished"),
    [
        ("the load falls. that helps.", "The load falls. That helps."),
        ("it falls by 5 kWh/m². it stays there.", "It falls by 5 kWh/m². It stays there."),
        ("the approx. value is 1.5. all  good.", "The approx. value is 1.5. All good."),
        ("from 4.1 to 6.3: lower the load", "From 4.1 to 6.3: lower the load"),
        ("5 % is little. élan helps.", "5 % is little. Élan helps."),
    ],
)
def test_sentences_start_with_a_capital(text: str, polished: str) -> None:
    assert ENGLISH.polish(text) == polished
