"""Spanish words for effects and facts.

Keys are the name of a rule and the tags that the item must have. Effects are bound to E, facts to F.
"""

from __future__ import annotations

from dataclasses import dataclass

Rules = dict[str, tuple[str, ...]]

_TENSES = ("cae", "caera", "caer", "caiga", "caeria")
_ACTIVE_TENSES = ("reduce", "reducira", "reducir", "reduciria")


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb that is regular in the future and the conditional."""

    infinitive: str
    present: str
    subjunctive: str
    before: str = ""
    """What stands before a finite form: "se ", "no "."""

    def of_effect(self) -> tuple[str, ...]:
        """Present, future, infinitive, subjunctive and conditional with the effect as subject."""
        tail = "se" if self.before == "se " else ""
        head = self.before if not tail else ""
        singulars = (self.present, f"{self.infinitive}á", "", self.subjunctive, f"{self.infinitive}ía")
        forms = [f"{self.before}{{E:{form}|{form}n}}" for form in singulars]
        forms[2] = f"{head}{self.infinitive}{tail}"
        return tuple(forms)

    def of_option(self) -> tuple[str, ...]:
        """Present, future, infinitive and conditional with what is done as subject."""
        return (self.present, f"{self.infinitive}á", self.infinitive, f"{self.infinitive}ía")


_FALL = (
    _Verb("bajar", "baja", "baje"),
    _Verb("bajar", "baja", "baje"),
    _Verb("disminuir", "disminuye", "disminuya"),
    _Verb("descender", "desciende", "descienda"),
    _Verb("caer", "cae", "caiga"),
    _Verb("reducir", "reduce", "reduzca", before="se "),
)
_RISE = (
    _Verb("subir", "sube", "suba"),
    _Verb("subir", "sube", "suba"),
    _Verb("aumentar", "aumenta", "aumente"),
    _Verb("crecer", "crece", "crezca"),
    _Verb("elevar", "eleva", "eleve", before="se "),
    _Verb("incrementar", "incrementa", "incremente", before="se "),
)
_LOWER = (
    _Verb("reducir", "reduce", "reduzca"),
    _Verb("bajar", "baja", "baje"),
    _Verb("recortar", "recorta", "recorte"),
    _Verb("rebajar", "rebaja", "rebaje"),
    _Verb("disminuir", "disminuye", "disminuya"),
)
_RAISE = (
    _Verb("subir", "sube", "suba"),
    _Verb("aumentar", "aumenta", "aumente"),
    _Verb("elevar", "eleva", "eleve"),
    _Verb("incrementar", "incrementa", "incremente"),
)
_GO = _Verb("pasar", "pasa", "pase")
_END = (_Verb("quedar", "queda", "quede"), _Verb("situar", "sitúa", "sitúe", before="se "))
_STAY = (_Verb("seguir", "sigue", "siga"), _Verb("quedar", "queda", "quede", before="se "))
_KEEP = (_Verb("cambiar", "cambia", "cambie", before="no "), _Verb("variar", "varía", "varíe", before="no "))
_TAKE = _Verb("llevar", "lleva", "lleve")
_LEAVE = (_Verb("dejar", "deja", "deje"), _Verb("situar", "sitúa", "sitúe"))
_DEGREES = {
    "slight": "[ligeramente|un poco|levemente]",
    "moderate": "[de forma apreciable|claramente|sensiblemente|de manera apreciable]",
    "strong": "[con fuerza|de forma considerable|de manera muy marcada|mucho]",
}


def effect_rules() -> Rules:
    """Words for effects and facts: those for each tense of a verb and the fixed ones."""
    rules = dict(_FIXED)
    for tense in range(len(_TENSES)):
        rules |= _of_effect(tense, "down", _FALL) | _of_effect(tense, "up", _RISE)
        rules |= _flat(_TENSES[tense], [f"{verb.of_effect()[tense]} en {{E.before}}" for verb in _STAY])
        rules[f"{_TENSES[tense]} flat"] += tuple(verb.of_effect()[tense] for verb in _KEEP)
    for tense in range(len(_ACTIVE_TENSES)):
        rules |= _of_option(tense, "down", _LOWER) | _of_option(tense, "up", _RAISE)
        rules |= _flat(_ACTIVE_TENSES[tense], [f"{_LEAVE[0].of_option()[tense]} {{E.name}} en {{E.before}}"])
    return rules


def _of_effect(index: int, trend: str, verbs: tuple[_Verb, ...]) -> Rules:
    """What an effect does, after its name."""
    tense, forms = _TENSES[index], [verb.of_effect()[index] for verb in verbs]
    way = f"{_GO.of_effect()[index]} de {{E.before}} a {{E.after}}"
    return {
        f"{tense} {trend}": (
            *(f"{form} (E cuanto)" for form in forms),
            *(f"{form} {{E.change}}" for form in forms[:3]),
            *(way, way),
            *(f"{verb.of_effect()[index]} en {{E.after}}" for verb in _END),
        ),
        f"{tense}_corto {trend}": tuple(f"{form} (E cantidad)" for form in forms),
        f"{tense}_llano {trend}": tuple(f"{form} (E llano)" for form in forms),
        **_by_degree(tense, trend, forms, ""),
    }


def _of_option(index: int, trend: str, verbs: tuple[_Verb, ...]) -> Rules:
    """What an option does to an effect, before its name or with a pronoun for it."""
    tense, forms = _ACTIVE_TENSES[index], [verb.of_option()[index] for verb in verbs]
    return {
        f"{tense} {trend}": (
            *(f"{form} {{E.name}} (E cuanto)" for form in forms),
            f"{_TAKE.of_option()[index]} {{E.name}} de {{E.before}} a {{E.after}}",
            *(f"{verb.of_option()[index]} {{E.name}} en {{E.after}}" for verb in _LEAVE),
        ),
        f"{tense}_corto {trend}": tuple(f"{form} {{E.name}} (E cantidad)" for form in forms),
        f"{tense}_llano {trend}": tuple(f"{form} {{E.name}} (E llano)" for form in forms),
        f"{tense}_lo {trend}": tuple(f"{{E~lo|la|los|las}} {form} (E cuanto)" for form in forms),
        **_by_degree(tense, trend, forms, " {E.name}"),
    }


def _by_degree(tense: str, trend: str, forms: list[str], name: str) -> Rules:
    either = f"[{'|'.join(forms)}]"
    rules: Rules = {}
    for size, degree in _DEGREES.items():
        rules[f"{tense} {trend} {size}"] = (f"{either} {degree}{name}, (E aposicion)",)
        rules[f"{tense}_algo {trend} {size}"] = (f"{either} {degree}{name}",)
    return rules


def _flat(tense: str, phrases: list[str]) -> Rules:
    return {f"{tense}{kind} flat": tuple(phrases) for kind in ("", "_algo", "_corto", "_llano", "_lo")}


_FIXED: Rules = {
    # The same without commas, for where the sentence goes on.
    "llano": ("un {E.percent}", "un {E.percent}", "en {E.change}", "de {E.before} a {E.after}", "hasta {E.after}"),
    "llano range": ("{E.range}",),
    "llano expert range": ("{E.range}", "{E.range}", "{E.range}"),
    "cantidad": ("un {E.percent}", "un {E.percent}", "en {E.change}", "hasta {E.after}"),
    # How much an effect moves, after a verb of motion.
    "cuanto": (
        "un {E.percent}",
        "un {E.percent}",
        "en {E.change}",
        "en {E.change}, hasta {E.after}",
        "de {E.before} a {E.after}",
        "hasta {E.after}",
        "desde {E.before} hasta {E.after}",
        "un {E.percent}, [de {E.before} a|hasta] {E.after}",
    ),
    "cuanto owner": ("un {E.percent}", "un {E.percent}", "de {E.before} a {E.after}"),
    "cuanto operator": ("un {E.percent}", "en {E.change}", "hasta {E.after}"),
    "cuanto expert": (
        "de {E.before} a {E.after}",
        "de {E.before} a {E.after}, un {E.percent}",
        "en {E.change}, [es decir,|lo que supone] un {E.percent}",
        "en {E.change}, de {E.before} a {E.after}",
        "un {E.percent}, es decir, en {E.change}",
    ),
    "cuanto range": ("{E.range}",),
    "cuanto expert range": (
        "{E.range}",
        "{E.range}",
        "{E.range}",
        "{E.range}, con {E.change} como estimación [puntual|central]",
        "en {E.change}, con un margen verificado de {E.range}",
        "en {E.change}, con un intervalo de {E.range}",
        "un {E.percent}, con un margen absoluto de {E.range}",
        "hasta {E.after}, con un margen de {E.range}",
    ),
    # The effect as a noun phrase that names it.
    "caida down": (
        "[una reducción|una bajada|un descenso|una disminución|un recorte] del {E.percent} en {E.name}",
        "[una reducción|una bajada|un descenso|una disminución] de {E.change} en {E.name}",
        "[un descenso|una bajada|una disminución] de {E.name} de {E.before} a {E.after}",
        "un {E.percent} menos en {E.name}",
        "{E.change} menos en {E.name}",
    ),
    "caida up": (
        "[una subida|un aumento|un incremento|un alza] del {E.percent} en {E.name}",
        "[una subida|un aumento|un incremento] de {E.change} en {E.name}",
        "[una subida|un aumento|un incremento] de {E.name} de {E.before} a {E.after}",
        "un {E.percent} más en {E.name}",
        "{E.change} más en {E.name}",
    ),
    "caida down range": (
        "[una reducción|una bajada|un descenso|una disminución] de {E.range} en {E.name}",
        "una bajada de {E.name} de {E.range}",
    ),
    "caida up range": (
        "[una subida|un aumento|un incremento] de {E.range} en {E.name}",
        "una subida de {E.name} de {E.range}",
    ),
    "caida down slight": ("[una leve bajada|una ligera reducción|un leve descenso] (E de) en {E.name}",),
    "caida up slight": ("[una leve subida|un ligero aumento|un leve incremento] (E de) en {E.name}",),
    "caida down moderate": ("[una bajada apreciable|una reducción sensible] de {E.name}",),
    "caida up moderate": ("[una subida apreciable|un aumento sensible] de {E.name}",),
    "caida down strong": ("[una bajada considerable|una fuerte reducción|un fuerte descenso] (E de) en {E.name}",),
    "caida up strong": ("[una subida considerable|un fuerte aumento|un fuerte incremento] (E de) en {E.name}",),
    "de": ("del {E.percent}", "de {E.change}"),
    "de range": ("de {E.range}",),
    "caida flat": ("{E.name} en {E.before}, sin cambios",),
    "aposicion": ("de {E.before} a {E.after}", "un {E.percent}", "hasta {E.after}"),
    "aposicion range": ("{E.range}",),
    # The same without the name, for where it was said.
    "tramo down": (
        "[una reducción|una bajada|un descenso] del {E.percent}",
        "[una reducción|una bajada|un descenso] de {E.change}",
        "un {E.percent} menos",
        "{E.change} menos",
    ),
    "tramo up": (
        "[una subida|un aumento|un incremento] del {E.percent}",
        "[una subida|un aumento|un incremento] de {E.change}",
        "un {E.percent} más",
        "{E.change} más",
    ),
    "tramo down range": ("[una reducción|una bajada|un descenso] de {E.range}",),
    "tramo up range": ("[una subida|un aumento|un incremento] de {E.range}",),
    "tramo flat": ("sin cambios",),
    # How something is, after its name.
    "es num": (
        "{F:es|son} de {F.value}",
        "{F:es de|están en} {F.value}",
        "{F:está|están} en {F.value}",
        "se {F:sitúa|sitúan} en {F.value}",
    ),
    "es text": (
        "{F:es|son} {F.value}",
        "{F:aparece|aparecen} como {F.value}",
        "{F:figura|figuran} como {F.value}",
        "{F:consta|constan} como {F.value}",
    ),
}
