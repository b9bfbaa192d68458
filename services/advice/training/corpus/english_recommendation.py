"""English phrases for recommendations: what to do and what it brings; the letter E is bound to the main effect."""

from __future__ import annotations

from services.advice.brief import Audience

OPENINGS = {
    "first": ("", "", "", "", "to begin with, ", "first of all, ", "as a first step, ", "before anything else, "),
    "later": (
        "",
        "",
        "",
        "",
        "next, ",
        "after that, ",
        "then ",
        "as a further step, ",
        "beyond that, ",
        "in addition, ",
    ),
    "last": ("", "", "", "", "finally, ", "lastly, ", "to round things off, ", "beyond that, ", "in addition, "),
}
"""What an imperative may begin with."""
LEADS = {
    "first": ("", "", "", "start here: ", "at the top of the list: ", "the place to start: ", "top priority: "),
    "later": ("", "", "", "the next step: ", "a further option: ", "also worth doing: ", "another option: "),
    "last": (
        "",
        "",
        "",
        "the last step on the list: ",
        "a final option: ",
        "also worth doing: ",
        "not to be forgotten: ",
    ),
}
"""What an imperative may begin with where no other colon follows."""
STEPS = {
    "first": (
        "the most effective step is to <do>",
        "the step with the most effect is to <do>",
        "what helps most is to <do>",
        "the best place to start is <doing>",
        "most is gained by <doing>",
        "the strongest option is to <do>",
        "nothing on the list does more than <doing>",
        "the first thing to do is to <do>",
    ),
    "later": (
        "another [good|sound|useful|worthwhile] step is to <do>",
        "a further step is to <do>",
        "it also helps to <do>",
        "another option is <doing>",
        "more is gained by <doing>",
        "further progress comes from <doing>",
        "it is also worth <doing>",
        "a further possibility is <doing>",
    ),
    "last": (
        "a last step is to <do>",
        "it also helps to <do>",
        "the list ends with a further option, <doing>",
        "something is still gained by <doing>",
        "what remains is <doing>",
        "it is also worth <doing>",
    ),
}
"""The step as a statement."""

SINGLE = (
    "<open><do>, and {E.name} [<E_falls>|will <E_fall>|should <E_fall>] <E_end>.",
    "<open><do>: {E.name} [then|] <E_falls> <E_end>.",
    "<open><do>; {E.name} [will|should] <E_fall> <E_end>.",
    "<lead><do> to <E_lower> <E_by>.",
    "<lead><do> for <E_gain>.",
    "<doing> <acts> <E_end>.",
    "<doing> [will|would|should|can] <E_lower> <E_end>.",
    "<doing> [will|would|should|can] take {E.name} from {E.before} to {E.after}.",
    "with <state>, {E.name} [<E_falls>|will <E_fall>|would <E_fall>] <E_end>.",
    "[to|in order to] <E_lower> <E_by>, <do>.",
    "<doing> <brings> <E_gain>.",
    "{E.name} [<E_falls>|will <E_fall>|can <E_fall>] <E_by> with <state>.",
    "<step>; <that> <E_lowers> <E_end>.",
    "<step>: {E.name} <E_falls> <E_end>.",
    "<E_gain> [comes|follows] from <doing>.",
    "{E.name} {E:is|are} at {E.before}; <doing> would bring {E:it|them} to {E.after}.",
    "{E.after} instead of {E.before}: that is what <doing> would mean for {E.name}.",
    "<doing> <is> [good for|the way to] <E_gain>.",
)
"""One sentence on the change and its main effect."""
PAIRS = (
    "<lead><do>. As a result, {E.name} <E_falls> <E_end>.",
    "<lead><do>. [The result|The outcome]: {E.name} <E_falls> <E_end>.",
    "<lead><do>. <that> <E_lowers> <E_end>.",
    "<lead><do>. [Expect|The effect is|What follows is|The result is] <E_gain>.",
    "<lead><do>. That is how {E.name} {E:gets|get} from {E.before} to {E.after}.",
    "<lead><do>. The <E_noun> in {E.name} [comes to|amounts to|is] <E_amount>.",
    "<step>. <that> [would|should|will] <E_lower> <E_end>.",
    "<step>. {E.name} <E_falls> <E_end>.",
    "<step>. [The gain is|Expect|It leads to] <E_gain>.",
    "<doing> [will|would|should|can] <E_lower> <E_adverb>. From {E.before}, {E:it|they} would get to {E.after}.",
    "<doing> <acts>. The <E_noun> [comes|amounts] to <E_amount>.",
    "<doing> <makes> a difference. {E.name} <E_falls> <E_end>.",
    "{E.name} can <E_fall> <E_by>. [For that|To get there|To make that happen], <do>.",
    "{E.name} {E:is|are} at {E.before} as things stand. <doing> would bring {E:it|them} to {E.after}.",
)
"""Two sentences on the same."""

