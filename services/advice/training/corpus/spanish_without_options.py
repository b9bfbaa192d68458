"""Spanish summaries where nothing is recommended; F is a fact, S the subject."""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

NO_OPTION_RULES: Rules = {
    "nada": (
        "se ha mirado qué cambiar, sin encontrar nada que mejore lo que hay.",
        "hoy por hoy, lo que hay es mejor que cualquiera de las alternativas estudiadas.",
        "[no se ha encontrado|no hemos encontrado|no aparece] ningún cambio que merezca la pena.",
        "ninguna de las opciones estudiadas mejora la situación.",
        "[de lo estudiado|de lo analizado|de lo que se ha probado], nada mejora lo que hay.",
        "[por ahora|de momento|hoy por hoy], no hay cambios que recomendar.",
        "con estos datos, lo razonable es dejar {S.name} como {S:está|están}.",
        "la búsqueda de mejoras no ha dado fruto.",
        "[no se propone|no se recomienda] ningún cambio.",
        "se han buscado mejoras y no se ha encontrado ninguna.",
    ),
    "nada owner": (
        "no le proponemos ningún cambio: nada de lo estudiado mejora lo que tiene.",
        "puede dejar {S.name} como {S:está|están}.",
        "no hemos dado con ninguna mejora que proponerle.",
    ),
    "nada operator": ("no hay ajustes que hacer.", "siga como hasta ahora.", "no cambie nada por ahora."),
    "nada expert": (
        "la búsqueda no arroja ninguna opción con efecto favorable.",
        "entre las alternativas examinadas no hay ninguna mejora verificada.",
    ),
    "sin_buscar": (
        "[por ahora|de momento|esta vez] no hay opciones evaluadas.",
        "[las opciones de mejora|las posibles mejoras] quedan por estudiar.",
        "qué se puede mejorar está aún por ver: no hay opciones evaluadas.",
        "no se dispone de opciones evaluadas, así que no se recomienda ningún cambio.",
        "[sobre qué cambiar|sobre posibles cambios] no se puede decir nada todavía.",
        "esto describe la situación; las opciones están por evaluar.",
        "falta evaluar qué se podría cambiar.",
        "sin opciones evaluadas, no cabe recomendar cambios.",
    ),
    "sin_buscar owner": (
        "todavía no podemos proponerle cambios: no hay opciones evaluadas.",
        "cuando haya opciones evaluadas, podremos aconsejarle.",
    ),
    "sin_buscar operator": ("opciones: sin evaluar.", "no cambie nada hasta que haya opciones evaluadas."),
    "sin_buscar expert": (
        "no se dispone de resultados de búsqueda de opciones.",
        "la valoración se limita al estado actual, sin opciones evaluadas.",
    ),
    "remate": (
        "si cambian los datos, [conviene volver a mirarlo|habrá que repetir el análisis].",
        "[la conclusión vale|esto es válido] mientras la situación no cambie.",
        "cuando haya datos nuevos, [conviene repetir el análisis|podrá verse de otra manera].",
    ),
    "frase_nada": (
        "{F.name} (F es) y no se ha encontrado ningún cambio que merezca la pena.",
        "{F.name} (F es), y [por ahora|de momento] no hay cambios que recomendar.",
        "en {S.name}, {F.name} (F es) y nada de lo estudiado mejora la situación.",
        "aunque se han buscado mejoras para {S.name}, ninguna merece la pena: {F.name} (F es).",
        "{S.name} {S:puede|pueden} seguir como {S:está|están}: {F.name} (F es) y no hay mejora a la vista.",
    ),
    "frase_sin_buscar": (
        "{F.name} (F es), pero aún no hay opciones evaluadas.",
        "{F.name} (F es); [las opciones de mejora quedan|qué se puede mejorar queda] por estudiar.",
        "de {S.name} se sabe que {F.name} (F es), pero [faltan opciones por evaluar|las opciones están por evaluar].",
        "en {S.name}, {F.name} (F es), a falta de opciones evaluadas.",
        "esta vez solo cabe describir la situación: {F.name} (F es).",
    ),
}
