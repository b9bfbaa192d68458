"""English phrases for what must be said with caution; S is bound to the subject.

A caution tells why it is given and what follows from it, in either order, or is a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.advice.brief import Caveat

JOINED = (
    "<why>, so <then>.",
    "<why>, so <then>.",
    "<why>; <then>.",
    "<then>, [because|since|as] <why>.",
    "<then>: <why>.",
    "[because|since|as] <why>, <then>.",
    "[please note|note|keep in mind|bear in mind|be aware] that <why>.",
)

WHYS: Mapping[Caveat, tuple[str, ...]] = {
    Caveat.OUTSIDE: (
        "{S.name} {S:is|are} unlike [everything|anything] that the model was trained on",
        "the model has never seen anything like {S.name}",
        "nothing in the training data resembles {S.name}",
        "{S.name} {S:lies|lie} outside what the model [knows|has learned|was trained on]",
        "{S.name} {S:differs|differ} from everything in the training data",
        "the model has no examples that compare with {S.name}",
        "{S.name} {S:has|have} no counterpart in the training data",
        "with {S.name}, the model is on unfamiliar ground",
        "the model was trained on quite different cases",
        "the model has to go well beyond its training data for {S.name}",
        "no training example is like {S.name}",
    ),
    Caveat.EDGE: (
        "{S.name} {S:is|are} close to what the model was trained on, but not among it",
        "{S.name} {S:lies|lie} at the edge of what the model [knows|has learned]",
        "the training data comes near {S.name} without covering {S:it|them}",
        "the model has learned from similar cases, though not from any quite like {S.name}",
        "{S.name} {S:sits|sit} at the edge of the training data",
        "the model is near its limits with {S.name}",
        "the training examples are similar to {S.name}, but not quite the same",
        "{S.name} {S:lies|lie} just beyond the cases that the model was trained on",
        "for {S.name}, the model has to go a short way beyond its training data",
        "{S.name} {S:is|are} not quite like the training examples",
        "what the model has learned only just reaches as far as {S.name}",
    ),
    Caveat.WIDE: (
        "the [intervals|ranges] are wide [compared with|against|in relation to] the values",
        "the intervals around the estimates are wide",
        "the estimates have wide ranges around them",
        "the estimates leave a lot of room, with wide intervals",
        "the estimates are uncertain, with wide ranges",
        "the true effects may lie well away from the estimates",
        "the ranges leave room for effects that are quite different",
    ),
    Caveat.UNMEASURED: (
        "the estimates [come without a|have no] measured interval",
        "how far the estimates may be off was not measured",
        "no interval was measured for these estimates",
        "the uncertainty of the estimates has not been measured",
        "nobody has measured how exact the estimates are",
        "there is no measured range around the estimates",
        "how exact the estimates are is not known",
        "a measured interval is missing",
        "no measurement shows how exact the estimates are",
    ),
    Caveat.COSTS: (
        "what the options cost is not [known|among the facts]",
        "no costs were given for the options",
        "the options are ranked by effect alone",
        "the facts say nothing about cost",
        "the costs of the options are unknown",
        "nothing is known about what the steps would cost",
        "costs are not part of the picture here",
        "costs play no part in the order of the options",
        "the effects are known, but the costs are not",
    ),
    Caveat.ADDITIVE: (
        "the effects of several options do not simply add up",
        "options that are combined influence each other",
        "each effect holds for its option alone",
        "the effects were estimated option by option",
        "the effect of several options together is not the sum of their effects",
        "combining options changes what each of them does",
        "every figure is for an option on its own",
        "several options together may do more or less than their sum",
    ),
    Caveat.UNKNOWN: (
        "options were not looked for, or the search failed",
        "no search for options was made, or it did not succeed",
        "what could be done was not looked into, or could not be found out",
        "either nobody looked for options or the search failed",
        "a search for options is missing or did not succeed",
        "options have not been established, because none were looked for or the search failed",
    ),
}
THENS: Mapping[Caveat, tuple[str, ...]] = {
    Caveat.OUTSIDE: (
        "[take|treat] the figures with great caution",
        "see the figures as a rough guide at best",
        "do not rely on the figures without a check",
        "the figures may be well off",
        "check the figures before you act on them",
        "do not decide on the figures alone",
        "have the figures checked before anything is changed",
        "great caution is called for",
        "how good the figures are is unknown",
        "the figures are an extrapolation",
    ),
    Caveat.EDGE: (
        "[read|treat|take] the figures with some care",
        "allow for some error",
        "leave some margin",
        "the figures may be somewhat off",
        "some caution is in order",
        "the figures may be less exact than usual",
        "it is wise to check the figures",
        "do not take the figures as the last word",
    ),
    Caveat.WIDE: (
        "take the figures as a rough guide",
        "do not count on the exact figures",
        "see the figures as an order of magnitude",
        "allow plenty of room around the figures",
        "expect the real figures to differ",
        "do not read too much into the exact figures",
        "the real outcome may be quite different",
        "leave room for a different outcome",
    ),
    Caveat.UNMEASURED: (
        "take the figures as an indication",
        "treat the figures with some care",
        "leave a margin",
        "the figures may look more exact than they are",
        "how much to trust the figures is open",
        "do not count on the last digit",
        "read the figures as an indication and no more",
        "some caution is in order",
    ),
    Caveat.COSTS: (
        "find out what each option costs before you decide",
        "ask what each step would cost before you choose",
        "that part of the decision is still open",
        "whether a step is worth its cost cannot be said here",
        "the cost has yet to be weighed",
        "weigh the cost of each step before you act",
        "a strong effect may still come at a high cost",
        "get the costs before you choose",
    ),
    Caveat.ADDITIVE: (
        "do not expect the sum of the effects",
        "do not add the effects together",
        "the sum of the effects would be misleading",
        "do not count on the sum when you combine steps",
        "a combination may have another effect than the sum",
        "take care when you combine options",
        "a combination needs an estimate of its own",
    ),
    Caveat.UNKNOWN: (
        "this advice only tells how things are",
        "there is nothing to recommend yet",
        "do not conclude that nothing can be done",
        "what could be done is still open",
        "the lack of recommendations is no verdict",
        "this says nothing about what is possible",
        "recommendations have to wait",
        "whether something can be improved remains open",
    ),
}
WHOLE: Mapping[Caveat, tuple[str, ...]] = {
    Caveat.OUTSIDE: (
        "have the figures checked before you act: the model knows nothing like {S.name}.",
        "for {S.name}, the figures are a rough guess, as the training data has nothing like {S:it|them}.",
    ),
    Caveat.EDGE: (
        "the figures rest on cases near {S.name}, not on cases just like {S:it|them}.",
        "with {S.name}, the model goes to the limit of what it has learned.",
    ),
    Caveat.WIDE: (
        "wide intervals mean that the true values may lie well away from the estimates.",
        "look at the ranges rather than at the values, because they are wide.",
        "plan with the ranges and not with the values alone, since the ranges are wide.",
        "how large the effects will be is uncertain: the ranges are wide in relation to the values.",
    ),
    Caveat.UNMEASURED: (
        "without a measured interval, the estimates are [a guide|an indication] and no more.",
        "the estimates may be closer or further off than they look, as no interval was measured.",
    ),
    Caveat.COSTS: (
        "before you decide, ask what each step would cost; the facts do not say.",
        "this advice says nothing about cost, because no costs were given.",
        "costs have to be added to the picture before you choose, because the facts do not include them.",
    ),
    Caveat.ADDITIVE: (
        "whoever combines options should not expect the sum of the effects given here.",
        "if several options are combined, their joint effect may differ from the sum.",
        "taken together, the options will not have the sum of their effects.",
    ),
    Caveat.UNKNOWN: (
        "that there are no recommendations only means that no search was made or that it failed.",
        "recommendations are missing because options were not looked for, or because the search failed.",
    ),
}
