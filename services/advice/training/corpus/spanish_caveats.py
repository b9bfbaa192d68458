"""Spanish cautions about the options: a cause, a consequence and ways to join them; S is the subject."""

from __future__ import annotations

from services.advice.training.corpus.spanish_cautions import joined

Rules = dict[str, tuple[str, ...]]

CAVEAT_RULES: Rules = {
    "cautela costs": (
        *joined("sin_costes", "solo_efectos"),
        "el orden de las opciones sigue su efecto, no su coste, que no se conoce.",
        "[esta valoración|este consejo|la recomendación] mira solo los efectos: <sin_costes>.",
        "[falta por saber|queda por saber|falta un dato importante:] lo que costaría llevar a cabo las opciones.",
        (
            "[antes de decidir|antes de dar el paso], [averigüe|compruebe|pregunte] el coste de las opciones: aquí no "
            "consta."
        ),
        (
            "[conviene completar esta valoración con|a esta valoración le faltan] los costes de las opciones, que no "
            "se conocen."
        ),
        "sin datos sobre el coste de las opciones, <solo_efectos>.",
    ),
    "sin_costes": (
        "lo que cuestan las opciones no figura entre los datos",
        "[no se sabe|no consta|se desconoce] cuánto cuesta cada opción",
        "el coste de las opciones [no se conoce|no se ha facilitado|no está entre los datos]",
        "los costes de las opciones no están entre los datos",
        "no hay datos de coste",
        "nadie ha indicado lo que cuestan las opciones",
    ),
    "solo_efectos": (
        "aquí solo se comparan efectos",
        "solo cabe comparar efectos",
        "lo económico queda fuera de la valoración",
        "el orden de preferencia puede cambiar",
        "[pida un presupuesto|infórmese] antes de decidir",
        "no se puede decir qué opción compensa más",
        "la comparación se limita a los efectos",
        "esa parte de la decisión queda en sus manos",
    ),
    "cautela costs expert": (
        "los costes de las opciones no forman parte de los datos; la ordenación atiende solo al efecto previsto.",
        "la evaluación no incluye costes, por lo que no permite juzgar la rentabilidad de las opciones.",
        (
            "[al no disponerse de costes|a falta de costes], la ordenación refleja [solo|exclusivamente] el efecto "
            "estimado."
        ),
    ),
    "cautela costs operator": (
        "costes no incluidos: consúltelos antes de actuar.",
        "aquí no consta el coste de las opciones.",
        "[consulte|compruebe] los costes antes de actuar: <sin_costes>.",
    ),
    "cautela additive": (
        *joined("no_suman", "conjunto"),
        (
            "si combina varias opciones, [no sume sus efectos|no espere la suma de sus efectos]: [unas influyen en "
            "otras|se influyen entre sí|se solapan]."
        ),
        "aplicar varias opciones juntas [cambia sus efectos|altera el efecto de cada opción]: <conjunto>.",
        "no basta con sumar: <conjunto>.",
        "quien combine opciones debe contar con que sus efectos [se solapan|no se suman directamente].",
        "si se aplican varias opciones a la vez, <conjunto>.",
    ),
    "no_suman": (
        "los efectos de varias opciones no se suman sin más",
        "los efectos de las opciones no se acumulan tal cual",
        "lo que aporta cada opción depende de las que ya se hayan aplicado",
        "[cada efecto está calculado|los efectos están calculados] por separado",
        "las opciones se influyen entre sí",
        "unas opciones restan efecto a otras o lo refuerzan",
        "los efectos de opciones distintas pueden solaparse",
    ),
    "conjunto": (
        "el conjunto puede dar otro resultado",
        "la suma [engaña|no sirve como previsión]",
        "el efecto conjunto está por calcular",
        "el efecto conjunto puede apartarse de la suma",
        "varias a la vez no tienen por qué dar la suma de sus efectos",
        "conviene calcular aparte el conjunto",
        "juntas pueden dar otra cosa que la suma",
    ),
    "cautela additive expert": (
        "los efectos no son aditivos: una combinación de opciones requiere su propia estimación.",
        "existen interacciones entre las opciones, por lo que sus efectos no deben sumarse.",
        "las estimaciones son válidas para cada opción por separado; el efecto conjunto exige un cálculo aparte.",
        "no cabe suponer aditividad: [el efecto conjunto|la combinación de opciones] debe estimarse aparte.",
    ),
    "cautela additive operator": (
        "no sume efectos: las opciones se influyen entre sí.",
        "si aplica varias opciones, compruebe el resultado conjunto.",
        "[vaya opción por opción|aplique las opciones por separado y compruebe]: <no_suman>.",
    ),
    "cautela unknown": (
        *joined("sin_opciones", "nada_dicho"),
        "que no haya recomendaciones no significa que no haya mejoras: <sin_opciones>.",
        "[falta|queda pendiente] la búsqueda de opciones: puede haber mejoras que aquí no aparecen.",
        "[puede haber mejoras posibles|quizá haya margen de mejora], pero las opciones no están evaluadas.",
        "lo dicho sobre {S.name} describe la situación, sin opciones evaluadas.",
        (
            "sobre qué cambiar en {S.name} no hay resultados; [vuelva a consultarlo más adelante|habrá que repetir la "
            "consulta]."
        ),
        "la ausencia de propuestas se debe a que no hay opciones evaluadas, no a que falten mejoras.",
    ),
    "sin_opciones": (
        "[no se dispone de|no hay] opciones evaluadas[ para {S.name}|]",
        "las opciones de mejora [están por estudiar|quedan por estudiar|no se han podido evaluar]",
        "[por ahora|de momento|esta vez] no hay resultados sobre posibles opciones",
        "falta evaluar qué se podría cambiar[ en {S.name}|]",
        "no hay resultados de ninguna búsqueda de opciones",
    ),
    "nada_dicho": (
        "no se puede decir qué convendría cambiar",
        "aquí no se recomienda ningún cambio",
        "este consejo se limita a la situación",
        "puede haber mejoras que aquí no aparecen",
        "la falta de propuestas no es una conclusión",
        "habrá que repetir la consulta",
    ),
    "cautela unknown expert": (
        "no se dispone de una búsqueda de opciones completada; la ausencia de propuestas no es concluyente.",
        "el espacio de opciones no se ha evaluado, por lo que no cabe inferir que no existan mejoras.",
        "[a falta de|sin] una evaluación de opciones, no procede concluir que no haya mejoras.",
    ),
    "cautela unknown operator": (
        "opciones sin evaluar: no hay cambios que recomendar por ahora.",
        "falta evaluar las opciones; repita la consulta más adelante.",
        "[de momento no cambie nada|no cambie nada por ahora]: <sin_opciones>.",
    ),
}
