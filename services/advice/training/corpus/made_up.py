"""Areas that no contract has, so that the model words what it has never seen as well as what it has."""

from __future__ import annotations

from services.advice.training.corpus.areas import PAYBACK, PRICE, SAVINGS, Area, noun

_DOWNTIME = noun("downtime", "f:parada", "h")
_FITTING = noun("installation work", "mp:trabajos de instalación", "h")
_SUPPLIER = noun("supplier", "m:proveedor", values=(("in the region", "regional"), ("abroad", "extranjero")))
_PERMIT = noun("permit", "f:autorización", values=(("needed", "necesaria"), ("not needed", "no necesaria")))
_RISK = noun("risk", "m:riesgo", values=(("low", "bajo"), ("moderate", "moderado"), ("high", "alto")))
_ON_OFF = (("on", "encendido"), ("off", "apagado"))

PUMPS = Area(
    "pumps",
    (noun("pump", "f:bomba"), noun("pumping station", "f:estación de bombeo"), noun("compressors*", "mp:compresores")),
    (
        noun("vibration", "f:vibración", "mm/s"),
        noun("running hours*", "fp:horas de marcha", "h"),
        noun("bearing temperature", "f:temperatura del cojinete", "Cel"),
        noun("seal", "f:junta", values=(("dry", "seca"), ("leaking", "con fugas"), ("new", "nueva"))),
        noun("starts*", "mp:arranques", "/d"),
    ),
    (
        noun("speed", "f:velocidad", "1/min"),
        noun("oil grade", "m:grado de aceite", values=(("light", "ligero"), ("heavy", "pesado"))),
        noun("discharge pressure", "f:presión de descarga", "bar"),
        noun("alignment", "f:alineación", composite=True),
        noun("valve positions*", "fp:posiciones de las válvulas", composite=True),
    ),
    (
        noun("wear", "m:desgaste", "um"),
        noun("energy use", "m:consumo de energía", "kW.h"),
        noun("unplanned stops*", "fp:paradas imprevistas", "/a"),
        noun("remaining life", "f:vida restante", "d", higher_is_better=True),
    ),
    (PRICE, _DOWNTIME, PAYBACK, _SUPPLIER),
)

ORCHARD = Area(
    "orchard",
    (noun("orchard", "m:huerto"), noun("plot", "f:parcela"), noun("apple trees*", "mp:manzanos")),
    (
        noun("soil moisture", "f:humedad del suelo", "%"),
        noun("rain", "f:lluvia", "mm"),
        noun("leaf colour", "m:color de las hojas", values=(("green", "verde"), ("pale", "pálido"))),
        noun("tree spacing", "f:distancia entre árboles", "m"),
        noun("sunshine", "fp:horas de sol", "h/d"),
    ),
    (
        noun("watering", "m:riego", "L/m2"),
        noun("fertiliser", "m:abono", "kg"),
        noun("watering time", "f:hora de riego", values=(("morning", "mañana"), ("evening", "tarde"))),
        noun("pruning", "f:poda", composite=True),
        noun("drippers*", "mp:goteros", "/m2"),
    ),
    (
        noun("water use", "m:consumo de agua", "m3"),
        noun("losses*", "fp:pérdidas", "kg"),
        noun("harvest", "f:cosecha", "t", higher_is_better=True),
        noun("sugar content", "m:contenido de azúcar", "g/L", higher_is_better=True),
    ),
    (PRICE, _FITTING, _RISK),
)

BAKERY = Area(
    "bakery",
    (noun("oven", "m:horno"), noun("bakery", "f:panadería"), noun("loaves*", "mp:panes")),
    (
        noun("dough temperature", "f:temperatura de la masa", "Cel"),
        noun("humidity", "f:humedad", "%"),
        noun("flour", "f:harina", values=(("wheat", "trigo"), ("rye", "centeno"), ("spelt", "espelta"))),
        noun("batches*", "fp:hornadas", "/d"),
        noun("oven load", "f:carga del horno", "kg"),
    ),
    (
        noun("baking time", "m:tiempo de cocción", "min"),
        noun("oven temperature", "f:temperatura del horno", "Cel"),
        noun("steam", "m:vapor", values=_ON_OFF),
        noun("proofing time", "m:tiempo de fermentación", "h"),
        noun("firing schedule", "m:programa de horneado", composite=True),
    ),
    (
        noun("gas use", "m:consumo de gas", "m3"),
        noun("rejects*", "fp:piezas rechazadas", "%"),
        noun("crust thickness", "m:grosor de la corteza", "mm"),
        noun("shelf life", "f:conservación", "d", higher_is_better=True),
    ),
    (PRICE, _DOWNTIME, SAVINGS),
)

