"""English phrases for summaries of briefs with options.

F1, F2 and F3 are bound to facts, S to the subject, E to the main effect of the option that counts most, X to another.
"""

from __future__ import annotations

from services.advice.brief import Audience

# How things are.
FACT = (
    "{F1.name} {F1:is|are} {F1.value}.",
    "{F1.name} {F1:is|are} {F1.value}.",
    "as things stand, {F1.name} {F1:is|are} {F1.value}.",
    "[the starting point|here is where things stand|the situation]: {F1.name} {F1:is|are} {F1.value}.",
    "for {S.name}, {F1.name} {F1:is|are} {F1.value}.",
    "the facts [on|about] {S.name} [show|say] that {F1.name} {F1:is|are} {F1.value}.",
    "{S.name} in [brief|short]: {F1.name} {F1:is|are} {F1.value}.",
    "in this case, {F1.name} {F1:is|are} {F1.value}.",
    "we start from this: {F1.name} {F1:is|are} {F1.value}.",
    "first the facts: {F1.name} {F1:is|are} {F1.value}.",
    "in the case of {S.name}, {F1.name} {F1:is|are} {F1.value}.",
)
FACT_NUMBER = (
    "{F1.name} {F1:stands|stand} at {F1.value}.",
    "[at present|today|currently], {F1.name} {F1:is|are} {F1.value}.",
    "{F1.name} {F1:is|are} {F1.value} [at present|today].",
    "{F1.name} {F1:is|are} at {F1.value}.",
    "the figure for {F1.name} is {F1.value}.",
    "the starting point is {F1.value} for {F1.name}.",
    "at present, {F1.name} {F1:stands|stand} at {F1.value}.",
)
FACTS = (
    "{F1.name} {F1:is|are} {F1.value} and {F2.name} {F2:is|are} {F2.value}.",
    "{F1.name} {F1:is|are} {F1.value}, and {F2.name} {F2:is|are} {F2.value}.",
    "{F1.name} {F1:is|are} {F1.value}; {F2.name} {F2:is|are} {F2.value}.",
    "{F1.name} {F1:is|are} {F1.value}, while {F2.name} {F2:is|are} {F2.value}.",
    "for {S.name}, {F1.name} {F1:is|are} {F1.value} and {F2.name} {F2:is|are} {F2.value}.",
    "as things stand, {F1.name} {F1:is|are} {F1.value} and {F2.name} {F2:is|are} {F2.value}.",
    "the facts first: {F1.name} {F1:is|are} {F1.value}, and {F2.name} {F2:is|are} {F2.value}.",
    "in this case, {F1.name} {F1:is|are} {F1.value}, while {F2.name} {F2:is|are} {F2.value}.",
    "what is known of {S.name} is that {F1.name} {F1:is|are} {F1.value} and {F2.name} {F2:is|are} {F2.value}.",
)
FACTS_NUMBER = (
    "{F1.name} {F1:stands|stand} at {F1.value}, {F2.name} at {F2.value}.",
    "{F1.name} {F1:is|are} at {F1.value}, with {F2.name} at {F2.value}.",
    "[at present|today|currently], {F1.name} {F1:is|are} {F1.value} and {F2.name} {F2:is|are} {F2.value}.",
    "the figures first: {F1.name} {F1:is|are} at {F1.value}, {F2.name} at {F2.value}.",
    "at present, {F1.name} {F1:stands|stand} at {F1.value} and {F2.name} at {F2.value}.",
)
FACTS_ALIKE = (
    "{F1.name} {F1:is|are} {F1.value} and {F2.name} {F2.value}.",
    "for {S.name}, {F1.name} {F1:is|are} {F1.value} and {F2.name} {F2.value}.",
    "the facts first: {F1.name} {F1:is|are} {F1.value}, {F2.name} {F2.value}.",
)
"""For two numbers whose names are both singular or both plural, so that one verb does for them."""
MORE_FACT = (
    "{F3.name} {F3:is|are} {F3.value}.",
    "in addition, {F3.name} {F3:is|are} {F3.value}.",
    "{F3.name}, for {F3:its|their} part, {F3:is|are} {F3.value}.",
    "besides, {F3.name} {F3:is|are} {F3.value}.",
    "[also to be noted|worth noting as well]: {F3.name} {F3:is|are} {F3.value}.",
    "to that [comes the fact|should be added] that {F3.name} {F3:is|are} {F3.value}.",
    "moreover, {F3.name} {F3:is|are} {F3.value}.",
)
BASIS = (
    "this starts from the facts: {F1.name} {F1:is|are} {F1.value}.",
    "the starting point for this is that {F1.name} {F1:is|are} {F1.value}.",
    "this is for {S.name} as {S:it stands|they stand}, where {F1.name} {F1:is|are} {F1.value}.",
    "behind this stands the fact that {F1.name} {F1:is|are} {F1.value}.",
    "[so far|up to now|as things stand], {F1.name} {F1:is|are} {F1.value}.",
    "that is seen from where things stand: {F1.name} {F1:is|are} {F1.value}.",
)
"""How things are, told after the option."""
BASIS_NUMBER = (
    "[so far|up to now|at present], {F1.name} {F1:stands|stand} at {F1.value}.",
    "at the moment, the figure for {F1.name} is {F1.value}.",
    "the starting point for this is {F1.value} for {F1.name}.",
)

