"""Spanish words that the checks of drafts look for."""

from __future__ import annotations

from services.advice.brief import Size
from services.advice.language.checks import WordLists, entries


def _finite(infinitive: str, present: str, subjunctive: str, past: str) -> tuple[str, ...]:
    """Forms of a verb in the singular, from what cannot be derived; the plural adds an n."""
    imperfect = infinitive[:-2] + ("aba" if infinitive.endswith("ar") else "ía")
    return present, subjunctive, past, imperfect, f"{infinitive}á", f"{infinitive}ía"


_VERBS = {
    "falling": (
        ("bajar", "baja", "baje", "bajara"),
        ("disminuir", "disminuye", "disminuya", "disminuyera"),
        ("descender", "desciende", "descienda", "descendiera"),
        ("caer", "cae", "caiga", "cayera"),
        ("reducir", "reduce", "reduzca", "redujera"),
        ("recortar", "recorta", "recorte", "recortara"),
        ("rebajar", "rebaja", "rebaje", "rebajara"),
        ("mermar", "merma", "merme", "mermara"),
    ),
    "rising": (
        ("subir", "sube", "suba", "subiera"),
        ("aumentar", "aumenta", "aumente", "aumentara"),
        ("crecer", "crece", "crezca", "creciera"),
        ("elevar", "eleva", "eleve", "elevara"),
        ("incrementar", "incrementa", "incremente", "incrementara"),
    ),
    "": (
        ("pasar", "pasa", "pase", "pasara"),
        ("quedar", "queda", "quede", "quedara"),
        ("situar", "sitúa", "sitúe", "situara"),
        ("cambiar", "cambia", "cambie", "cambiara"),
        ("variar", "varía", "varíe", "variara"),
        ("mejorar", "mejora", "mejore", "mejorara"),
        ("empeorar", "empeora", "empeore", "empeorara"),
        ("ganar", "gana", "gane", "ganara"),
        ("llegar", "llega", "llegue", "llegara"),
        ("alcanzar", "alcanza", "alcance", "alcanzara"),
        ("depender", "depende", "dependa", "dependiera"),
        ("figurar", "figura", "figure", "figurara"),
        ("constar", "consta", "conste", "constara"),
        ("aparecer", "aparece", "aparezca", "apareciera"),
        ("admitir", "admite", "admita", "admitiera"),
        ("merecer", "merece", "merezca", "mereciera"),
        ("deber", "debe", "deba", "debiera"),
        ("seguir", "sigue", "siga", "siguiera"),
        ("parecer", "parece", "parezca", "pareciera"),
    ),
}
_IRREGULAR = (
    entries(
        "es era será sería sea está estaba estará estaría esté tiene tenía tendrá tendría tenga puede podía"
        " podrá podría pueda va iba irá iría vaya sale salía saldrá saldría salga mantiene mantendrá"
        " mantendría mantenga"
    ),
    entries(
        "son eran serán serían sean están estaban estarán estarían estén tienen tenían tendrán tendrían"
        " tengan pueden podían podrán podrían puedan van iban irán irían vayan salen salían saldrán"
        " saldrían salgan mantienen mantendrán mantendrían mantengan"
    ),
)


def _moving(kind: str, others: str) -> frozenset[str]:
    """Every form of the verbs of a direction, and other words for it."""
    forms = set(entries(others))
    for verb in _VERBS[kind]:
        infinitive = verb[0]
        participle = infinitive[:-2] + ("ad" if infinitive.endswith("ar") else "id")
        forms |= {form + end for form in _finite(*verb) for end in ("", "n")}
        forms |= {infinitive + end for end in ("", "se", "lo", "la", "los", "las")}
        forms |= {participle + end for end in ("o", "a", "os", "as")}
    return frozenset(forms)


_SINGULAR_FORMS = frozenset(form for verbs in _VERBS.values() for verb in verbs for form in _finite(*verb))
SINGULAR = _SINGULAR_FORMS | _IRREGULAR[0]
"""Verb forms that no plural subject has."""
PLURAL = frozenset(f"{form}n" for form in _SINGULAR_FORMS) | _IRREGULAR[1]
"""Verb forms that no singular subject has."""