COLD_STORE = Area(
    "cold-store",
    (noun("cold store", "f:cámara frigorífica"), noun("freezers*", "mp:congeladores"), noun("depot", "m:almacén")),
    (
        noun("air temperature", "f:temperatura del aire", "Cel"),
        noun("door openings*", "fp:aperturas de puerta", "/h"),
        noun("frost", "f:escarcha", values=(("absent", "ausente"), ("thin", "fina"), ("thick", "gruesa"))),
        noun("stored goods*", "fp:mercancías almacenadas", "t"),
        noun("insulation thickness", "m:espesor del aislamiento", "cm"),
    ),
    (
        noun("set point", "f:consigna", "Cel"),
        noun("defrosting interval", "m:intervalo de descongelación", "h"),
        noun("fan mode", "m:modo del ventilador", values=(("continuous", "continuo"), ("cyclic", "cíclico"))),
        noun("door curtain", "f:cortina de puerta", values=(("fitted", "instalada"), ("missing", "ausente"))),
        noun("shelf layout", "f:disposición de estanterías", composite=True),
    ),
    (
        noun("electricity use", "m:consumo eléctrico", "kW.h"),
        noun("temperature swings*", "fp:oscilaciones de temperatura", "K"),
        noun("spoilage", "fp:mermas", "%"),
        noun("compressor load", "f:carga del compresor", "%"),
    ),
    (PRICE, PAYBACK, _DOWNTIME, _PERMIT),
)

DISTRICT_HEATING = Area(
    "district-heating",
    (noun("heat network", "f:red de calor"), noun("substation", "f:subestación"), noun("district", "m:barrio")),
    (
        noun("outdoor temperature", "f:temperatura exterior", "Cel"),
        noun("connected flats*", "fp:viviendas conectadas"),
        noun("pipe length", "f:longitud de las tuberías", "km"),
        noun("fuel", "m:combustible", values=(("wood", "madera"), ("gas", "gas"), ("waste heat", "calor residual"))),
        noun("peak load", "f:carga máxima", "MW"),
    ),
    (
        noun("flow temperature", "f:temperatura de impulsión", "Cel"),
        noun("pump head", "f:altura de bombeo", "m"),
        noun("control strategy", "f:estrategia de control", composite=True),
        noun("night setback", "f:reducción nocturna", values=(("on", "activada"), ("off", "desactivada"))),
        noun("heating curves*", "fp:curvas de calefacción", composite=True),
    ),
    (
        noun("heat losses*", "fp:pérdidas de calor", "MW.h"),
        noun("return temperature", "f:temperatura de retorno", "Cel"),
        noun("emissions*", "fp:emisiones", "t"),
        noun("pumping costs*", "mp:costes de bombeo", "EUR"),
    ),
    (PRICE, PAYBACK, SAVINGS, _PERMIT),
)

DATA_CENTRE = Area(
    "data-centre",
    (
        noun("data centre", "m:centro de datos"),
        noun("server room", "f:sala de servidores"),
        noun("racks*", "mp:armarios"),
    ),
    (
        noun("server load", "f:carga de los servidores", "%"),
        noun("inlet temperature", "f:temperatura de entrada", "Cel"),
        noun("hot spots*", "mp:puntos calientes"),
        noun("aisle", "m:pasillo", values=(("open", "abierto"), ("enclosed", "cerrado"))),
        noun("power draw", "f:potencia absorbida", "kW"),
    ),
    (
        noun("supply air temperature", "f:temperatura de impulsión del aire", "Cel"),
        noun("fan speed", "f:velocidad de los ventiladores", "%"),
        noun("free cooling", "m:enfriamiento gratuito", values=_ON_OFF),
        noun("placement of the servers", "f:ubicación de los servidores", composite=True),
        noun("chilled water flow", "m:caudal de agua fría", "m3/h"),
    ),
    (
        noun("cooling energy", "f:energía de refrigeración", "kW.h"),
        noun("water use", "m:consumo de agua", "m3"),
        noun("thermal alarms*", "fp:alarmas térmicas", "/wk"),
        noun("cooling reserve", "f:reserva de frío", "kW", higher_is_better=True),
    ),
    (PRICE, PAYBACK, _RISK),
)