# The option that counts most.
OPTION = (
    "the most effective [step|change|option] is to <do_short>: {E.name} [then|] <E_falls> <E_end>.",
    "the [step|change|option] that does most is <doing_short>, which <E_lowers> <E_end>.",
    "<doing_short> would <E_lower> <E_end>.",
    "<doing_short> <acts> <E_end>.",
    "<do_short>, and {E.name} [will|should] <E_fall> <E_end>.",
    "most [can be|is] gained by <doing_short>: {E.name} <E_falls> <E_end>.",
    "with <state>, {E.name} [would|will|should] <E_fall> <E_by>.",
    "to <E_lower>, the best [step|option] is <doing_short>. <that> brings <E_a_fall> of <E_amount>.",
    "what helps most is <doing>, because <that> <E_lowers> <E_by>.",
    "the best lever is <doing_short>: {E.name} <E_falls> <E_end>.",
    "there is room for improvement: <doing_short> would <E_lower> <E_end>.",
    "it is possible to <E_lower> <E_end>. The way there is <doing_short>.",
    "of everything that was looked at, <doing_short> would do most: {E.name} would <E_fall> <E_end>.",
    "the top of the list is <doing_short>, with <E_gain>.",
    "the clearest gain comes from <doing_short>, namely <E_gain>.",
    "<doing_short> would be the strongest option, with <E_gain>.",
    "there is <E_gain> to be had by <doing_short>.",
    "no other step on the list does as much as <doing_short>: {E.name} <E_falls> <E_end>.",
    "<E_gain> [can be had|is within reach] by <doing_short>.",
    "the place to start is <doing_short>, since <that> would <E_lower> <E_by>.",
)
OPTION_TONES = {
    Audience.OWNER: (
        "if you <do_short>, {E.name} [will|should] <E_fall> <E_end>.",
        "you can <E_lower> <E_by> by <doing_short>.",
        "what you can do is <do_short>, because <that> <E_lowers> <E_by>.",
        "the good news: <doing_short> <acts> <E_by>.",
        "our advice is to start by <doing_short>, which <E_lowers> <E_by>.",
        "the first thing we would do is <do_short>, because <that> <E_lowers> <E_by>.",
        "you gain most by <doing_short>: {E.name} <E_falls> <E_end>.",
        "there is something you can do: if you <do_short>, {E.name} <E_falls> <E_end>.",
        "it would help most to <do_short>, for <E_gain>.",
    ),
    Audience.OPERATOR: (
        "<do_short> first: {E.name} <E_falls> <E_end>.",
        "first action: <do_short>. {E.name} <E_falls> <E_end>.",
        "start by <doing_short>; expect <E_gain>.",
        "<do> to get {E.name} to {E.after}.",
        "[priority|top priority]: <do_short>, for <E_gain>.",
        "<do_short> and expect <E_gain>.",
        "begin by <doing_short> to <E_lower> <E_by>.",
        "top of the list: <do_short>. {E.name} <E_falls> <E_end>.",
        "to <E_lower> <E_by>, <do_short>.",
    ),
    Audience.EXPERT: (
        "<doing_short> <is> expected to <E_lower> <E_end>.",
        "the largest estimated effect comes from <doing_short>: {E.name} <E_falls> <E_end>.",
        "by the model's estimate, <doing_short> would <E_lower> <E_end>.",
        "among the options that were evaluated, <doing_short> <ranks> highest, with <E_gain>.",
        "the model puts the effect of <doing_short> at <E_gain>.",
        "the estimate favours <doing_short>: {E.name} would <E_fall> <E_end>.",
        "of the evaluated options, <doing_short> <ranks> at the top: {E.name} would <E_fall> <E_end>.",
        "the model has {E.name} <E_falling> <E_by> with <state>.",
        "the evaluation points to <doing_short>, with <E_gain>.",
    ),
}
OPENED = (
    "<doing_short> would <E_lower> <E_adverb>. The <E_noun> [comes|amounts] to <E_amount>.",
    "<doing_short> would <E_lower> <E_adverb>. That means {E.after}, <E_a_fall> of <E_amount>.",
    "the most effective step is to <do_short>. <that> would take {E.name} to {E.after}, <E_a_fall> of <E_amount>.",
    "what does most is <doing_short>. {E.name} would then <E_fall> <E_end>.",
    "<do> first. {E.name} [will|should] then <E_fall> <E_end>.",
    "most is gained by <doing>. <that> <E_lowers> <E_end>.",
    "it is possible to <E_lower> <E_adverb>. <doing> would bring {E:it|them} to {E.after}.",
    "there is <E_a_big_fall> to be had in {E.name}. <doing_short> would lead to {E.after}.",
    "there is room to <E_lower>. <doing_short> would do most, with <E_a_fall> of <E_amount>.",
    "there is a way to <E_lower>. It is <doing_short>, for <E_a_fall> of <E_amount>.",
)
"""The option in one sentence, its effect in the next."""
FUSED = (
    "{F1.name} {F1:is|are} {F1.value}, and the most effective step is to <do_short>. <that> would <E_lower> <E_end>.",
    "where {F1.name} {F1:is|are} {F1.value}, the best step is <doing_short>. {E.name} would <E_fall> <E_end>.",
    "given that {F1.name} {F1:is|are} {F1.value}, most is gained by <doing_short>. The [gain|result] is <E_gain>.",
    "for {S.name}, where {F1.name} {F1:is|are} {F1.value}, start by <doing_short>. <that> <E_lowers> <E_by>.",
    "{F1.name} {F1:is|are} {F1.value}, and something can be done: <do_short>. {E.name} will <E_fall> <E_end>.",
    "as things stand, {F1.name} {F1:is|are} {F1.value}; <doing_short> would help most. It is good for <E_gain>.",
    "{F1.name} {F1:is|are} {F1.value}, and what helps most is <doing_short>. {E.name} <E_falls> <E_end>.",
)
"""How things are and what to change in one sentence, the effect in the next."""
FUSED_NUMBER = (
    "with {F1.name} at {F1.value}, <doing_short> would do most. <that> would <E_lower> <E_end>.",
    "starting from {F1.value} for {F1.name}, the best step is to <do_short>. <that> <E_lowers> <E_by>.",
    "{F1.name} {F1:is|are} at {F1.value} today, and the step that does most is <doing_short>. Expect <E_gain>.",
    "at {F1.value} for {F1.name}, most is gained by <doing_short>. {E.name} would <E_fall> <E_end>.",
)
BRIEF = (
    "<doing_short> would do most: {E.name} would <E_fall> <E_end>.",
    "the best step for {S.name} is to <do_short>, so that {E.name} <E_falls> <E_by>.",
    "of everything that was looked at, <doing_short> would do most and <E_lower> <E_by>.",
    "with <state>, {E.name} [would|will|should] <E_fall> <E_end>.",
    "<do_short>, and {E.name} [will|should] <E_fall> <E_end>.",
    "for {S.name}, <doing_short> would <E_lower> <E_end>.",
    "most is gained by <doing_short>, with <E_gain>.",
    "to <E_lower> <E_by>, the best step is to <do_short>.",
    "there is <E_gain> to be had for {S.name} by <doing_short>.",
)
BRIEF_FUSED = (
    "{F1.name} {F1:is|are} {F1.value}, and <doing_short> would <E_lower> <E_by>.",
    "{F1.name} {F1:is|are} {F1.value}; the most effective step is to <do_short>, which would <E_lower> <E_by>.",
    "where {F1.name} {F1:is|are} {F1.value}, <doing_short> would <E_lower> <E_by>.",
    "for {S.name}, where {F1.name} {F1:is|are} {F1.value}, the best step is <doing_short>, for <E_gain>.",
)
BRIEF_BAD = (
    "{F1.name} {F1:is|are} {F1.value}; <doing_short> would <E_lower> <E_by>, at the price of <X_gain>.",
    "<doing_short> would <E_lower> <E_by>, but {X.name} would <X_fall> <X_by>.",
    "with <state>, {E.name} <E_falls> <E_by>, while {X.name} <X_falls> <X_by>.",
    "<do_short> to <E_lower> <E_by>, and weigh that against <X_gain>.",
)
PLAIN = {
    False: (
        "<doing_short> would <E_lower> <E_end>.",
        "the option that was found is <doing_short>, but {E.name} <E_falls> <E_by>.",
    ),
    True: (
        "<doing_short> would leave {E.name} at {E.before}.",
        "the option that was found is <doing_short>, though {E.name} {E:stays|stay} at {E.before}.",
    ),
}
"""Sentences on an option whose main effect is bad (False) or flat (True)."""

