"""English words that the checks of drafts look for."""

from __future__ import annotations

from services.advice.brief import Size
from services.advice.language.checks import WordLists, entries

_TRANSITIVE_FALLING = entries("lowers lowering reduce reduces reducing cuts cutting trims trimming")
_TRANSITIVE_RISING = entries("raise raises raising lift lifts lifting boosts boosting")
_INTRANSITIVE_FALLING = entries(
    "falls falling fell drops dropping declines declining shrinks shrinking sinks sinking dips"
)
_INTRANSITIVE_RISING = entries("rises rising rose climbs climbing climbed grows growing grew")

WORDS = WordLists(
    numerals=entries(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand"
        " thousands million millions billion billions half halves halve halved halving second third thirds fourth"
        " fifth sixth seventh eighth ninth tenth quarter quarters double doubles doubled doubling triple triples"
        " tripled quadruple quadrupled twice thrice twofold threefold fourfold tenfold dozen dozens couple pair percent"
        " per_cent trillion trillions nought eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth"
        " eighteenth nineteenth twentieth thirtieth hundredth hundredths thousandth thousandths fourths fifths sixths"
        " sevenths eighths ninths tenths fivefold hundredfold tripling quadruples quintuple couples pairs"
    ),
    foreign=entries(
        "el la los las lo de del que y en por para una uno un unos unas se es su sus al más pero como está están muy"
        " también entre hasta desde sobre cuando si ya esto esta este estos estas eso esa ese hay ser así porque baja"
        " sube bajar subir reducir aumentar"
    ),
    articles=entries("a an the its their your our my his her this these those"),
    unfinished=entries(
        "a an the and or but nor of by to with at from between than into its their your our while"
        " whereas because although which whose if"
    ),
    falling=_TRANSITIVE_FALLING
    | _INTRANSITIVE_FALLING
    | entries(
        "fall fallen drop dropped decline declined decrease decreases decreased decreasing lower lowered reduced"
        " reduction reductions cut shrink sink dip trim trimmed down downward downwards diminish diminishes diminished"
        " lessen lessens lessened"
    ),
    rising=_TRANSITIVE_RISING
    | _INTRANSITIVE_RISING
    | entries(
        "rise risen climb increase increases increased increasing raised grow grown growth lifted boost boosted up"
        " upward upwards higher"
    ),
    degrees={
        Size.SLIGHT: entries(
            "slightly a_little marginally modestly a_touch a_bit slight small modest marginal minor barely"
        ),
        Size.MODERATE: entries("noticeably appreciably moderately noticeable appreciable moderate"),
        Size.STRONG: entries(
            "sharply markedly substantially a_great_deal strongly dramatically drastically hugely massively"
            " considerably significantly sharp marked substantial large strong dramatic drastic huge massive"
            " considerable significant"
        ),
    },
    transitive=_TRANSITIVE_FALLING | _TRANSITIVE_RISING,
    intransitive=_INTRANSITIVE_FALLING | _INTRANSITIVE_RISING,
    negations=entries(
        "not no nor neither never without cannot rather_than instead_of doesn't don't won't isn't aren't"
    ),
    idioms=entries(
        "up_to up_to_now add_up adds_up adding_up end_up ends_up make_up makes_up follow_up set_up down_the_line"
        " lower_end upper_end lower_bound"
    ),
    joints=entries(
        "and but or while whereas though although because since if when where which who so so_that that until before"
        " until yet"
    ),
    openers=entries("then also today now currently here thus as moreover still only"),
    conjunctions=entries("and or"),
    relatives=entries("which"),
    pronouns=entries("it they this that which"),
    pointers=entries("against on about"),
    adverse=entries(
        "drawback downside trade-off price the_wrong wrong_way wrong_direction against_it against_this against_that"
        " suffer suffers unfavourable worse bear_in_mind fairness other_side"
    ),
    favourable=entries(
        "right_direction right_way speaks_for thanks_to good worth welcome benefit benefits improves improve"
        " improvement"
    ),
    singular=entries(
        "is was has does falls drops comes goes declines decreases lowers reduces shrinks sinks rises climbs increases"
        " grows stays remains stands lies holds changes improves benefits gains moves ends keeps reaches settles"
        " depends makes gives brings shows responds reacts suffers"
    ),
    plural=entries(
        "are were have do fall drop come go decline decrease shrink sink rise climb increase grow stay remain stand lie"
        " hold change improve benefit gain move end keep reach settle depend make give bring show respond react suffer"
    ),
)