CHOCOLATE = Area(
    "chocolate",
    (noun("conche", "f:concha"), noun("batch", "m:lote"), noun("chocolate line", "f:línea de chocolate")),
    (
        noun("cocoa share", "f:proporción de cacao", "%"),
        noun("fat content", "m:contenido de grasa", "%"),
        noun("aroma", "m:aroma", values=(("flat", "plano"), ("round", "redondo"), ("sharp", "fuerte"))),
        noun("volatile acids*", "mp:ácidos volátiles", "mg/kg"),
    ),
    (
        noun("conching time", "m:tiempo de conchado", "h"),
        noun("shear rate", "f:velocidad de cizalla", "/s"),
        noun("mass temperature", "f:temperatura de la masa", "Cel"),
        noun("emulsifier", "m:emulgente", values=(("sunflower", "girasol"), ("soy", "soja"))),
        noun("temperature profile", "m:perfil de temperatura", composite=True),
    ),
    (
        noun("viscosity", "f:viscosidad", "Pa.s"),
        noun("particle size", "m:tamaño de partícula", "um"),
        noun("lumps*", "mp:grumos", "/kg"),
        noun("sensory score", "f:puntuación sensorial", higher_is_better=True),
    ),
    (PRICE, _DOWNTIME, _SUPPLIER),
)

PRACTICE = Area(
    "practice",
    (noun("learner", "m:alumno"), noun("class", "f:clase"), noun("exercises*", "mp:ejercicios")),
    (
        noun("practice days*", "mp:días de práctica", "/wk"),
        noun("difficulty", "f:dificultad", values=(("easy", "fácil"), ("medium", "media"), ("hard", "difícil"))),
        noun("pauses*", "fp:pausas", "min"),
        noun("streak", "f:racha", "d"),
        noun("hints*", "fp:pistas"),
    ),
    (
        noun("session length", "f:duración de la sesión", "min"),
        noun("task order", "m:orden de las tareas", values=(("fixed", "fijo"), ("mixed", "mezclado"))),
        noun("repetitions*", "fp:repeticiones"),
        noun("study plan", "m:plan de estudio", composite=True),
        noun("daily goal", "m:objetivo diario", "min"),
    ),
    (
        noun("mistakes*", "mp:errores", "%"),
        noun("response time", "m:tiempo de respuesta", "s"),
        noun("retention", "f:retención", "%", higher_is_better=True),
        noun("mastered skills*", "fp:destrezas dominadas", higher_is_better=True),
    ),
    (
        noun("extra effort", "m:esfuerzo adicional", "h"),
        noun("tutor", "m:tutor", values=(("available", "disponible"), ("busy", "ocupado"))),
        noun("waiting time", "f:espera", "d"),
    ),
)

WASTEWATER = Area(
    "wastewater",
    (
        noun("treatment plant", "f:depuradora"),
        noun("aeration tank", "m:tanque de aireación"),
        noun("basins*", "fp:balsas"),
    ),
    (
        noun("inflow", "m:caudal de entrada", "m3/h"),
        noun("sludge age", "f:edad del fango", "d"),
        noun("suspended solids*", "mp:sólidos en suspensión", "mg/L"),
        noun("foam", "f:espuma", values=(("absent", "ausente"), ("some", "poca"), ("much", "mucha"))),
        noun("water temperature", "f:temperatura del agua", "Cel"),
    ),
    (
        noun("aeration", "f:aireación", "m3/h"),
        noun("oxygen set point", "f:consigna de oxígeno", "mg/L"),
        noun("recirculation", "f:recirculación", "%"),
        noun("carbon source", "f:fuente de carbono", values=(("methanol", "metanol"), ("acetate", "acetato"))),
        noun("dosing times*", "mp:horarios de dosificación", composite=True),
    ),
    (
        noun("ammonium", "m:amonio", "mg/L"),
        noun("blower power", "f:potencia de las soplantes", "kW"),
        noun("sludge volume", "m:volumen de fango", "m3"),
        noun("nitrates*", "mp:nitratos", "mg/L"),
    ),
    (PRICE, _PERMIT, _RISK, SAVINGS),
)