WORDS = WordLists(
    numerals=entries(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
        " diecisiete dieciocho diecinueve veinte veintiuno treinta cuarenta cincuenta sesenta setenta"
        " ochenta noventa cien ciento cientos mil miles millón millones mitad mitades tercio tercios cuarto"
        " cuartos cuarta quinto quinta sexto sexta séptimo octavo décimo décima segundo segunda tercero"
        " tercera tercer doble dobles triple duplicar duplica duplican duplicará triplicar triplica"
        " triplican cuádruple docena docenas decena decenas par centenar centenares millar millares"
        " porciento por_ciento una_de uno_de veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete"
        " veintiocho veintinueve doscientos doscientas trescientos trescientas cuatrocientos cuatrocientas quinientos"
        " quinientas seiscientos seiscientas setecientos setecientas ochocientos ochocientas novecientos novecientas"
        " billón billones quintos sextos séptima octava octavos noveno novena novenos décimos centésimo centésima"
        " milésima quíntuple duplicó triplicó duplicado duplicada triplicado triplicada cuadruplica cuadruplicar"
    ),
    foreign=entries(
        "the of and with by from is are was were will would should could can may if when then this that"
        " these those for which its it than more less lower raise reduce_the falls rises fall rise drop"
        " drops to at be been has have an but or not there where while so your our their by_the into about"
        " without between change changes"
    ),
    articles=entries(
        "el la los las un una unos unas lo del al su sus mi mis tu tus nuestro nuestra nuestros nuestras"
        " este esta estos estas ese esa esos esas aquel aquella"
    ),
    unfinished=entries(
        "y e o u ni de del a al en con por para sin que si el la los las un una unos unas su sus como entre"
        " hasta desde sobre pero aunque porque mientras cuyo cuya según muy tan lo"
    ),
    falling=_moving(
        "falling",
        "bajada bajadas reducción reducciones disminución disminuciones descenso descensos"
        " recorte recortes caída caídas reduciendo bajando disminuyendo recortando rebajando descendiendo",
    ),
    rising=_moving(
        "rising",
        "subida subidas aumento aumentos incremento incrementos alza alzas crecimiento subiendo"
        " aumentando elevando incrementando creciendo",
    ),
    degrees={
        Size.SLIGHT: entries(
            "ligeramente levemente un_poco leve leves ligera ligero ligeras ligeros apenas mínimo mínima"
            " discreta discreto modesto modesta pequeño pequeña"
        ),
        Size.MODERATE: entries(
            "apreciable apreciables apreciablemente sensiblemente sensible moderado moderada moderadamente palpable"
        ),
        Size.STRONG: entries(
            "mucho fuerte con_fuerza considerable considerables considerablemente drástico drástica"
            " drásticamente enorme enormemente muy_marcada muy_marcado grande gran"
        ),
    },
    transitive=entries("recorta recortar recortará recortaría recorte rebaja rebajar rebajará rebajaría rebaje"),
    intransitive=entries(
        "cae caen cayó caerá caerán caería caerían caiga caigan crece crecen crecerá crecerán crecería"
        " crecerían crezca crezcan desciende descienden descenderá descenderán descendería descenderían"
        " descienda desciendan"
    ),
    negations=entries("no ni sin nunca tampoco en_lugar_de en_vez_de lejos_de"),
    idioms=entries("un_poco_de sin_grandes_saltos gran_parte más_abajo"),
    joints=entries("y e o u ni pero aunque mientras que porque cuando si pues donde"),
    openers=entries("hoy ahora actualmente entonces así además ello eso"),
    conjunctions=entries("y e o u ni"),
    relatives=entries("que"),
    singular=SINGULAR,
    plural=PLURAL,
    adverse=entries(
        "desfavorable perjuicio punto_débil empeora empeoran adverso adversa inconveniente contrapartida en_contra"
        " a_costa pese_a pierde pierden"
    ),
    favourable=entries(
        "favorable a_favor ventaja beneficio mejoran avance favorece favorecen respalda gracias convence"
    ),
)

STRESSED = entries(
    "acta agua águila ala álgebra alga alma alza ama ancla ánfora área arca arma arpa asa asma aspa"
    " aula aura ave aya haba habla hacha hada hambre haya ánima ascua"
)
"""Feminine nouns that take "el" in the singular."""
AGREEING = entries(
    "previst estimad calculad esperad verificad medid indicad situad afectad mejorad ajustad reducid"
    " aumentad elevad rebajad recortad replantead revisad rediseñad alt nuev modest pequeñ larg"
)
"""Stems of participles and adjectives that follow a name in -o, -a, -os, -as."""
COPULAS = entries("es son está están queda quedan sería serían quedaría quedarían estaría estarían quedará quedarán")
LEVER_VERBS = entries(
    "bajar subir reducir aumentar elevar disminuir llevar cambiar pasar dejar replantear revisar rediseñar"
)
"""Infinitives whose pronoun stands for the name before them: "bajarla"."""
