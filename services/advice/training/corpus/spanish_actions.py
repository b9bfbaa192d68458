"""Spanish words for what options change.

A single change is bound to C; several are bound to A, B, C and K.
"""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

_SPAN = "[de {C.before} a {C.after}|de {C.before} a {C.after}|hasta {C.after}|desde {C.before} hasta {C.after}]"
_MAYBE = "[ de {C.before} a {C.after}| de {C.before} a {C.after}| hasta {C.after}|]"
_FROM_TO = "de {C.before} a {C.after}"

ACTION_RULES: Rules = {
    # Infinitive.
    "hacer down": (
        f"[bajar|reducir|disminuir] {{C.name}}{_MAYBE}",
        f"[bajar|reducir|rebajar] {{C.name}} {_SPAN}",
        f"[llevar|pasar|ajustar] {{C.name}} {_FROM_TO}",
        "dejar {C.name} en {C.after}[ en lugar de {C.before}|]",
        "fijar {C.name} en {C.after}",
    ),
    "hacer up": (
        f"[subir|aumentar|elevar] {{C.name}}{_MAYBE}",
        f"[subir|aumentar] {{C.name}} {_SPAN}",
        f"[llevar|pasar|ajustar] {{C.name}} {_FROM_TO}",
        "dejar {C.name} en {C.after}[ en lugar de {C.before}|]",
        "fijar {C.name} en {C.after}",
    ),
    "hacer switch": (
        f"cambiar {{C.name}} {_FROM_TO}",
        f"pasar {{C.name}} {_FROM_TO}",
        "elegir {C.after} en lugar de {C.before} para {C.name}",
        f"hacer que {{C.name}} {{C:pase|pasen}} {_FROM_TO}",
        "cambiar {C.name}",
    ),
    "hacer rework": (
        "[replantear|revisar|rediseñar] {C.name}",
        "[revisar a fondo|replantear por completo|dar otro planteamiento a] {C.name}",
        "[actuar|intervenir] sobre {C.name}",
        "buscar otra solución para {C.name}",
    ),
    "hacer pair": (
        "(A hacer) y (B hacer)",
        "(A corto) y (B corto)",
        "(A corto) y, a la vez, (B corto)",
        "(A corto) y (B corto) al mismo tiempo",
        "(A hacer) y, además, (B corto)",
        "[actuar|intervenir] a la vez sobre {A.name} y {B.name}",
        "[cambiar|ajustar] {A.name} y también {B.name}",
        "combinar (A sust) con (B sust)",
    ),
    "hacer pair alldown": ("[bajar|reducir] [a la vez|tanto] {A.name} [y también|como] {B.name}",),
    "hacer pair allup": ("[subir|aumentar] {A.name} [y|y también] {B.name}",),
    "hacer many": (
        "(A corto), (B corto) y (C corto)",
        "(A corto), (B corto) y, además, (C corto)",
        "[cambiar|ajustar|tocar] a la vez {A.name}, {B.name} y {C.name}",
        "actuar de forma conjunta sobre {A.name}, {B.name} y {C.name}",
        "combinar (A sust), (B sust) y (C sust)",
    ),
    "hacer crowd": (
        "(A corto), (B corto), (C corto) y (K corto)",
        "[cambiar|ajustar] a la vez {A.name}, {B.name}, {C.name} y {K.name}",
    ),
    "corto down": ("[bajar|reducir|disminuir] {C.name}", "bajar {C.name} [a|hasta] {C.after}"),
    "corto up": ("[subir|aumentar|elevar] {C.name}", "subir {C.name} [a|hasta] {C.after}"),
    "corto switch": ("cambiar {C.name}", f"pasar {{C.name}} {_FROM_TO}"),
    "corto rework": ("[replantear|revisar|rediseñar] {C.name}",),
    # Imperative.
    "haga down": (
        f"[baje|reduzca|disminuya] {{C.name}}{_MAYBE}",
        f"[baje|reduzca] {{C.name}} {_SPAN}",
        f"[lleve|pase|ajuste] {{C.name}} {_FROM_TO}",
        "deje {C.name} en {C.after}[ en lugar de {C.before}|]",
        "fije {C.name} en {C.after}",
    ),
    "haga up": (
        f"[suba|aumente|eleve] {{C.name}}{_MAYBE}",
        f"[suba|aumente] {{C.name}} {_SPAN}",
        f"[lleve|pase|ajuste] {{C.name}} {_FROM_TO}",
        "deje {C.name} en {C.after}[ en lugar de {C.before}|]",
        "fije {C.name} en {C.after}",
    ),
    "haga switch": (
        f"cambie {{C.name}} {_FROM_TO}",
        f"pase {{C.name}} {_FROM_TO}",
        f"haga que {{C.name}} {{C:pase|pasen}} {_FROM_TO}",
        "elija {C.after} en lugar de {C.before} para {C.name}",
    ),
    "haga rework": (
        "[replantee|revise|rediseñe] {C.name}",
        "[revise a fondo|replantee por completo] {C.name}",
        "actúe sobre {C.name}",
        "busque otra solución para {C.name}",
    ),
    "haga pair": (
        "(A haga) y (B haga)",
        "(A manda) y (B manda)",
        "(A manda) y, a la vez, (B manda)",
        "(A haga) y, además, (B manda)",
        "actúe a la vez sobre {A.name} y {B.name}",
        "[cambie|ajuste] {A.name} y también {B.name}",
        "combine (A sust) con (B sust)",
    ),
    "haga pair alldown": ("[baje|reduzca] tanto {A.name} como {B.name}", "baje {A.name} y también {B.name}"),
    "haga pair allup": ("[suba|aumente] tanto {A.name} como {B.name}", "suba {A.name} y también {B.name}"),
    "haga many": (
        "(A manda), (B manda) y (C manda)",
        "(A manda), (B manda) y, además, (C manda)",
        "[cambie|ajuste] a la vez {A.name}, {B.name} y {C.name}",
        "actúe de forma conjunta sobre {A.name}, {B.name} y {C.name}",
    ),
    "haga crowd": ("(A manda), (B manda), (C manda) y (K manda)",),
    "manda down": ("[baje|reduzca|disminuya] {C.name}", "baje {C.name} [a|hasta] {C.after}"),
    "manda up": ("[suba|aumente|eleve] {C.name}", "suba {C.name} [a|hasta] {C.after}"),
    "manda switch": ("cambie {C.name}", f"pase {{C.name}} {_FROM_TO}"),
    "manda rework": ("[replantee|revise|rediseñe] {C.name}",),
    # After "si": present and imperfect subjunctive; after "que": subjunctive.
    "si down": (
        f"se {{C:baja|bajan}} {{C.name}}{_MAYBE}",
        f"se {{C:reduce|reducen}} {{C.name}}{_MAYBE}",
        f"{{C.name}} {{C:pasa|pasan}} {_FROM_TO}",
        f"{{C.name}} {{C:baja|bajan}}{_MAYBE}",
        "se {C:deja|dejan} {C.name} en {C.after}",
    ),
    "si up": (
        f"se {{C:sube|suben}} {{C.name}}{_MAYBE}",
        f"se {{C:aumenta|aumentan}} {{C.name}}{_MAYBE}",
        f"{{C.name}} {{C:pasa|pasan}} {_FROM_TO}",
        f"{{C.name}} {{C:sube|suben}}{_MAYBE}",
        "se {C:deja|dejan} {C.name} en {C.after}",
    ),
    "si switch": (
        f"{{C.name}} {{C:pasa|pasan}} {_FROM_TO}",
        f"se {{C:cambia|cambian}} {{C.name}} {_FROM_TO}",
        "se elige {C.after} en lugar de {C.before} para {C.name}",
        "{C.name} {C:deja|dejan} de ser {C.before} y {C:pasa|pasan} a {C.after}",
    ),
    "si rework": ("se {C:replantea|replantean} {C.name}", "se {C:revisa|revisan} {C.name}", "se actúa sobre {C.name}"),
    "si pair": (
        "(A si) y (B si)",
        "se [cambian|ajustan] a la vez {A.name} y {B.name}",
        "se actúa a la vez sobre {A.name} y {B.name}",
        "se combinan (A sust) y (B sust)",
    ),
    "si pair alldown": ("se [bajan|reducen] a la vez {A.name} y {B.name}", "[bajan|se reducen] {A.name} y {B.name}"),
    "si pair allup": ("se [suben|aumentan] a la vez {A.name} y {B.name}", "[suben|aumentan] {A.name} y {B.name}"),
    "si many": (
        "se [cambian|ajustan] a la vez {A.name}, {B.name} y {C.name}",
        "se actúa de forma conjunta sobre {A.name}, {B.name} y {C.name}",
        "se combinan (A sust), (B sust) y (C sust)",
    ),
    "si crowd": ("se cambian a la vez {A.name}, {B.name}, {C.name} y {K.name}",),
    "hiciera down": (
        f"se {{C:bajara|bajaran}} {{C.name}}{_MAYBE}",
        f"se {{C:redujera|redujeran}} {{C.name}}{_MAYBE}",
        f"{{C.name}} {{C:pasara|pasaran}} {_FROM_TO}",
    ),
    "hiciera up": (
        f"se {{C:subiera|subieran}} {{C.name}}{_MAYBE}",
        f"se {{C:aumentara|aumentaran}} {{C.name}}{_MAYBE}",
        f"{{C.name}} {{C:pasara|pasaran}} {_FROM_TO}",
    ),
    "hiciera switch": (
        f"{{C.name}} {{C:pasara|pasaran}} {_FROM_TO}",
        f"se {{C:cambiara|cambiaran}} {{C.name}} {_FROM_TO}",
    ),
    "hiciera rework": ("se {C:replanteara|replantearan} {C.name}", "se {C:revisara|revisaran} {C.name}"),
    "hiciera pair": (
        "(A hiciera) y (B hiciera)",
        "se actuara a la vez sobre {A.name} y {B.name}",
        "se combinaran (A sust) y (B sust)",
    ),
    "hiciera many": (
        "se ajustaran a la vez {A.name}, {B.name} y {C.name}",
        "se actuara de forma conjunta sobre {A.name}, {B.name} y {C.name}",
    ),
    "hiciera crowd": ("se cambiaran a la vez {A.name}, {B.name}, {C.name} y {K.name}",),
    "que down": (
        f"{{C.name}} {{C:pase|pasen}} {_FROM_TO}",
        f"{{C.name}} {{C:baje|bajen}} {_SPAN}",
        f"se {{C:reduzca|reduzcan}} {{C.name}} {_SPAN}",
    ),
    "que up": (
        f"{{C.name}} {{C:pase|pasen}} {_FROM_TO}",
        f"{{C.name}} {{C:suba|suban}} {_SPAN}",
        f"se {{C:aumente|aumenten}} {{C.name}} {_SPAN}",
    ),
    "que switch": (f"{{C.name}} {{C:pase|pasen}} {_FROM_TO}", f"se {{C:cambie|cambien}} {{C.name}} {_FROM_TO}"),
    "que rework": ("se {C:replantee|replanteen} {C.name}", "se {C:revise|revisen} {C.name}"),
    "que pair": ("(A que) y (B que)", "se actúe a la vez sobre {A.name} y {B.name}"),
    "que many": ("se actúe a la vez sobre {A.name}, {B.name} y {C.name}",),
    "que crowd": ("se actúe a la vez sobre {A.name}, {B.name}, {C.name} y {K.name}",),
    # As a noun.
    "sust down": (
        "[la reducción|la bajada|la disminución] de {C.name}",
        f"[la reducción|la bajada] de {{C.name}} {_FROM_TO}",
    ),
    "sust up": ("[la subida|el aumento] de {C.name}", f"[la subida|el aumento] de {{C.name}} {_FROM_TO}"),
    "sust switch": ("el cambio de {C.name}", f"el [cambio|paso] de {{C.name}} {_FROM_TO}"),
    "sust rework": ("[la revisión|el rediseño|el nuevo planteamiento] de {C.name}",),
    "sust pair": (
        "(A sust) y (B sust)",
        "el cambio conjunto de {A.name} y {B.name}",
        "una actuación conjunta sobre {A.name} y {B.name}",
    ),
    "sust many": (
        "un cambio conjunto de {A.name}, {B.name} y {C.name}",
        "una actuación conjunta sobre {A.name}, {B.name} y {C.name}",
    ),
    "sust crowd": ("un cambio conjunto de {A.name}, {B.name}, {C.name} y {K.name}",),
    # A clause that tells of the change.
    "paso down": (
        "{C.name} {C:puede|pueden} bajar de {C.before} a {C.after}",
        "hay margen para bajar {C.name} [hasta {C.after}|de {C.before} a {C.after}]",
        "{C.name} {C:está|están} en {C.before} y {C:puede|pueden} bajar [a|hasta] {C.after}",
        "{C.name} {C:admite|admiten} una bajada de {C.before} a {C.after}",
    ),
    "paso up": (
        "{C.name} {C:puede|pueden} subir de {C.before} a {C.after}",
        "hay margen para subir {C.name} [hasta {C.after}|de {C.before} a {C.after}]",
        "{C.name} {C:está|están} en {C.before} y {C:puede|pueden} subir [a|hasta] {C.after}",
        "{C.name} {C:admite|admiten} una subida de {C.before} a {C.after}",
    ),
    "paso switch": (
        "{C.name} {C:puede|pueden} pasar de {C.before} a {C.after}",
        "{C.name} {C:admite|admiten} un cambio de {C.before} a {C.after}",
        "cabe cambiar {C.name} de {C.before} a {C.after}",
    ),
    "paso rework": (
        "{C.name} {C:admite|admiten} otra solución",
        "hay otra forma de plantear {C.name}",
        "{C.name} {C:merece|merecen} una revisión[ a fondo|]",
        "cabe [replantear|rediseñar] {C.name}",
    ),
    "paso pair": (
        "{A.name} y {B.name} se pueden cambiar a la vez",
        "(A paso), y cabe (B corto)",
        "{A.name} y {B.name} admiten un cambio conjunto",
    ),
    "paso many": (
        "{A.name}, {B.name} y {C.name} admiten un cambio conjunto",
        "cabe (A corto), (B corto) y (C corto)",
    ),
    "paso crowd": ("{A.name}, {B.name}, {C.name} y {K.name} admiten un cambio conjunto",),
    # The change after its name was said.
    "hacer_ello down": (
        "{C~bajarlo|bajarla|bajarlos|bajarlas} [a|hasta] {C.after}",
        "{C~llevarlo|llevarla|llevarlos|llevarlas} de {C.before} a {C.after}",
        "{C~reducirlo|reducirla|reducirlos|reducirlas} de {C.before} a {C.after}",
    ),
    "hacer_ello up": (
        "{C~subirlo|subirla|subirlos|subirlas} [a|hasta] {C.after}",
        "{C~llevarlo|llevarla|llevarlos|llevarlas} de {C.before} a {C.after}",
        "{C~aumentarlo|aumentarla|aumentarlos|aumentarlas} de {C.before} a {C.after}",
    ),
    "hacer_ello switch": (
        "{C~cambiarlo|cambiarla|cambiarlos|cambiarlas} de {C.before} a {C.after}",
        "{C~pasarlo|pasarla|pasarlos|pasarlas} de {C.before} a {C.after}",
    ),
    "hacer_ello rework": (
        "{C~replantearlo|replantearla|replantearlos|replantearlas}",
        "{C~revisarlo|revisarla|revisarlos|revisarlas} a fondo",
        "{C~rediseñarlo|rediseñarla|rediseñarlos|rediseñarlas}",
    ),
    "hacer_ello pair": ("actuar sobre ese conjunto", "cambiar ese conjunto"),
    "hacer_ello many": ("actuar sobre todo ello a la vez", "cambiar todo ello a la vez"),
    "hacer_ello crowd": ("actuar sobre todo ello a la vez",),
    # What is changed, by name alone.
    "que_cosa single": ("{C.name}",),
    "que_cosa pair": ("{A.name} y {B.name}",),
    "que_cosa many": ("{A.name}, {B.name} y {C.name}",),
    "que_cosa crowd": ("{A.name}, {B.name}, {C.name} y {K.name}",),
}