GREENHOUSE = Area(
    "greenhouse",
    (noun("greenhouse", "m:invernadero"), noun("tomatoes*", "mp:tomates"), noun("crop", "m:cultivo")),
    (
        noun("light sum", "f:suma de luz", "mol/m2"),
        noun("carbon dioxide", "m:dióxido de carbono", "mg/m3"),
        noun("leaf wetness", "f:humedad foliar", "%"),
        noun("pests*", "fp:plagas", values=(("absent", "ausentes"), ("aphids", "pulgones"), ("mites", "ácaros"))),
        noun("plant density", "f:densidad de plantas", "/m2"),
    ),
    (
        noun("vent opening", "f:apertura de ventanas", "%"),
        noun("lamps*", "fp:lámparas", values=(("sodium", "sodio"), ("diode", "diodos"))),
        noun("night temperature", "f:temperatura nocturna", "Cel"),
        noun("nutrient recipe", "f:receta de nutrientes", composite=True),
        noun("irrigation turns*", "mp:turnos de riego", "/d"),
    ),
    (
        noun("heating costs*", "mp:costes de calefacción", "EUR"),
        noun("disease pressure", "f:presión de enfermedades", "%"),
        noun("yield", "m:rendimiento", "kg/m2", higher_is_better=True),
        noun("fruit weight", "m:peso del fruto", "g", higher_is_better=True),
    ),
    (PRICE, _FITTING, PAYBACK),
)

PAPER_MACHINE = Area(
    "paper-machine",
    (
        noun("paper machine", "f:máquina de papel"),
        noun("press section", "f:sección de prensas"),
        noun("rolls*", "fp:bobinas"),
    ),
    (
        noun("web speed", "f:velocidad de la banda", "m/min"),
        noun("moisture", "f:humedad", "%"),
        noun("felt", "m:fieltro", values=(("new", "nuevo"), ("worn", "gastado"))),
        noun("fibre mix", "f:mezcla de fibras", values=(("recycled", "reciclada"), ("virgin", "virgen"))),
        noun("grade changes*", "mp:cambios de calidad", "/d"),
    ),
    (
        noun("nip pressure", "f:presión de línea", "kN/m"),
        noun("steam pressure", "f:presión de vapor", "kPa"),
        noun("draw settings*", "mp:ajustes de tiro", composite=True),
        noun("retention aid", "m:agente de retención", "g/t"),
        noun("hood damper", "f:compuerta de la campana", values=(("open", "abierta"), ("closed", "cerrada"))),
    ),
    (
        noun("web breaks*", "fp:roturas de banda", "/d"),
        noun("steam use", "m:consumo de vapor", "t/h"),
        noun("curl", "m:abarquillado", "mm"),
        noun("tensile strength", "f:resistencia a la tracción", "kN/m", higher_is_better=True),
    ),
    (PRICE, _DOWNTIME, PAYBACK, _SUPPLIER),
)

