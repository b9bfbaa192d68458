"""Spanish cautions about the model and its estimates: causes, consequences and ways to join them; S is the subject."""

from __future__ import annotations

Rules = dict[str, tuple[str, ...]]


def joined(cause: str, consequence: str) -> tuple[str, ...]:
    """Ways to say a cause and a consequence in one sentence."""
    return (
        f"<{cause}>[, así que|:|;] <{consequence}>.",
        f"<{cause}>[, así que|;] <{consequence}>.",
        f"<{consequence}>[, porque|, ya que|, pues|:] <{cause}>.",
        f"<{cause}>.",
        f"[conviene saber que|tenga presente que|hay que advertir que|no olvide que|debe saber que] <{cause}>.",
        f"[como|dado que|puesto que] <{cause}>, <{consequence}>.",
    )


CAUTION_RULES: Rules = {
    "cautela outside": (
        *joined("fuera", "orientativo"),
        (
            "[aquí el modelo extrapola|el modelo va aquí más allá de lo aprendido]: {S.name} no se {S:parece|parecen} "
            "a los casos de entrenamiento."
        ),
        "para el modelo, {S.name} {S:es|son} terreno desconocido; <orientativo>.",
        (
            "el resultado se apoya en casos muy distintos de {S.name}: [úselo como primera orientación|sirve solo como "
            "orientación|<orientativo>]."
        ),
        "[no dé por seguras estas cifras|estas cifras no son seguras]: <fuera>.",
        "con {S.name}, el modelo se aventura fuera de lo que conoce; <orientativo>.",
    ),
    "fuera": (
        "{S.name} no se {S:parece|parecen} a nada de lo que el modelo ha aprendido",
        "el modelo no ha visto [casos|ejemplos] como {S.name}",
        "{S.name} {S:queda|quedan} [fuera|lejos] de lo que el modelo conoce",
        "{S.name} {S:está|están} fuera del ámbito de entrenamiento del modelo",
        "{S.name} {S:difiere|difieren} de todo lo que el modelo ha visto",
        "nada de lo que el modelo conoce se parece a {S.name}",
        "los casos de los que aprendió el modelo son muy distintos de {S.name}",
        "el modelo no se entrenó con nada parecido a {S.name}",
        "{S.name} no {S:tiene|tienen} equivalente entre los casos de entrenamiento",
        "al modelo le falta un referente para {S.name}",
        "{S.name} {S:es un caso nuevo|son un caso nuevo} para el modelo",
    ),
    "orientativo": (
        "las cifras son solo orientativas",
        "[tome|lea] las cifras con mucha prudencia",
        "[trate|interprete] los resultados con cautela",
        "los resultados pueden [desviarse mucho|fallar|estar lejos de la realidad]",
        "[conviene contrastar|haga comprobar|convendría verificar] el resultado antes de decidir",
        "lo calculado es una extrapolación",
        "las estimaciones pueden [fallar|apartarse mucho de la realidad]",
        "[compruebe las cifras|compruebe los valores] antes de actuar",
        "los valores [merecen una comprobación|piden una comprobación aparte]",
        "no [conviene fiarlo todo a estas cifras|conviene decidir solo con estas cifras]",
    ),
    "cautela outside expert": (
        "{S.name} {S:cae|caen} fuera del dominio de entrenamiento[, de modo que|; por tanto,|:] <sin_cobertura>.",
        "al quedar {S.name} fuera del dominio de entrenamiento, <sin_cobertura>.",
        "se trata de una extrapolación: el dominio de entrenamiento no incluye casos comparables a {S.name}.",
        "el dominio de entrenamiento no cubre {S.name}[, por lo que|; en consecuencia,] <sin_cobertura>.",
    ),
    "sin_cobertura": (
        "las estimaciones son extrapolaciones sin garantía",
        "los intervalos pueden no cubrir el valor real",
        "la cobertura de los intervalos no está asegurada",
        "el error puede superar con mucho el indicado",
    ),
    "cautela outside operator": (
        "caso desconocido para el modelo: compruebe las cifras antes de actuar.",
        "[ojo|atención|cuidado]: el modelo no conoce casos como {S.name}.",
        "[verifique|compruebe] antes de actuar: <fuera>.",
    ),
    "cautela edge": (
        *joined("borde", "algo_de_prudencia"),
        (
            "[aquí el modelo trabaja en el límite de lo que conoce|el modelo se mueve aquí en el límite de su "
            "experiencia]: <algo_de_prudencia>."
        ),
        "con {S.name}, el modelo sale un poco de lo que ha visto; <algo_de_prudencia>.",
        (
            "{S.name} se {S:parece|parecen} a los casos de entrenamiento sin llegar a estar entre ellos, [lo que pide "
            "cierta prudencia|y eso añade incertidumbre]."
        ),
        (
            "casos como {S.name} aparecen solo en los márgenes de lo aprendido, de ahí que [las cifras sean menos "
            "firmes|convenga cierta reserva]."
        ),
    ),
    "borde": (
        "{S.name} {S:está|están} cerca de los casos que el modelo conoce, pero no entre ellos",
        "{S.name} {S:queda|quedan} en el borde de lo que el modelo ha aprendido",
        "el modelo conoce casos [parecidos|próximos] a {S.name}, aunque no iguales",
        "los casos de entrenamiento se acercan a {S.name}, pero no {S~lo|la|los|las} incluyen",
        "{S.name} {S:roza|rozan} el límite de lo que el modelo ha visto",
        "hay casos vecinos entre los que formaron el modelo, pero ninguno como {S.name}",
        "{S.name} {S:está|están} algo apartad{S~o|a|os|as} de los casos de entrenamiento",
        "el modelo ha visto casos próximos a {S.name}, no este mismo",
    ),
    "algo_de_prudencia": (
        "[lea|tome] las cifras con cierta reserva",
        "[conviene|hace falta] algo de prudencia",
        "las cifras merecen cierta prudencia",
        "[conviene comprobar|compruebe] las cifras [importantes|clave]",
        "las estimaciones pueden desviarse algo",
        "las cifras son algo menos firmes que de costumbre",
        "[confíe en los valores con mesura|dé a los valores cierto margen]",
        "el error puede ser algo mayor de lo habitual",
    ),
    "cautela edge expert": (
        (
            "{S.name} se {S:sitúa|sitúan} en la frontera del dominio de entrenamiento[, por lo que|; por tanto,|:] "
            "<quizas_cortos>."
        ),
        "al tratarse de un caso próximo al límite del dominio de entrenamiento, <quizas_cortos>.",
        (
            "la estimación para {S.name} exige una extrapolación corta desde el dominio de entrenamiento[|; "
            "<quizas_cortos>]."
        ),
        "estando {S.name} en el límite del dominio de entrenamiento, <quizas_cortos>.",
    ),
    "quizas_cortos": (
        "la incertidumbre real puede superar la indicada",
        "los intervalos pueden quedarse cortos",
        "conviene interpretar los intervalos con holgura",
        "la cobertura nominal podría no alcanzarse",
    ),
    "cautela edge operator": (
        "caso en el límite de lo conocido: compruebe las cifras clave.",
        "el modelo conoce casos parecidos a {S.name}, no este: [vigile|compruebe] el resultado.",
        "[vigile|siga de cerca] el resultado: <borde>.",
    ),
    "cautela wide": (
        *joined("ancho", "con_margen"),
        "entre el mejor y el peor caso hay mucha distancia: [decida con margen|no cuente con el valor exacto].",
        "[no espere un resultado exacto|el resultado exacto está por ver]: <ancho>.",
        "con intervalos tan amplios, las diferencias pequeñas [no son concluyentes|dicen poco].",
        "las cifras centrales son solo [una referencia|una orientación], pues sus intervalos son amplios.",
    ),
    "ancho": (
        "los márgenes de [estas cifras|las estimaciones] son [amplios|anchos]",
        "[las estimaciones tienen|el cálculo tiene] mucha incertidumbre",
        "los intervalos son [anchos|amplios] en comparación con los valores",
        "los intervalos son amplios frente a los valores",
        "el margen de error es grande en relación con los valores",
        "los valores previstos pueden variar bastante",
        "la incertidumbre de las cifras es alta",
        "las cifras llevan un margen de error considerable",
    ),
    "con_margen": (
        "el resultado real puede [apartarse bastante|quedar lejos] de lo previsto",
        "[tome|considere] los valores como orientación",
        "no conviene leer los valores al pie de la letra",
        "[conviene fijarse|fíjese] en el intervalo y no solo en el valor",
        "lo seguro es el sentido más que la magnitud",
        "no cuente con el valor exacto",
        "[decida dejando holgura|deje holgura al decidir]",
        "más que la cifra, cuenta el intervalo",
        "conviene prudencia al decidir",
    ),
    "cautela wide expert": (
        (
            "los intervalos de predicción son anchos respecto a los valores estimados[, lo que limita las "
            "conclusiones|; <extremos>]."
        ),
        "la dispersión de las estimaciones es alta en relación con su magnitud; <extremos>.",
        "dada la amplitud de los intervalos, <extremos>.",
        "la amplitud relativa de los intervalos es grande, por lo que <extremos>.",
    ),
    "extremos": (
        "conviene basar la decisión en los extremos de cada intervalo",
        "los valores centrales informan poco",
        "los valores puntuales deben leerse con reserva",
        "las diferencias entre opciones pueden no ser significativas",
    ),
    "cautela wide operator": (
        "márgenes amplios: no cuente con el valor exacto.",
        "las cifras son aproximadas, con márgenes amplios.",
        "[deje holgura|trabaje con holgura]: <ancho>.",
    ),
    "cautela unmeasured": (
        *joined("sin_medir", "por_comprobar"),
        "[cuánto pueden fallar estas cifras|hasta dónde son exactas estas cifras] no se ha medido.",
        "el cálculo da un valor, pero no un margen medido a su alrededor.",
        "sin un intervalo medido, <por_comprobar>.",
        (
            "la exactitud de las estimaciones no está medida, [y conviene decidir con esa reserva|lo que aconseja "
            "prudencia]."
        ),
        "estas cifras se dan sin intervalo [medido|comprobado][; <por_comprobar>|].",
    ),
    "sin_medir": (
        "no se ha medido el margen de error de [estas cifras|las estimaciones]",
        "las estimaciones no llevan un intervalo medido",
        "[falta|no se dispone de|no hay] un intervalo medido para las estimaciones",
        "no se ha comprobado con medidas cuánto se desvía el modelo",
        "el margen de las cifras no se ha medido",
        "no hay medidas que digan cuánto puede fallar el modelo",
    ),
    "por_comprobar": (
        "conviene tratar los valores con prudencia",
        "la precisión está por comprobar",
        "no se sabe cuánto pueden desviarse los valores",
        "[tome|use] los valores como orientación",
        "conviene dejar cierto margen",
        "se desconoce la precisión de los valores",
        "no se puede decir lo seguros que son los valores",
    ),
    "cautela unmeasured expert": (
        "las estimaciones carecen de un intervalo medido[, por lo que|;] su incertidumbre no está cuantificada.",
        "no se dispone de intervalos empíricos; las estimaciones puntuales deben leerse sin garantía de cobertura.",
        "la incertidumbre no se ha cuantificado: faltan intervalos medidos para las estimaciones.",
        (
            "[a falta de|en ausencia de] intervalos medidos, [la incertidumbre queda sin cuantificar|no cabe dar un "
            "margen de confianza]."
        ),
    ),
    "cautela unmeasured operator": (
        "cifras sin margen medido: deje holgura.",
        "no hay margen de error medido; compruebe el resultado.",
        "margen sin medir: [deje holgura|compruebe el resultado sobre el terreno].",
    ),
}