# The option after a fact that told how its main effect is before, so that it need not be named again.
ONWARD = (
    "<doing_short> would bring {E:it|them} to {E.after}.",
    "<doing_short> would take {E:it|them} to {E.after}, <E_a_fall> of <E_amount>.",
    "the most effective step is to <do_short>: {E:it|they} would then <E_fall> <E_end>.",
    "with <state>, {E:it|they} [would|should] <E_fall> <E_end>.",
    "<do_short>, and {E:it|they} [will|should] <E_fall> <E_end>.",
    "most is gained by <doing_short>: {E:it|they} <E_falls> <E_end>.",
    "the way to change that is <doing_short>, for <E_a_fall> of <E_amount>.",
    "to get to {E.after}, the best step is <doing_short>.",
    "{E.after} [is|would be] within reach by <doing_short>, <E_a_fall> of <E_amount>.",
    "it is possible to get {E:it|them} to {E.after} by <doing_short>.",
    "the best lever is <doing_short>, which would mean <E_a_fall> of <E_amount>, to {E.after}.",
    "of everything that was looked at, <doing_short> would do most: <E_a_fall> of <E_amount>, to {E.after}.",
    "<E_a_big_fall> to {E.after} is possible by <doing_short>.",
    "there is room for improvement, as <doing_short> would give <E_a_fall> of <E_amount>.",
    "<E_a_fall> of <E_amount> [can be had|is within reach] by <doing_short>.",
)
ONWARD_TONES = {
    Audience.OWNER: (
        "you can bring {E:it|them} to {E.after} by <doing_short>.",
        "if you <do_short>, {E:it|they} <E_falls> <E_end>.",
        "we would <do_short> first, for <E_a_fall> of <E_amount>.",
        "you gain most by <doing_short>: <E_a_fall> of <E_amount>, to {E.after}.",
        "to get to {E.after}, you would best <do_short>.",
    ),
    Audience.OPERATOR: (
        "<do_short> to get to {E.after}.",
        "<do_short> and expect <E_a_fall> of <E_amount>.",
        "target: {E.after}. To get there, <do_short>.",
        "start by <doing_short>; expect <E_a_fall> of <E_amount>, to {E.after}.",
        "top of the list: <do_short>, for <E_a_fall> of <E_amount>.",
    ),
    Audience.EXPERT: (
        "<doing_short> <is> expected to bring {E:it|them} to {E.after}, <E_a_fall> of <E_amount>.",
        "the model puts {E:it|them} at {E.after} with <state>.",
        "by the model's estimate, <doing_short> would lead to {E.after}, <E_a_fall> of <E_amount>.",
        "among the evaluated options, <doing_short> <ranks> highest, with <E_a_fall> of <E_amount>.",
        "the estimate for <doing_short> is {E.after}, <E_a_fall> of <E_amount>.",
    ),
}
BRIEF_ONWARD = (
    "{F1.name} {F1:is|are} {F1.value}, and <doing_short> would bring {E:it|them} to {E.after}.",
    "{F1.name} {F1:is|are} {F1.value}; <doing_short> would mean <E_a_fall> of <E_amount>.",
    "where {F1.name} {F1:is|are} {F1.value}, <doing_short> would lead to {E.after}, <E_a_fall> of <E_amount>.",
    "for {S.name}, where {F1.name} {F1:is|are} {F1.value}, the best step is <doing_short>, to get to {E.after}.",
    "{F1.name} {F1:is|are} {F1.value}; with <state>, {E:it|they} would <E_fall> <E_end>.",
)