WIND_TURBINE = Area(
    "wind-turbine",
    (noun("wind turbine", "f:turbina eólica"), noun("wind farm", "m:parque eólico"), noun("blades*", "fp:palas")),
    (
        noun("wind speed", "f:velocidad del viento", "m/s"),
        noun("gearbox temperature", "f:temperatura de la multiplicadora", "Cel"),
        noun("ice", "m:hielo", values=(("absent", "ausente"), ("thin", "fino"), ("thick", "grueso"))),
        noun("tower oscillations*", "fp:oscilaciones de la torre", "mm"),
        noun("air density", "f:densidad del aire", "kg/m3"),
    ),
    (
        noun("pitch angle", "m:ángulo de paso", "deg"),
        noun("yaw correction", "f:corrección de orientación", "deg"),
        noun("noise mode", "m:modo de ruido", values=(("day", "diurno"), ("night", "nocturno"))),
        noun("power curve", "f:curva de potencia", composite=True),
        noun("cut-out speed", "f:velocidad de corte", "m/s"),
    ),
    (
        noun("blade loads*", "mp:esfuerzos en las palas", "kN.m"),
        noun("noise level", "m:nivel de ruido", "dB"),
        noun("yearly output", "f:producción anual", "MW.h", higher_is_better=True),
        noun("availability", "f:disponibilidad", "%", higher_is_better=True),
    ),
    (PRICE, _DOWNTIME, _PERMIT),
)

WAREHOUSE = Area(
    "warehouse",
    (
        noun("robot fleet", "f:flota de robots"),
        noun("warehouse", "m:depósito"),
        noun("conveyors*", "fp:cintas transportadoras"),
    ),
    (
        noun("orders*", "mp:pedidos", "/h"),
        noun("battery charge", "f:carga de las baterías", "%"),
        noun("floor", "m:suelo", values=(("smooth", "liso"), ("rough", "rugoso"))),
        noun("queue length", "f:longitud de la cola"),
        noun("shifts*", "mp:turnos", "/d"),
    ),
    (
        noun("travel speed", "f:velocidad de marcha", "m/s"),
        noun("charging rule", "f:regla de carga", values=(("when empty", "al vaciarse"), ("in breaks", "en pausas"))),
        noun("robots in service*", "mp:robots en servicio"),
        noun("storage plan", "m:plan de ubicaciones", composite=True),
        noun("routes*", "fp:rutas", composite=True),
    ),
    (
        noun("picking time", "m:tiempo de preparación", "s"),
        noun("jams*", "mp:atascos", "/d"),
        noun("battery wear", "m:desgaste de las baterías", "%"),
        noun("throughput", "m:rendimiento", "/h", higher_is_better=True),
    ),
    (PRICE, PAYBACK, _DOWNTIME, _RISK),
)

BREWERY = Area(
    "brewery",
    (
        noun("brewery", "f:cervecería"),
        noun("fermenter", "m:fermentador"),
        noun("bottling line", "f:línea de embotellado"),
    ),
    (
        noun("original extract", "m:extracto original", "%"),
        noun("yeast", "f:levadura", values=(("fresh", "fresca"), ("reused", "reutilizada"))),
        noun("bottles*", "fp:botellas", "/h"),
        noun("dissolved oxygen", "m:oxígeno disuelto", "mg/L"),
        noun("rinsing cycles*", "mp:ciclos de lavado", "/d"),
    ),
    (
        noun("mash temperature", "f:temperatura de maceración", "Cel"),
        noun("boiling time", "m:tiempo de ebullición", "min"),
        noun("filter", "m:filtro", values=(("sheet", "placas"), ("membrane", "membrana"))),
        noun("cleaning programme", "m:programa de limpieza", composite=True),
        noun("cellar temperature", "f:temperatura de bodega", "Cel"),
    ),
    (
        noun("water use", "m:consumo de agua", "L/L"),
        noun("caustic use", "m:consumo de sosa", "kg"),
        noun("beer losses*", "fp:pérdidas de cerveza", "%"),
        noun("foam stability", "f:estabilidad de la espuma", "s", higher_is_better=True),
    ),
    (PRICE, SAVINGS, _SUPPLIER),
)

HELD_OUT = ORCHARD
"""Never trained on: shows what the model makes of an area that it does not know."""

MADE_UP = (
    PUMPS,
    BAKERY,
    COLD_STORE,
    DISTRICT_HEATING,
    DATA_CENTRE,
    CHOCOLATE,
    PRACTICE,
    WASTEWATER,
    GREENHOUSE,
    PAPER_MACHINE,
    WIND_TURBINE,
    WAREHOUSE,
    BREWERY,
)
"""Made-up areas that are trained on."""
