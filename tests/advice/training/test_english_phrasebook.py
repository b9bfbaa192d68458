"""The English phrasebook: right and varied drafts for every situation."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from services.advice.brief import (
    Audience,
    Brief,
    Caveat,
    Change,
    Effect,
    Fact,
    Item,
    Label,
    Length,
    Motion,
    Option,
    Subject,
    Value,
)
from services.advice.language.checks import references, split_sentences
from services.advice.language.english import ENGLISH as LANGUAGE
from services.advice.rendering import render
from services.advice.training.corpus.areas import Area, noun
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.english import ENGLISH

AREA = Area(
    "reef",
    (noun("reef", "m:arrecife"), noun("corals*", "mp:corales")),
    (
        noun("water temperature", "f:temperatura del agua", "Cel"),
        noun("visitors*", "mp:visitantes", "/d"),
        noun("season", "f:temporada", values=(("dry", "seca"), ("wet", "lluviosa"))),
        noun("currents*", "fp:corrientes", values=(("weak", "débiles"), ("strong", "fuertes"))),
    ),
    (
        noun("boat speed", "f:velocidad de los barcos", "km/h"),
        noun("moorings*", "mp:amarres"),
        noun("access", "m:acceso", values=(("free", "libre"), ("guided", "guiado"))),
        noun("diving routes*", "fp:rutas de buceo", composite=True),
    ),
    (
        noun("bleaching", "m:blanqueo", "%"),
        noun("broken branches*", "fp:ramas rotas", "/a"),
        noun("fish count", "m:número de peces", higher_is_better=True),
        noun("young corals*", "mp:corales jóvenes", "/m2", higher_is_better=True),
    ),
    (noun("price", "m:precio", "EUR"), noun("permit", "f:autorización", values=(("needed", "a"), ("at hand", "b")))),
)
SENTENCES = {Length.BRIEF: (1, 1), Length.USUAL: (2, 3), Length.DETAILED: (3, 4)}
# Four fifths of what the grammar admits, so that it never cuts off what the model has learned; references count as one.
LIMITS = {"headline": 96, "text": 272, "reason": 192, "caution": 208}
SUMMARY_LIMITS = {Length.BRIEF: 208, Length.USUAL: 368, Length.DETAILED: 512}

Draft = tuple[str, str, Mapping[str, Item]]
"""What a draft is, its text and what it may refer to."""


def effect(alias: str, change: float, *, good: bool = True, before: float = 100.0, **more: bool) -> Effect:
    return Effect(alias, alias, Label(f"load {alias[-1]}", **more), before, before + change, "kg", good)


def change(alias: str, motion: Motion, *, valued: bool = True) -> Change:
    ends = {Motion.UP: (1.0, 2.0), Motion.DOWN: (2.0, 1.0), Motion.SWITCH: (None, None)}.get(motion)
    names = ("off", "on") if motion is Motion.SWITCH else ("", "")
    values = [Value(number=end, text=name) for end, name in zip(ends, names, strict=True)] if ends and valued else ()
    return Change(alias, alias, Label(f"lever {alias[-1]}"), motion, *values)


def brief(length: Length = Length.USUAL, audience: Audience = Audience.OWNER, **parts: object) -> Brief:
    option = Option(
        "o1", "o1", (change("c1", Motion.DOWN),), (effect("e1", -8.0), effect("e2", 3.0, good=False, plural=True))
    )
    facts = (Fact("f1", "f1", Label("load a"), Value(number=100.0, unit="kg")),)
    plain = Brief("en", audience, length, Subject(Label("pump")), facts, (option,))
    return replace(plain, **parts)  # type: ignore[arg-type]


def with_option(**parts: object) -> Brief:
    plain = brief()
    return replace(plain, options=(replace(plain.options[0], **parts),))  # type: ignore[arg-type]


def drafts(rng: random.Random, about: Brief) -> Iterator[Draft]:
    yield "headline", ENGLISH.headline(rng, about), about.scopes[""]
    yield "summary", ENGLISH.summary(rng, about), about.scopes[""]
    for option in about.options:
        yield "text", ENGLISH.recommendation(rng, about, option), about.scopes[option.alias]
        for ground in option.grounds:
            yield "reason", ENGLISH.reason(rng, about, option, ground), {ground.alias: ground}
    for caveat in about.caveats:
        yield "caution", ENGLISH.caution(rng, about, caveat), {about.subject.alias: about.subject}


def complaints(about: Brief, drafted: Draft) -> list[str]:
    """What is wrong with a draft."""
    kind, text, items = drafted
    found = [str(finding) for finding in LANGUAGE.findings(text, items, sentences=kind != "headline")]
    found += [f"no such item: {used.alias}" for used in references(text) if used.alias not in items]
    if not re.fullmatch(rf"(?:[{LANGUAGE.letters}]|\{{\w+\.\w+\}})+", text):
        found.append("a letter that drafts may not have")
    limit = SUMMARY_LIMITS[about.length] if kind == "summary" else LIMITS[kind]
    if len(re.sub(r"\{[^{}]*\}", "x", text)) > limit:
        found.append("too long")
    fewest, most = {"summary": SENTENCES[about.length], "text": (1, 2)}.get(kind, (1, 1))
    if not fewest <= len(split_sentences(text)) <= most:
        found.append("not as many sentences as it should have")
    render(text, items, LANGUAGE)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_drafts_for_random_briefs_break_no_rule(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(800):
        about = random_brief(rng, "en", AREA)
        for drafted in drafts(rng, about):
            assert complaints(about, drafted) == [], drafted[1]


SITUATIONS = {
    "no options": brief(options=()),
    "options unknown": brief(options=(), caveats=(Caveat.UNKNOWN,)),
    "a flat main effect": with_option(effects=(effect("e1", 0.0, good=False),)),
    "a bad main effect": with_option(effects=(effect("e1", 8.0, good=False),)),
    "nothing before": with_option(effects=(effect("e1", 8.0, before=0.0),)),
    "below zero before": with_option(effects=(effect("e1", 8.0, before=-20.0),)),
    "a change without values": with_option(changes=(change("c1", Motion.UP, valued=False),)),
    "a switch without values": with_option(changes=(change("c1", Motion.SWITCH, valued=False),)),
    "four changes": with_option(changes=tuple(change(f"c{i + 1}", motion) for i, motion in enumerate(Motion))),
    "four changes of a kind": with_option(changes=tuple(change(f"c{i + 1}", Motion.UP) for i in range(4))),
    "switches": with_option(changes=tuple(change(f"c{i + 1}", Motion.SWITCH) for i in range(3))),
    "eight effects": with_option(effects=tuple(effect(f"e{i + 1}", -6.0) for i in range(8))),
    "every caveat": brief(caveats=tuple(Caveat)),
}


@pytest.mark.parametrize("length", Length)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_drafts_for_rare_situations_break_no_rule(situation: str, length: Length) -> None:
    rng = random.Random(situation)
    about = replace(SITUATIONS[situation], length=length)
    for audience in Audience:
        for _ in range(15):
            for drafted in drafts(rng, replace(about, audience=audience)):
                assert complaints(about, drafted) == [], drafted[1]


@pytest.mark.parametrize("audience", Audience)
def test_the_same_brief_is_worded_in_many_ways(audience: Audience) -> None:
    about = brief(audience=audience, caveats=(Caveat.EDGE,))
    told: dict[str, set[str]] = {}
    for seed in range(200):
        for kind, text, _ in drafts(random.Random(seed), about):
            told.setdefault(kind, set()).add(text)
    fewest = {"headline": 80, "summary": 190, "text": 190, "reason": 150, "caution": 100}
    assert {kind: len(texts) for kind, texts in told.items() if len(texts) < fewest[kind]} == {}


def test_openings_differ() -> None:
    starts = {
        " ".join(ENGLISH.recommendation(random.Random(seed), brief(), brief().options[0]).split()[:2])
        for seed in range(200)
    }
    assert len(starts) > 50


def test_all_changes_of_an_option_are_told() -> None:
    about = SITUATIONS["four changes"]
    for seed in range(200):
        text = ENGLISH.recommendation(random.Random(seed), about, about.options[0])
        assert all(f"{{{change.alias}.name}}" in text for change in about.options[0].changes), text


def test_the_same_seed_gives_the_same_words() -> None:
    first, second = (list(drafts(random.Random(7), brief())) for _ in range(2))
    assert first == second