# What else it does.
GOOD = (
    "as a [welcome|useful] side effect, {X.name} <X_falls> <X_by>.",
    "<that> also <X_lowers>, <X_by>.",
    "a welcome side effect is <X_gain>.",
    "{X.name} <X_falls> at the same time, <X_by>.",
    "along with that, {X.name} <X_falls> <X_end>.",
    "another gain is <X_gain>.",
    "{X.name} {X:moves|move} the right way as well: {X:it|they} <X_falls> <X_end>.",
)
BAD = (
    "in return, {X.name} <X_falls> <X_end>.",
    "the price [of that|] is <X_gain>.",
    "[however|on the other hand], {X.name} <X_falls> <X_end>.",
    "what has to be weighed against that is <X_gain>.",
    "that comes with a trade-off: {X.name} <X_falls> <X_end>.",
    "keep an eye on {X.name}, which <X_falls> <X_by>.",
    "the drawback is <X_gain>.",
    "this has its price, as {X.name} <X_falls> <X_by>.",
    "not everything gets better: {X.name} <X_falls> <X_end>.",
    "there is a price to it, namely <X_gain>.",
    "that has to be weighed against {X.name}, which <X_falls> <X_by>.",
    "the other side of it is <X_gain>.",
)
FLAT = (
    "{X.name} {X:stays|stay} at {X.before}.",
    "{X.name} {X:does|do} not change.",
    "nothing changes for {X.name}.",
    "{X.name} {X:is|are} not affected.",
)
SIDES = {"good": GOOD, "bad": BAD, "flat": FLAT}

