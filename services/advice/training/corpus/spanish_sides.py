"""Spanish words for another effect of an option, E, after what counts most was told."""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

SIDE_RULES: Rules = {
    # Another effect, in a sentence of its own.
    "ademas good": (
        "como efecto añadido, {E.name} (E cae)",
        "en la misma línea, {E.name} (E cae)",
        "otro punto a favor: {E.name} (E cae)",
        "{E:mejora|mejoran} también {E.name}: (E cae)",
        "y hay otra ventaja: {E.name} (E cae)",
        "[de paso|además|a la vez|al mismo tiempo], {E.name} (E cae)",
        "también {E.name} (E cae)",
        "[y no es lo único|hay más|se suma otro efecto]: {E.name} (E cae)",
        "con ello {E.name} también (E caera)",
        "a favor {E:está|están} también {E.name}: (E cae)",
        "también {E:suma|suman} {E.name}: (E cae)",
        "el efecto alcanza también a {E.name}: (E cae)",
    ),
    "ademas bad": (
        "donde se pierde es en {E.name}: (E cae)",
        "conviene vigilar {E.name}, que (E caera)",
        "el reverso está en {E.name}: (E caera)",
        "en cambio, {E.name} {E:empeora|empeoran}: (E cae)",
        "tenga en cuenta que {E.name} (E caera)",
        "[a cambio|en contrapartida|como contrapartida|en contra], {E.name} (E caera)",
        "[eso sí|ahora bien|con todo|no obstante], {E.name} (E caera)",
        "[hay que contar con|conviene tener presente|cuente con] que {E.name} (E caera)",
        "la contrapartida está en {E.name}, que (E caera)",
        "[el inconveniente|la pega|el punto débil|la otra cara]: {E.name} (E caera)",
        "no todo es a favor: {E.name} (E caera)",
    ),
    "ademas good up": (
        "el cambio también favorece a {E.name}: (E cae)",
        "{E.name} también {E:sale|salen} ganando: (E cae)",
    ),
    "ademas bad down": (
        "a {E.name} no {E:le|les} favorece: (E cae)",
        "{E.name} {E:sale|salen} perdiendo: (E cae)",
    ),
    "ademas bad slight": ("el efecto contrario es leve: {E.name} (E cae)",),
    "ademas bad strong": ("ojo con {E.name}: (E caera)", "el efecto contrario es considerable: {E.name} (E cae)"),
    "ademas flat": (
        "[por su parte|en cambio|mientras tanto], {E.name} (E cae)",
        "{E.name} (E cae)",
        "en {E.name} no se esperan cambios",
    ),
    # The same, added to a sentence.
    "cola good": (
        ", y [además|también|de paso] {E.name} (E cae)",
        "; [además|a la vez|de paso], {E.name} (E cae)",
        ", al tiempo que {E.name} (E cae_algo)",
    ),
    "cola bad": (
        ", [aunque|si bien|pero] {E.name} (E cae)",
        "; [a cambio|en contrapartida|eso sí|ahora bien], {E.name} (E caera)",
        ", a costa de que {E.name} (E caiga)",
    ),
    "cola flat": (", sin que {E.name} {E:cambie|cambien}", "; {E.name} (E cae)"),
}
