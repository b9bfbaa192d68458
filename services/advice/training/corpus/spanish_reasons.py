"""Spanish reasons, each resting on one effect (E) or fact (F)."""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]

REASON_RULES: Rules = {
    "motivo effect": (
        "[supone|representa|significa] (E tramo) en {E.name}.",
        "de {E.before} a {E.after}: ese es el cambio en {E.name}.",
        "sin este cambio, {E.name} se {E:quedaría|quedarían} en {E.before}; con él, en {E.after}.",
        "el cálculo da {E.after} para {E.name}, [frente a|contra] {E.before} [ahora|sin el cambio].",
        "el cambio se refleja en {E.name}: (E tramo).",
        "{E.name} (E cae).",
        "{E.name} (E caera).",
        "con este cambio, {E.name} (E cae).",
        "si se hace, {E.name} (E caera).",
        "{E.name} (E cae), [según el cálculo|según la estimación|según lo calculado].",
        (
            "[así|de este modo|con ello], {E.name} {E:queda|quedan} en {E.after}, frente a {E.before} [ahora|de "
            "partida|sin el cambio]."
        ),
        "(E reduce).",
        "[es una opción que|es un cambio que] (E reduce).",
    ),
    "motivo effect good": (
        "el balance para {E.name} es favorable: (E cae).",
        "la mejora en {E.name} es [de {E.change}|del {E.percent}].",
        "detrás de la propuesta {E:está|están} {E.name}: (E cae).",
        "hay (E tramo) en juego en {E.name}.",
        "[mire|fíjese en] {E.name}: (E cae).",
        "[el argumento es este|el dato habla por sí mismo|la explicación es esta]: {E.name} (E cae).",
        (
            "[la razón está en|el motivo está en|la clave está en|el argumento está en|lo que lo justifica está en] "
            "{E.name}: (E cae)."
        ),
        "[la ventaja se ve en|el beneficio se ve en|la mejora se aprecia en|se nota en] {E.name}, que (E cae).",
        "[lo que convence|lo que cuenta|lo que pesa] aquí es que {E.name} (E cae).",
        "[a favor|a su favor]: {E.name} (E cae).",
        "[a favor de esta opción|en favor de esta medida] [está|cuenta|habla] que {E.name} (E cae).",
        "[habla en su favor|juega en su favor|lo respalda] que {E.name} (E caiga).",
        "gracias a este cambio, {E.name} (E cae).",
        "porque (E reduce).",
        "porque [así|con ello|de esta manera] {E.name} (E cae).",
        "es lo que lleva {E.name} de {E.before} a {E.after}.",
        "{E.name} {E:va|van} en la dirección buscada: (E cae).",
        "{E.name} {E:mejora|mejoran}: (E cae).",
        "el efecto sobre {E.name} es favorable: (E cae).",
        "[sirve para que|hace que|consigue que|logra que] {E.name} (E caiga).",
        "el cálculo es favorable para {E.name}: de {E.before} a {E.after}.",
        "pasar de {E.before} a {E.after} es un avance en {E.name}.",
        "[se pone por delante|se recomienda|se propone] porque {E.name} (E cae).",
        "con {E.name} en {E.after} en vez de {E.before}, el cambio tiene sentido.",
    ),
    "motivo effect good slight": (
        "el efecto sobre {E.name} es pequeño, pero va en buena dirección: (E cae).",
        "el paso es modesto y en la buena dirección: {E.name} (E cae).",
        "sin grandes saltos, {E.name} (E cae).",
        "aunque la mejora de {E.name} es discreta, existe: (E cae).",
    ),
    "motivo effect good moderate": (
        "el efecto sobre {E.name} es apreciable: (E cae).",
        "la mejora de {E.name} es palpable: (E cae).",
        "la diferencia en {E.name} se nota: (E cae).",
    ),
    "motivo effect good strong": (
        "[pocas cosas mueven tanto|es un cambio de peso en|el salto es grande en] {E.name}: (E cae).",
        "el efecto sobre {E.name} es grande: (E cae).",
        "la diferencia en {E.name} es considerable: (E cae).",
        "el cambio es de calado: {E.name} (E cae).",
    ),
    "motivo effect bad": (
        "el perjuicio en {E.name} es [de {E.change}|del {E.percent}].",
        "se pierde terreno en {E.name}: (E cae).",
        "es el lado débil de la opción: {E.name} (E cae).",
        "hay que sopesar que {E.name} (E cae).",
        "{E.name} {E:empeora|empeoran}: (E cae).",
        (
            "[en contra|en el otro platillo|en el lado desfavorable|como inconveniente|como contrapartida], {E.name} "
            "(E cae)."
        ),
        "[hay que contar con|hay que asumir|conviene saber|conviene tener presente] que {E.name} (E caera).",
        (
            "[el punto débil está en|el inconveniente está en|la contrapartida está en|lo que juega en contra está en] "
            "{E.name}: (E cae)."
        ),
        "no todo mejora: {E.name} (E cae).",
        "[a sabiendas de que|aun sabiendo que|pese a que|aunque] {E.name} (E cae), la opción sigue en pie.",
        "[para ser exactos|para decidir con todos los datos|en honor a la verdad]: {E.name} (E cae).",
        "el efecto sobre {E.name} es desfavorable: (E cae).",
        "[téngalo en cuenta|conviene no olvidarlo]: {E.name} (E caera).",
    ),
    "motivo effect bad slight": (
        "el efecto adverso sobre {E.name} es pequeño: (E cae).",
        "el empeoramiento de {E.name} es leve: (E cae).",
    ),
    "motivo effect bad moderate": ("{E.name} {E:empeora|empeoran} de forma apreciable: (E cae).",),
    # Only what should be high can gain or lose.
    "motivo effect good up": (
        "{E.name} {E:sale|salen} ganando: (E cae).",
        "a {E.name} {E:le|les} sienta bien el cambio: (E cae).",
        "{E.name} {E:gana|ganan} con el cambio: (E cae).",
        "se [ganan|consiguen] {E.change} más en {E.name}.",
        "el cambio favorece a {E.name}: (E cae).",
    ),
    "motivo effect good down": (
        "cuenta a favor que {E.name} (E caiga).",
        "con {E.change} menos en {E.name}, el cambio se justifica.",
        "cuanto menor, mejor, y {E.name} (E cae).",
    ),
    "motivo effect bad down": (
        "{E.name} {E:sale|salen} perdiendo: (E cae).",
        "a {E.name} no {E:le|les} sienta bien el cambio: (E cae).",
        "{E.name} se {E:resiente|resienten}: (E cae).",
        "se pierden {E.change} en {E.name}.",
    ),
    "motivo effect bad up": (
        "cuanto menor, mejor, pero {E.name} (E cae).",
        "hay que aceptar {E.change} más en {E.name}.",
    ),
    "motivo effect bad strong": ("el efecto adverso sobre {E.name} es grande: (E cae).",),
    "motivo effect expert": (
        "la diferencia estimada en {E.name} es de {E.change}, un {E.percent}.",
        "frente a una base de {E.before}, se estiman {E.after} para {E.name}.",
        "con el resto constante, {E.name} (E caeria).",
        "el cambio relativo en {E.name} es del {E.percent}; el absoluto, de {E.change}.",
        (
            "[el modelo sitúa|la estimación sitúa|el cálculo sitúa] {E.name} en {E.after}, frente a {E.before}[ de "
            "partida|]."
        ),
        "[cabe esperar|es de esperar|es previsible] (E caida).",
        "[el modelo prevé|la estimación arroja|el resultado es|se obtiene] (E caida).",
        "según el modelo, {E.name} {E:pasa|pasan} de {E.before} a {E.after}, es decir, (E tramo).",
        "[el efecto estimado|el efecto calculado|el efecto previsto] es (E caida).",
        "la estimación para {E.name} es de {E.after}, [frente a|contra] {E.before} sin el cambio.",
    ),
    "motivo effect expert down range": (
        "la bajada verificada de {E.name} está {E.range}.",
        "la reducción de {E.name} se sitúa {E.range}, con {E.change} como estimación.",
        "el intervalo verificado para {E.name} corresponde a una bajada de {E.range}.",
        "{E.name} (E cae): el margen verificado no deja fuera más que bajadas.",
    ),
    "motivo effect expert up range": (
        "la subida verificada de {E.name} está {E.range}.",
        "el aumento de {E.name} se sitúa {E.range}, con {E.change} como estimación.",
        "el intervalo verificado para {E.name} corresponde a una subida de {E.range}.",
    ),
    "motivo effect owner good": (
        "es lo que usted consigue en {E.name}: (E tramo).",
        "para usted, la diferencia está en {E.name}: (E tramo).",
        "dicho de otro modo, {E.name} (E cae).",
        "[lo notará en|lo verá en|podrá verlo en] {E.name}: (E cae).",
        "[para usted|en la práctica], esto significa que {E.name} (E cae).",
        "es la razón de la propuesta: {E.name} (E cae).",
    ),
    "motivo effect operator": (
        "{E.name}: {E.before} ahora, {E.after} después.",
        "[lectura esperada|valor esperado] de {E.name}: {E.after}, en lugar de {E.before}.",
        "tras el cambio, {E.name} {E:debe|deben} estar en {E.after}.",
        "[efecto|resultado|lo que cambia]: {E.name}, de {E.before} a {E.after}.",
        "deja {E.name} en {E.after}.",
    ),
    "motivo effect flat": (
        "{E.name} (E cae).",
        "{E.name} (E caera).",
        "el cambio no afecta a {E.name}, que (E cae).",
        "en {E.name} no se espera variación.",
        "{E.name} {E:queda|quedan} al margen: (E cae).",
        "no toca {E.name}: (E cae).",
        "no hay que temer por {E.name}: (E cae).",
        "la situación de {E.name} no varía.",
        "sin efecto en {E.name}, que (E cae).",
    ),
    # A fact of the option.
    "motivo fact": (
        "{F.name} {F:forma|forman} parte de los datos de la opción: {F.value}.",
        "la opción lleva asociad{F~o|a|os|as} {F.name}: {F.value}.",
        "entre los datos de la opción {F:figura|figuran} {F.name}: {F.value}.",
        (
            "[un dato a tener en cuenta|un dato para decidir|otro dato de esta opción|conviene conocer este dato]: "
            "{F.name} (F es)."
        ),
        "[de esta opción se sabe|consta|se sabe también|los datos indican|ya se conoce] que {F.name} (F es).",
        "{F.name} (F es).",
        "{F.name} (F es), [y conviene tenerlo en cuenta|y es algo que pesa en la decisión|un dato que cuenta].",
        "[para esta opción|en este caso|aquí], {F.name} (F es).",
        "[hay que mirar|conviene mirar|no hay que perder de vista] {F.name}: {F.value}.",
        "{F:cuenta|cuentan} también {F.name}: {F.value}.",
        "en la decisión {F:entra|entran} {F.name}: {F.value}.",
        "[a la hora de decidir|al valorar la opción|para situar la propuesta], {F.name} (F es).",
        "[conviene tener presente|hay que saber|téngase en cuenta|vale la pena saber] que {F.name} (F es).",
        "en cuanto a {F.name}, el dato es este: {F.value}.",
        "por lo que respecta a {F.name}, consta {F.value}.",
        "la decisión [puede apoyarse en|cuenta con] un dato [conocido|más]: {F.name} (F es).",
    ),
    "motivo fact owner": (
        "[para que se haga una idea|para su decisión|para que lo valore]: {F.name} (F es).",
        "le [conviene|interesa] saber que {F.name} (F es).",
    ),
    "motivo fact operator": (
        "{F.name}: {F.value}.",
        "[dato|tenga en cuenta]: {F.name}, {F.value}.",
        "cuente con {F.name}: {F.value}.",
    ),
    "motivo fact expert": (
        "[el dato disponible|la información disponible] sobre {F.name} es {F.value}.",
        "se parte de que {F.name} (F es).",
        "la valoración incorpora {F.name}: {F.value}.",
        "se dispone de {F.name}: {F.value}.",
    ),
    "motivo fact num": (
        "{F.value}: ese es el dato de {F.name}.",
        "a {F.name} {F:le corresponde|les corresponde} un valor de {F.value}.",
        "[con|contando con] {F.name} en {F.value}, la opción queda bien definida.",
        "[con|contando con] {F.name} en {F.value}, hay base para decidir.",
    ),
}