MORE = (
    "further options follow [below|].",
    "other steps help as well; they are listed in order of effect.",
    "more can be done, as the further options show.",
    "after that, further steps are worth a look.",
    "the other options do less, but they also help.",
    "further steps are set out below, the most effective first.",
    "there is more to gain from the steps that follow.",
    "the list goes on with further options.",
    "beyond that, there are further steps to consider.",
    "the remaining options are listed in the order of their effect.",
    "it is not the only option: more are listed below.",
    "those who want to go further will find more options below.",
    "below, there are more steps with a smaller effect.",
    "what else can be done is listed below.",
    "the rest of the list adds further possibilities.",
)
MORE_TONES = {
    Audience.OWNER: (
        "you will find further options below.",
        "if you want to go further, there are more steps below.",
        "you have other options too, which are listed below.",
        "that is not all you can do; more steps follow.",
    ),
    Audience.OPERATOR: (
        "work through the other steps in order.",
        "then go on with the next steps on the list.",
        "next steps are listed in order of effect.",
        "take the other steps after that.",
    ),
    Audience.EXPERT: (
        "the further options are ranked by estimated effect.",
        "the remaining options follow in descending order of effect.",
        "options with smaller estimated effects are listed below.",
        "the ranking continues with the options below.",
    ),
}
ALONE = (
    "there is no further option on the list.",
    "no other option is listed.",
    "beyond that, the list has nothing to add.",
    "that is the only step on the list.",
    "apart from that, there is nothing to recommend.",
)
"""For an option without others beside it."""
WEIGH = (
    "weigh this before you decide.",
    "that has to be weighed before anything is changed.",
    "whether it is worth it has to be decided on other grounds.",
)
