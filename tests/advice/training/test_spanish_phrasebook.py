"""The Spanish wording of the corpus."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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
from services.advice.language.spanish import SPANISH as LANGUAGE
from services.advice.prompt import compact_prompt
from services.advice.rendering import render
from services.advice.training.corpus.areas import Area, noun
from services.advice.training.corpus.briefs import random_brief
from services.advice.training.corpus.phrases import PhraseError
from services.advice.training.corpus.spanish import RULES, SPANISH
from services.advice.training.corpus.spanish_teller import Scope, Teller

AREA = Area(
    "vivero",
    subjects=(
        noun("nursery", "m:vivero"),
        noun("pump", "f:bomba"),
        noun("tanks*", "mp:depósitos"),
        noun("halls*", "fp:naves"),
    ),
    states=(
        noun("flow", "m:caudal medio", "L/min"),
        noun("watered area", "f:área regada", "m2"),
        noun("dry days*", "mp:días secos", "d"),
        noun("sun hours*", "fp:horas de sol", "h"),
        noun("orientation", "f:orientación", values=(("north", "norte"), ("south", "sur"))),
        noun("soil", "m:tipo de suelo", values=(("clay", "arcilloso"), ("sandy", "arenoso"))),
    ),
    levers=(
        noun("angle", "m:ángulo de paso", "deg"),
        noun("pressure", "f:presión de trabajo", "bar"),
        noun("night shifts*", "mp:turnos de noche", "d"),
        noun("layers*", "fp:capas de cubierta"),
        noun("spread", "f:distribución del riego", values=(("even", "uniforme"), ("north", "sobre todo al norte"))),
        noun("mixing", "m:sistema de mezcla", values=(("spray", "aspersión"), ("drip", "goteo"))),
        noun("shape", "f:forma del recinto", composite=True),
        noun("cycles*", "mp:ciclos de temple", composite=True),
    ),
    outcomes=(
        noun("load", "f:carga total", "kW.h/m2"),
        noun("output", "m:rendimiento", "kg", higher_is_better=True),
        noun("running hours*", "fp:horas de marcha", "h"),
        noun("misreadings*", "mp:errores de lectura"),
        noun("good pieces*", "fp:piezas buenas", higher_is_better=True),
    ),
    extras=(
        noun("delivery", "m:plazo de entrega", "d"),
        noun("permits*", "mp:permisos", values=(("pending", "pendientes"), ("granted", "concedidos"))),
    ),
)
FORBIDDEN = re.compile(
    r"\b(energ|diner|ahorr|confort|barat|fácil|rápid|precio|rentab|euro|gratis|sencill|(tú|tu|tus|te|ti)\b)"
)
COST = re.compile(r"\bcostes?\b|\bcuesta", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """A draft and what it may refer to."""

    kind: str
    draft: str
    items: Mapping[str, Item]
    brief: Brief


def texts_of(rng: random.Random, brief: Brief) -> Iterator[Text]:
    yield Text("headline", SPANISH.headline(rng, brief), brief.scopes[""], brief)
    yield Text("summary", SPANISH.summary(rng, brief), brief.scopes[""], brief)
    for option in brief.options:
        yield Text("recommendation", SPANISH.recommendation(rng, brief, option), brief.scopes[option.alias], brief)
        for ground in option.grounds:
            yield Text("reason", SPANISH.reason(rng, brief, option, ground), {ground.alias: ground}, brief)
    for caveat in brief.caveats:
        yield Text(caveat.value, SPANISH.caution(rng, brief, caveat), {"s": brief.subject}, brief)


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    rng = random.Random("spanish")
    return [text for _ in range(3000) for text in texts_of(rng, random_brief(rng, "es", AREA))]


def test_every_text_passes_every_check(texts: list[Text]):
    found = [
        (text.draft, findings)
        for text in texts
        if (findings := LANGUAGE.findings(text.draft, text.items, sentences=text.kind != "headline"))
    ]
    assert not found, found[:5]


def test_every_text_can_be_rendered(texts: list[Text]):
    for text in texts[::10]:
        rendered = render(text.draft, text.items, LANGUAGE).text
        assert not re.search(r"[{}<>()\[\]|]|  | [,.;:]|\bde el |\ba el ", rendered), rendered
        assert rendered[0].upper() == rendered[0], rendered


def test_drafts_use_only_the_letters_of_the_language(texts: list[Text]):
    pattern = re.compile(rf"(?:[{LANGUAGE.letters}]|\{{[a-z]\d*\.[a-z]+\}})+")
    assert not [text.draft for text in texts if not pattern.fullmatch(text.draft)]


def test_texts_speak_of_no_area_and_promise_nothing(texts: list[Text]):
    for text in texts:
        plain = re.sub(r"\{[^{}]*\}", "_", text.draft)
        if text.kind != Caveat.COSTS:
            assert not FORBIDDEN.search(plain), plain
            assert not COST.search(plain), plain


def test_nothing_is_referred_to_twice_in_a_text(texts: list[Text]):
    for text in texts:
        references = re.findall(r"\{[^{}]*\}", text.draft)
        assert len(references) == len(set(references)), text.draft


@pytest.mark.parametrize(
    ("length", "least", "most"), [(Length.BRIEF, 1, 1), (Length.USUAL, 2, 3), (Length.DETAILED, 3, 4)]
)
def test_a_summary_has_as_many_sentences_as_its_length_asks_for(
    texts: list[Text], length: Length, least: int, most: int
):
    counts = {text.draft.count(". ") + 1 for text in texts if text.kind == "summary" and text.brief.length is length}
    assert min(counts) >= least
    assert max(counts) <= most


def test_recommendations_have_one_or_two_sentences(texts: list[Text]):
    assert {text.draft.count(". ") for text in texts if text.kind == "recommendation"} == {0, 1}


def test_reasons_and_cautions_have_one_sentence(texts: list[Text]):
    for text in texts:
        if text.kind not in ("headline", "summary", "recommendation"):
            assert text.draft.index(".", text.draft.rfind("}") + 1) == len(text.draft) - 1, text.draft


def test_most_headlines_fit_a_line_and_none_is_far_longer(texts: list[Text]):
    sizes = [len(render(text.draft, text.items, LANGUAGE).text) for text in texts if text.kind == "headline"]
    assert sum(size > 95 for size in sizes) < 0.02 * len(sizes)
    assert max(sizes) <= 120


def test_headlines_of_options_speak_of_the_first_option(texts: list[Text]):
    for text in texts:
        if text.kind == "headline" and text.brief.options:
            assert re.search(r"\{[ce]\d", text.draft), text.draft


def test_a_reason_refers_to_its_ground(texts: list[Text]):
    assert all(re.search(r"\{[efg]\d\.", text.draft) for text in texts if text.kind == "reason")


def fixed_brief(audience: Audience, motion: Motion = Motion.DOWN, *, good: bool = True) -> Brief:
    ends = (Value(number=24.0, unit="Cel"), Value(number=21.0, unit="Cel"))
    change = Change("c1", "c1", Label("consigna", feminine=True), motion, *ends)
    effects = (
        Effect("e1", "e1", Label("carga total", feminine=True), 40.0, 30.0, "kW.h", good=good, bounds=(-12.0, -8.0)),
        Effect("e2", "e2", Label("errores", plural=True), 10.0, 11.0, "", good=False),
    )
    facts = (Fact("f1", "f1", Label("superficie", feminine=True), Value(number=200.0, unit="m2")),)
    options = (Option("o1", "o1", (change,), effects),)
    return Brief("es", audience, Length.USUAL, Subject(Label("edificio")), facts, options, tuple(Caveat))


@pytest.mark.parametrize("audience", Audience)
def test_the_same_brief_is_worded_in_hundreds_of_ways(audience: Audience):
    rng, brief = random.Random(1), fixed_brief(audience)
    option = brief.options[0]
    assert len({SPANISH.headline(rng, brief) for _ in range(1000)}) >= 150
    assert len({SPANISH.summary(rng, brief) for _ in range(500)}) >= 450
    assert len({SPANISH.recommendation(rng, brief, option) for _ in range(500)}) >= 450
    assert len({SPANISH.reason(rng, brief, option, option.effects[0]) for _ in range(1000)}) >= 300
    for caveat in Caveat:
        assert len({SPANISH.caution(rng, brief, caveat) for _ in range(1000)}) >= 150


def test_experts_are_told_ranges_far_more_often():
    def shares(audience: Audience) -> float:
        rng, brief = random.Random(2), fixed_brief(audience)
        drafts = [SPANISH.recommendation(rng, brief, brief.options[0]) for _ in range(600)]
        return sum("{e1.range}" in draft for draft in drafts) / len(drafts)

    assert shares(Audience.EXPERT) > 1.3 * shares(Audience.OWNER)


def test_owners_are_spoken_to_and_operators_told_what_to_do():
    def share(audience: Audience, pattern: str) -> float:
        rng, brief = random.Random(3), fixed_brief(audience)
        drafts = [SPANISH.recommendation(rng, brief, brief.options[0]) for _ in range(600)]
        return sum(bool(re.match(pattern, draft)) for draft in drafts) / len(drafts)

    imperative = r"(baje|reduzca|disminuya|lleve|pase|ajuste|deje|fije)\b"
    assert share(Audience.OPERATOR, imperative) > 0.15 > share(Audience.EXPERT, imperative)
    assert share(Audience.OWNER, r"le |nuestr|(piense|valore|considere|plantéese)\b") > 0.08


def test_words_depend_only_on_what_the_model_is_told():
    brief = fixed_brief(Audience.EXPERT)
    (option,) = brief.options
    other = replace(option.effects[0], id="x", label=Label("potencia", feminine=True), before=80.0, after=60.0)
    twin = replace(brief, options=(replace(option, effects=(other, option.effects[1])),))
    assert compact_prompt(brief) == compact_prompt(twin)
    for seed in range(50):
        drafts = [SPANISH.recommendation(random.Random(seed), each, each.options[0]) for each in (brief, twin)]
        assert drafts[0] == drafts[1]


def test_an_effect_without_percentage_is_worded_in_other_forms():
    brief = fixed_brief(Audience.OWNER)
    (option,) = brief.options
    effect = replace(option.effects[0], before=0.0, after=-3.0, bounds=None)
    without = replace(brief, options=(replace(option, effects=(effect,)),))
    rng = random.Random(4)
    for _ in range(300):
        for text in texts_of(rng, without):
            assert "e1.percent" not in text.draft


def test_a_first_effect_that_is_bad_or_flat_can_be_worded():
    brief = fixed_brief(Audience.OPERATOR, good=False)
    (option,) = brief.options
    flat = replace(option.effects[0], after=40.0, bounds=None)
    rng = random.Random(5)
    for effects in (option.effects, (flat, option.effects[1])):
        each = replace(brief, options=(replace(option, effects=effects),))
        for _ in range(60):
            for text in texts_of(rng, each):
                assert LANGUAGE.findings(text.draft, text.items, sentences=text.kind != "headline") == [], text.draft


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("motion", Motion)
def test_every_number_of_changes_can_be_worded(motion: Motion, count: int):
    brief = fixed_brief(Audience.OWNER, motion)
    (option,) = brief.options
    ends = (None, None) if motion is Motion.REWORK else (option.changes[0].before, option.changes[0].after)
    changes = tuple(
        Change(f"c{n}", f"c{n}", Label(f"palanca {n}", feminine=True), motion, *ends) for n in range(1, count + 1)
    )
    each = replace(brief, options=(replace(option, changes=changes),))
    rng = random.Random(6)
    for _ in range(30):
        for text in texts_of(rng, each):
            assert LANGUAGE.findings(text.draft, text.items, sentences=text.kind != "headline") == [], text.draft


def test_the_same_seed_gives_the_same_words():
    brief = fixed_brief(Audience.OWNER)
    assert SPANISH.summary(random.Random(7), brief) == SPANISH.summary(random.Random(7), brief)


def test_every_rule_is_used():
    told = {"titular", "motivo", "cautela", "consejo", "cola", "ademas", "situacion", "dos_datos", "dato", "accion"}
    told |= {"propuesta", "efecto", "frase", "mas", "nada", "sin_buscar", "remate", "frase_nada", "frase_sin_buscar"}
    told |= {"seguida", "frase_seguida"}
    used = {name for phrases in RULES.values() for phrase in phrases for name in re.findall(r"[ <](\w+)[)>]", phrase)}
    conjugated = r"(cae|caera|caer|caiga|caeria|reduce|reducira|reducir|reduciria)(_\w+)?"
    idle = {key.split()[0] for key in RULES} - told - used
    assert not [name for name in idle if not re.fullmatch(conjugated, name)]


def test_there_are_far_more_than_four_hundred_phrases():
    assert sum(len(phrases) for phrases in RULES.values()) > 1500


def test_a_rule_that_is_not_there_is_an_error():
    teller = Teller({"a": ("(F b)",), "b text": ("x",)})
    fact = Fact("f1", "f1", Label("caudal"), Value(number=1.0))
    with pytest.raises(PhraseError, match="No rule 'b'"):
        teller.expand(random.Random(8), "a", Scope(frozenset(), items={"F": fact}))
