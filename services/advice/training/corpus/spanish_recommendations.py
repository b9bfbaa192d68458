"""Spanish recommendations and what follows them.

E is the effect that is told of, the one that counts most in a "consejo"; (O …) is what the option changes.
"""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

RECOMMENDATION_RULES: Rules = {
    # What to do and what it brings, without the final full stop.
    "consejo": (
        "de {E.before} a {E.after}: así {E:cambia|cambian} {E.name} si (O si)",
        "de {E.before} a {E.after}: [ese es el recorrido|ese es el cambio] de {E.name} al (O hacer)",
        "el efecto de (O hacer) se ve en {E.name}, que (E cae)",
        "todo indica que (O hacer) (E reduciria)",
        "(E tramo) en {E.name}: [eso se consigue al|ese es el efecto de] (O hacer)",
        "hay un cambio que (E reduciria_llano): (O hacer)",
        "lo que hoy son {E.before} en {E.name} [pasaría a ser|quedaría en] {E.after} al (O hacer)",
        "si el objetivo es (E reducir_llano), [conviene|procede|cabe] (O hacer)",
        "el camino para llevar {E.name} a {E.after} [pasa por|es] (O hacer)",
        "(O hacer) (E reduce)",
        "(O hacer) (E reduciria)",
        "(O hacer) (E reducira)",
        "si (O si), {E.name} (E caera)",
        "si (O si), {E.name} (E cae)",
        "{E.name} (E caera_llano) si (O si)",
        "{E.name} {E:puede|pueden} (E caer_llano) si (O si)",
        "al (O hacer), {E.name} (E cae)",
        "[con|gracias a|mediante] (O sust), {E.name} (E caera)",
        "(O hacer) hace que {E.name} (E caiga)",
        "[conviene|lo indicado es|lo que procede es] (O hacer): {E.name} (E caera)",
        "para que {E.name} (E caiga_llano), [conviene|habría que|lo indicado es] (O hacer)",
        "de (O hacer), {E.name} (E caeria)",
        "todo pasa por (O que_cosa): si (O si_ello), {E.name} (E caera)",
        "(O paso): [con ello|así|de este modo], {E.name} (E caeria)",
        "(O paso), con lo que {E.name} (E caeria)",
        "(O paso). [el resultado|lo que se consigue|el efecto]: {E.name} (E caeria)",
        "(O paso), y eso [sirve|serviría] para (E reducir)",
        "para (E reducir_llano), [conviene|una vía es|cabe] (O hacer)",
        "{E.name} {E:quedaría|quedarían} en {E.after} si (O hiciera)",
    ),
    "consejo first": (
        "si solo se puede hacer un cambio, que sea este: (O hacer). {E.name} (E caeria)",
        "por efecto, en cabeza está (O hacer): (E reduciria)",
        "nada [mueve|cambia] tanto {E.name} como (O hacer): (E tramo)",
        "[lo primero es|lo primero sería|conviene empezar por|el primer paso es] (O hacer): {E.name} (E caera)",
        (
            "[como primera medida|en primer lugar|para empezar], [conviene|procede] (O hacer), [lo que|algo que] (E "
            "reduciria)"
        ),
        "[la primera opción|la opción preferente] [consiste en|es|pasa por] (O hacer), con lo que {E.name} (E caeria)",
        "[la palanca principal está en|el mayor margen está en] (O que_cosa): (O hacer_ello) (E reduciria)",
        "lo que más efecto tiene es (O hacer), porque (E reduce)",
        "[ante todo|antes que nada], conviene (O hacer): así {E.name} (E caera)",
    ),
    "consejo later": (
        "[otra idea|otra propuesta|una alternativa]: (O hacer). {E.name} (E caeria)",
        "[menos efecto tiene|algo por detrás queda] (O hacer), aunque también (E reduce)",
        "un escalón por debajo está (O hacer): {E.name} (E caeria)",
        "si lo anterior no es posible, (O hacer) también (E reduciria)",
        "en la lista sigue (O hacer), que (E reduciria)",
        "cabe pensar asimismo en (O hacer): {E.name} (E caeria)",
        "otra [opción|posibilidad|vía] [es|consiste en|pasa por] (O hacer): {E.name} (E caeria)",
        (
            "[también cabe|cabe también|queda también la posibilidad de|existe además la opción de] (O hacer), [lo "
            "que|algo que] (E reduciria)"
        ),
        "como [alternativa|complemento|siguiente paso], [conviene|cabe] (O hacer); {E.name} (E caeria)",
        "[también funciona|también ayuda|también sirve] (O hacer): (E reduciria)",
        "si se prefiere otro camino, (O hacer) (E reduciria)",
        "[después|a continuación], conviene mirar (O que_cosa): (O hacer_ello) (E reduce)",
        "[con menor efecto|a cierta distancia], queda (O hacer): {E.name} (E caeria)",
        "por otro lado, (O hacer) (E reduciria)",
        "[otro punto de mejora|otra palanca] está en (O que_cosa): si (O si_ello), {E.name} (E caera)",
    ),
    "consejo last": (
        "por último, [cabe|conviene|queda] (O hacer), [lo que|algo que] (E reduciria)",
        "[la última opción|el último paso] [es|consiste en] (O hacer): {E.name} (E caeria)",
        "[y por último|finalmente], (O hacer) (E reduciria)",
    ),
    "consejo owner": (
        "imagine {E.name} en {E.after} en vez de {E.before}: es lo que se consigue al (O hacer)",
        "con un cambio en (O que_cosa), {E.name} (E caeria): se trata de (O hacer_ello)",
        "hoy {E.name} {E:está|están} en {E.before}; si decide (O hacer), {E:pasará|pasarán} a {E.after}",
        "lo que le proponemos es claro: (O hacer), y con eso {E.name} (E caera)",
        "si le preocupa {E.name}, [piense en|valore] (O hacer): (E reduce_lo)",
        (
            "[a nuestro juicio|en nuestra opinión|por lo que hemos visto], [conviene|lo mejor es] (O hacer): {E.name} "
            "(E caera)"
        ),
        "[mire|vea|compruebe] si puede (O hacer): (E reduciria)",
        "hemos visto que, al (O hacer), {E.name} (E cae)",
        "le [recomendamos|aconsejamos|proponemos|sugerimos] (O hacer): {E.name} (E caeria)",
        "le [recomendamos|aconsejamos|proponemos] (O hacer), con lo que {E.name} (E caera)",
        (
            "[nuestra propuesta es|lo que proponemos es|nuestro consejo es] (O hacer). [con eso|así|de esa manera], "
            "{E.name} {E:debería|deberían} (E caer)"
        ),
        "[piense en|plantéese|considere|valore] (O hacer): [es algo que|es un cambio que|eso] (E reduciria)",
        "si (O hiciera), {E.name} (E caeria)",
        "si (O si), (E como_notar)",
        "[si está en su mano|si tiene ocasión|cuando sea posible], (O haga): {E.name} (E caera)",
        "[lo que está en su mano es|está en su mano] (O hacer). {E.name} (E caeria)",
        "(O haga): verá cómo {E.name} (E cae)",
        "hay [margen|recorrido] en (O que_cosa): (O hacer_ello) (E reduciria)",
        "[nos inclinamos por|apostaríamos por|nos decantamos por] (O hacer); {E.name} (E caeria)",
        "fíjese en (O que_cosa): si (O si_ello), {E.name} (E caera)",
    ),
    "consejo owner good": (
        "[hay una buena razón para|tiene sentido] (O hacer): {E.name} (E caera)",
        "se lo recomendamos por {E.name}: (O hacer) {E~lo|la|los|las} llevaría de {E.before} a {E.after}",
        "[merece la pena|vale la pena] (O hacer), porque (E reduce)",
        "[merece la pena|vale la pena] (O hacer): {E.name} (E caera)",
        (
            "[un buen paso es|un buen paso sería|una buena decisión sería|haría bien en] (O hacer), [porque|ya que] (E "
            "reduciria)"
        ),
        "se nota en {E.name}: (O hacer) {E~lo|la|los|las} [dejaría|deja] en {E.after}",
    ),
    "consejo operator": (
        "(O haga). comprobación: {E.name} {E:debe|deben} quedar en {E.after}",
        "paso a dar: (O hacer). referencia: {E.name}, {E.after}",
        "(O haga); con eso, {E.name} (E caera)",
        "toca (O hacer): {E.name} (E cae)",
        "en cuanto pueda, (O haga): {E.name} (E caera)",
        "(O haga), y vigile {E.name}: {E:debe|deben} (E caer)",
        "valor actual de {E.name}: {E.before}. (O haga), y {E:pasará|pasarán} a {E.after}",
        "(O haga). después, {E.name} {E:debe|deben} estar en {E.after}",
        "(O hacer): [con ello|así|de este modo], {E.name} (E caera)",
        "(O hacer) para dejar {E.name} en {E.after}",
        "(O hacer) para llevar {E.name} de {E.before} a {E.after}",
        "(O haga). {E.name} (E caera)",
        "(O haga): {E.name} (E cae)",
        "(O haga): así (E reducira)",
        "(O haga), [con lo que|y así] {E.name} (E caera)",
        (
            "(O haga). [resultado previsto|resultado esperado|efecto previsto|qué se consigue]: {E.name}, de "
            "{E.before} a {E.after}"
        ),
        "[qué hacer|acción|medida|ajuste]: (O hacer). [efecto|resultado]: {E.name} (E cae)",
        "[objetivo|meta]: {E.name} en {E.after}. para llegar ahí, (O haga)",
        "para [dejar|tener] {E.name} en {E.after}, (O haga)",
        "(O haga) para que {E.name} (E caiga)",
        "(O haga). así (E reducira)",
        "[en la práctica|en el día a día], (O haga), y {E.name} (E caera)",
        "(O haga); espere (E tramo) en {E.name}",
        "(O haga), y compruebe después {E.name}: {E:debería|deberían} (E caer)",
    ),
    "consejo operator first": (
        "[empiece por|comience por] (O hacer): {E.name} (E caera)",
        "[primero|lo primero|antes que nada], (O haga): {E.name} (E cae)",
    ),
    "consejo operator later": (
        "[después|luego|a continuación], (O haga): {E.name} (E cae)",
        "[otra opción|alternativa|otra vía]: (O haga). así (E reducira)",
        "[también puede|puede también] (O hacer): {E.name} (E cae)",
        "[si hace falta más|si quiere ir más lejos|si eso no es posible], (O haga): {E.name} (E cae)",
    ),
    "consejo expert": (
        "sobre una base de {E.before}, (O hacer) [supondría|implicaría] (E tramo) en {E.name}",
        "manteniendo constantes las demás variables, (O hacer) (E reduciria)",
        (
            "el resultado del modelo para {E.name} es de {E.after} si (O si), [frente a|contra] {E.before} en la "
            "situación actual"
        ),
        "se ha evaluado (O hacer): [el modelo arroja|el resultado es] (E caida)",
        "el paso de {E.name} de {E.before} a {E.after} [se explica por|procede de|se obtiene con] (O sust)",
        "(O hacer) tiene un efecto estimado de {E.change} sobre {E.name}, que (E caeria_meta)",
        "[la estimación|el modelo] atribuye a (O sust) (E caida)",
        (
            "[se propone|se sugiere|se plantea|procede] (O hacer); [el modelo sitúa|la estimación sitúa|el cálculo "
            "sitúa] {E.name} en {E.after}, frente a {E.before}"
        ),
        "[cabe esperar|es de esperar|es previsible] que {E.name} (E caiga_llano) si (O si)",
        "[según el modelo|de acuerdo con la estimación|según la estimación], (O hacer) (E reduciria)",
        "(O hacer) [se traduciría|se traduce] en (E caida)",
        "[el modelo prevé|la estimación apunta a|el modelo anticipa] (E caida) si (O si)",
        "con (O sust), el modelo [estima|prevé|calcula] {E.name} en {E.after}, frente a {E.before}[ de partida|]",
        "[se prevé|se estima] que {E.name} (E caera_llano) al (O hacer)",
        "el efecto estimado de (O hacer) es (E caida)",
        (
            "al (O hacer), {E.name} {E:pasaría|pasarían} de {E.before} a {E.after}, [lo que equivale a|es decir,] (E "
            "tramo)"
        ),
        "[en las condiciones del modelo|a igualdad de lo demás|con todo lo demás constante], (O hacer) (E reduciria)",
        "la opción evaluada consiste en (O hacer). [el efecto previsto es|se obtendría] (E caida)",
        "los resultados [apuntan a|favorecen] (O hacer): {E.name} (E caeria)",
        "{E.name} (E caeria_llano) al (O hacer), [según|de acuerdo con] el modelo",
    ),
    "consejo expert down range": (
        "(O hacer) (E reduciria_algo), con una horquilla verificada de {E.range}",
        "{E.name} {E:bajaría|bajarían} {E.range} al (O hacer), con {E.change} como estimación",
        "el margen verificado para la bajada de {E.name} es de {E.range} si (O si)",
        "[se propone|se plantea] (O hacer); la bajada verificada de {E.name} está {E.range}",
        "con (O sust), {E.name} {E:debería|deberían} (E caer); la bajada se ha verificado {E.range}",
        "(O hacer) [rebajaría|reduciría] {E.name} {E.range}, según el margen verificado",
    ),
    "consejo expert up range": (
        "(O hacer) (E reduciria_algo), con una horquilla verificada de {E.range}",
        "{E.name} {E:subiría|subirían} {E.range} al (O hacer), con {E.change} como estimación",
        "el margen verificado para la subida de {E.name} es de {E.range} si (O si)",
        "[se propone|se plantea] (O hacer); la subida verificada de {E.name} está {E.range}",
        "con (O sust), {E.name} {E:debería|deberían} (E caer); la subida se ha verificado {E.range}",
        "(O hacer) [elevaría|aumentaría] {E.name} {E.range}, según el margen verificado",
    ),
    "consejo pair": (
        "[se trata de|la idea es|la propuesta es] combinar cambios: (O hacer_llano). con ello, {E.name} (E caera)",
        "la clave está en la combinación: (O hacer_llano) (E reduciria)",
        "(A corto) y (B corto) [van de la mano|forman un mismo paso]: {E.name} (E caera)",
        "aquí cuenta el conjunto: (O hacer_llano), y {E.name} (E caera)",
    ),
    "consejo many": (
        "es un cambio de conjunto: (O hacer_llano). {E.name} (E caera)",
        "[se trata de|la idea es] mover varias piezas a la vez: (O hacer_llano). con ello, {E.name} (E caera)",
        "la propuesta reúne varios cambios: (O hacer_llano). en conjunto, {E.name} (E caeria)",
    ),
    "consejo owner good up": (
        "a {E.name} {E:le|les} vendría bien (O hacer): (E tramo)",
        "(E tramo) en {E.name}: eso se gana al (O hacer)",
    ),
    "consejo good slight": (
        "aunque el efecto es pequeño, (O hacer) (E reduce)",
        "[es un paso pequeño, pero útil|el efecto es discreto, pero va en buena dirección]: (O hacer) (E reduce)",
    ),
    "consejo good moderate": (
        "es un cambio que se nota: (O hacer) (E reduce)",
        "el efecto es apreciable: (O hacer) (E reduce)",
    ),
    "consejo good strong": (
        "es un cambio de peso: (O hacer) (E reduce)",
        "el efecto es grande: al (O hacer), {E.name} (E cae)",
        "pocos cambios pesan tanto como este: (O hacer) (E reduce)",
    ),
    "caeria_meta down": ("{E:bajaría|bajarían} [a|hasta] {E.after}",),
    "caeria_meta up": ("{E:subiría|subirían} [a|hasta] {E.after}",),
    "caeria_meta flat": ("{E:seguiría|seguirían} en {E.before}",),
    "consejo bad": (
        "de (O hacer), {E.name} {E:empeoraría|empeorarían}: (E tramo)",
        "(O hacer) tiene un inconveniente: {E.name} (E caera)",
        "[conviene saberlo antes|conviene tenerlo presente]: (O hacer) (E reducira)",
    ),
    "hacer_llano pair": ("(A hacer) y (B hacer)", "(A corto) y (B corto)", "(A corto) y, al mismo tiempo, (B corto)"),
    "hacer_llano many": ("(A corto), (B corto) y (C corto)",),
    "hacer_llano crowd": ("(A corto), (B corto), (C corto) y (K corto)",),
    # "si" after the name of what changes.
    "si_ello down": ("{C:pasa|pasan} de {C.before} a {C.after}", "{C:baja|bajan} [a|hasta] {C.after}"),
    "si_ello up": ("{C:pasa|pasan} de {C.before} a {C.after}", "{C:sube|suben} [a|hasta] {C.after}"),
    "si_ello switch": ("{C:pasa|pasan} de {C.before} a {C.after}",),
    "si_ello rework": ("se {C:replantea|replantean}", "se {C:revisa|revisan}"),
    "si_ello pair": ("se actúa sobre ese conjunto", "el cambio es conjunto"),
    "si_ello many": ("se actúa sobre todo ello a la vez",),
    "si_ello crowd": ("se actúa sobre todo ello a la vez",),
    "como_notar": ("lo notará en {E.name}, que (E caera)", "el cambio se verá en {E.name}: (E caera)"),
}