SINGLE_TONES = {
    Audience.OWNER: (
        "if you <do>, {E.name} [will|should|can be expected to] <E_fall> <E_end>.",
        "if you <do>, you can [expect|count on|look forward to] <E_gain>.",
        "when you <do>, {E.name} <E_falls> <E_end>.",
        "<open><do>, and you will see {E.name} <E_fall> <E_by>.",
        "[consider|think about] <doing>: {E.name} would <E_fall> <E_end>.",
        "it is worth <doing>, [because|since|as] <that> <E_lowers> <E_by>.",
        "our advice is to <do>, so that {E.name} <E_falls> <E_by>.",
        "<doing> <makes> a difference: {E.name} <E_falls> <E_end>.",
        "by <doing>, you [can|could] <E_lower> <E_by>.",
        "you can <do>; that way, {E.name} <E_falls> <E_end>.",
        "what you gain by <doing> is <E_gain>.",
        "you would do well to <do>: {E.name} would <E_fall> <E_end>.",
        "give some thought to <doing>, which would <E_lower> <E_by>.",
        "a good move is to <do>, since <that> <E_lowers> <E_by>.",
    ),
    Audience.OPERATOR: (
        "<open><do> so that {E.name} <E_falls> <E_by>.",
        "<open><do>, then [check|confirm|verify] that {E.name} <E_falls> <E_by>.",
        "<open><do>, then [watch|follow|track] {E.name}, which should <E_fall> <E_by>.",
        "<lead><do> to get {E.name} to {E.after}.",
        "<open><do>; [expect|look for|aim for] <E_gain>.",
        "<E_lower> <E_by>: <do>.",
        "to get {E.name} from {E.before} to {E.after}, <do>.",
        "get {E.name} to {E.after}: <do>.",
        "<open><do>; {E.name} <E_falls> <E_by>.",
        "<lead><do>, which <E_lowers> <E_by>.",
    ),
    Audience.EXPERT: (
        "<doing> <is> [expected|estimated|predicted] to <E_lower> <E_end>.",
        "by the model's estimate, <doing> [would|should] <E_lower> <E_end>.",
        "the model puts the <E_noun> in {E.name} at <E_amount> with <state>.",
        "<open><do>: the estimate has {E.name} <E_falling> <E_end>.",
        "with <state>, the model [gives|puts] {E.name} at {E.after}, against {E.before} without the change.",
        "<doing> would [be expected to|in all likelihood] <E_lower> <E_end>.",
        "with <state>, {E.name} would be expected to <E_fall> <E_end>.",
        "according to the estimate, {E.name} <E_falls> <E_by> with <state>.",
        "the estimate for {E.name} moves from {E.before} to {E.after} with <state>.",
        "the case for <doing> rests on <E_gain>.",
        "for <E_gain>, the model [points to|favours] <doing>.",
    ),
}
PAIR_TONES = {
    Audience.OWNER: (
        "<open><do>. You can then expect {E.name} to <E_fall> <E_end>.",
        "<open><do>. You [will|should] [then|] see {E.name} <E_fall> <E_end>.",
        "it is worth <doing>. {E.name} would <E_fall> <E_end>.",
        "we suggest <doing>. <that> should <E_lower> <E_end>.",
        "we would <do>. {E.name} should then <E_fall> <E_end>.",
        "<doing> <makes> a difference. You can [count on|expect] <E_gain>.",
        "it is in your hands to <E_lower>. If you <do>, the <E_noun> comes to <E_amount>.",
    ),
    Audience.OPERATOR: (
        "<open><do>. {E.name} [<E_falls>|should <E_fall>|will <E_fall>] <E_end>.",
        "<open><do>. [Look for|Expect|Count on] <E_gain>.",
        "<open><do>. [Aim for|Work towards] {E.name} at {E.after}, coming from {E.before}.",
        "the target for {E.name} is {E.after}. To [reach|get to] it, <do>.",
        "<open><do>. Then [check|watch] {E.name}: {E:it|they} should <E_fall> <E_by>.",
        "<open><do>. That [moves|takes] {E.name} from {E.before} to {E.after}.",
        "<open><do>. Check afterwards that {E.name} {E:is|are} at {E.after}.",
    ),
    Audience.EXPERT: (
        "<open><do>. The [estimated|expected|predicted] effect is <E_gain>.",
        "<open><do>. On the model's figures, {E.name} would <E_fall> <E_end>.",
        "we recommend <doing>. The [expected|estimated] effect is <E_gain>.",
        "<doing> <is> expected to <E_lower>. The estimate is <E_a_fall> of <E_amount>.",
        "<doing> would merit consideration. The model has {E.name} <E_falling> <E_end>.",
        "<open><do>. {E.name} {E:is|are} [put|estimated] at {E.after} with the change and at {E.before} without.",
        "the estimate for {E.name} is {E.before} so far. <doing> would bring {E:it|them} to {E.after}.",
    ),
}
RANGED = (
    "<doing> [would|should] <E_lower> by {E.change}; the verified range lies {E.range}.",
    "<doing> <is> expected to <E_lower> by {E.range}.",
    "<open><do>: {E.name} <E_falls> by {E.change}, with a verified range {E.range}.",
    "<open><do>, for <E_a_fall> in {E.name} that is verified to lie {E.range}.",
    "with <state>, the <E_noun> in {E.name} lies {E.range}, and the estimate is {E.change}.",
    "the estimate for <doing> is <E_a_fall> of {E.change} in {E.name}, and the verified range lies {E.range}.",
    "with <state>, {E.name} would <E_fall> from {E.before} to {E.after}, with a change {E.range}.",
)
"""Sentences for experts where there is a range."""
PLAIN = {
    False: (
        "<doing> would <E_lower> <E_end>.",
        "<open><do>, but bear in mind that {E.name} <E_falls> <E_by>.",
        "with <state>, {E.name} <E_falls> <E_by>, which has to be weighed.",
        "<open><do>; weigh that against {E.name}, which <E_falls> <E_by>.",
    ),
    True: (
        "<open><do>; {E.name} {E:stays|stay} at {E.before}.",
        "<doing> would leave {E.name} at {E.before}.",
        "with <state>, {E.name} {E:does|do} not change and {E:stays|stay} at {E.before}.",
        "<open><do>, knowing that {E.name} {E:remains|remain} at {E.before}.",
    ),
}
"""Recommendations whose main effect is bad (False) or flat (True)."""
