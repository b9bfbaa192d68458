"""English phrases for reasons: one sentence on one effect (E) or one fact (F), which names nothing else."""

from __future__ import annotations

from services.advice.brief import Audience

IT = ("it", "it", "this", "that", "the change", "the step", "this [change|step|option]")
"""The option as a subject."""
OBJECT = ("it", "it", "the change", "the step", "this [change|step|option]")
"""The option after a preposition."""

GOOD = (
    "{E.name} <E_falls> <E_end>.",
    "<it> <E_lowers> <E_end>.",
    "<it> brings <E_gain>.",
    "{E.name} [would|will|should] <E_fall> <E_end>.",
    "{E.name} {E:goes|go} <E_path>.",
    "with <obj>, {E.name} <E_falls> <E_by>.",
    "<E_gain> [speaks|is a good reason] for <obj>.",
    "what speaks for <obj> is <E_gain>.",
    "the [reason|point|gain] is <E_gain>.",
    "the case for <obj> rests on <E_gain>.",
    "{E.name} {E:moves|move} the right way: {E:it|they} <E_falls> <E_end>.",
    "<it> moves {E.name} in the right direction, from {E.before} to {E.after}.",
    "<it> takes {E.name} from {E.before} to {E.after}.",
    "<it> gets {E.name} to {E.after}.",
    "that is how {E.name} {E:gets|get} from {E.before} to {E.after}.",
    "{E.name} {E:responds|respond} to <obj> and <E_falls> <E_by>.",
    "this is about {E.name}, which <E_falls> <E_end>.",
    "without <obj>, {E.name} would stay at {E.before}; with it, {E:it|they} <E_falls> to {E.after}.",
    "as things are, {E.name} {E:is|are} at {E.before}; <it> [would|will] bring {E:it|them} to {E.after}.",
    "<it> makes a difference to {E.name}: <E_a_fall> of <E_amount>.",
    "<E_a_fall> of <E_amount> in {E.name} is [what it is for|what it brings].",
    "the effect on {E.name} is <E_a_big_fall>, from {E.before} to {E.after}.",
    "{E.name} [will|would] then be at {E.after} instead of {E.before}.",
    "<it> is worth it for {E.name}, which <E_falls> <E_by>.",
    "{E.name} {E:is|are} where it shows: <E_a_fall> of <E_amount>.",
    "<it> leads to <E_gain>.",
    "thanks to <obj>, {E.name} <E_falls> <E_end>.",
)
GOOD_TONES = {
    Audience.OWNER: (
        "you will see {E.name} <E_fall> <E_by>.",
        "you get <E_gain>.",
        "that way you <E_lower> <E_by>.",
        "you can count on {E.name} <E_falling> <E_by>.",
        "for you, that means <E_gain>.",
        "that's what gets {E.name} to {E.after}.",
        "you would have {E.name} at {E.after} instead of {E.before}.",
        "you will notice it in {E.name}, which <E_falls> <E_end>.",
        "it's {E.name} that you do this for: {E:it|they} <E_falls> <E_by>.",
    ),
    Audience.OPERATOR: (
        "expect {E.name} at {E.after}.",
        "{E.name} <E_falls> <E_by>; check it after the change.",
        "look for <E_gain>.",
        "[result|effect]: {E.name} <E_falls> <E_end>.",
        "this is what <E_lowers> <E_by>.",
        "it gets {E.name} from {E.before} to {E.after}.",
        "watch {E.name}: {E:it|they} should <E_fall> <E_by>.",
        "do it for <E_gain>.",
        "it <E_lowers>, <E_path>.",
    ),
    Audience.EXPERT: (
        "{E.name} {E:is|are} [expected|estimated|predicted] to <E_fall> <E_end>.",
        "the estimated effect on {E.name} is <E_a_fall> of <E_amount>.",
        "the model [has|sees] {E.name} <E_falling> <E_end>.",
        "by the estimate, {E.name} would <E_fall> <E_end>.",
        "the estimate puts {E.name} at {E.after}, against {E.before} without <obj>.",
        "the model attributes <E_a_fall> of <E_amount> in {E.name} to <obj>.",
        "on the model's figures, {E.name} <E_falls> <E_end>.",
        "the expected value of {E.name} [moves|changes] from {E.before} to {E.after}.",
        "the estimate supports it, with <E_gain>.",
    ),
}
RANGED = (
    "the verified range of the <E_noun> in {E.name} lies {E.range}.",
    "{E.name} {E:is|are} expected to <E_fall> by {E.range}.",
    "the <E_noun> in {E.name} is verified to lie {E.range}.",
    "even at the cautious end of the verified range, {E.name} <E_falls>: the <E_noun> lies {E.range}.",
    "the <E_noun> in {E.name} is put at {E.change}, with a verified range {E.range}.",
    "{E.name} <E_falls> by {E.change}, most likely by {E.range}.",
    "<it> is verified to <E_lower> by {E.range}.",
    "for {E.name}, the estimate is <E_a_fall> of {E.change}, and the verified range lies {E.range}.",
)
"""For a good effect with a range."""
BAD = (
    "the price to weigh is <E_gain>.",
    "<it> has a price: {E.name} <E_falls> <E_end>.",
    "{E.name} <E_falls> <E_by>, which [has to be accepted|is the drawback|should be weighed].",
    "[keep|bear] in mind that {E.name} <E_falls> <E_by>.",
    "the drawback is <E_gain>.",
    "what <it> gains has to be weighed against <E_gain>.",
    "{E.name} {E:moves|move} the wrong way, <E_path>, and that belongs in the balance.",
    "in all fairness, {E.name} <E_falls> <E_end>.",
    "on the other side stands <E_gain>.",
    "to be weighed as well: {E.name} <E_falls> <E_end>.",
    "<it> does <E_lower> <E_by>, so weigh that before you decide.",
    "the trade-off is in {E.name}, which <E_falls> <E_by>.",
    "against <obj> stands <E_gain>.",
    "<it> is not free of side effects, because {E.name} <E_falls> <E_by>.",
    "only go ahead if <E_gain> is acceptable.",
    "decide with {E.name} in view, since {E:it|they} <E_falls> <E_by>.",
    "it counts against <obj> that {E.name} <E_falls> <E_by>.",
    "{E.name} {E:is|are} the weak point: {E:it|they} <E_falls> <E_end>.",
    "accept it only with open eyes, as {E.name} <E_falls> <E_by>.",
)
FLAT = (
    "{E.name} {E:stays|stay} at {E.before}.",
    "{E.name} {E:stays|stay} where {E:it is|they are}, at {E.before}.",
    "<it> leaves {E.name} at {E.before}.",
    "nothing changes for {E.name}, which {E:stays|stay} at {E.before}.",
    "{E.name} {E:is|are} not affected and {E:remains|remain} at {E.before}.",
    "{E.name} {E:does|do} not suffer: {E:it stays|they stay} at {E.before}.",
    "{E.name} {E:holds|hold} steady at {E.before}.",
    "{E.name} {E:is|are} not touched by <obj>.",
    "{E.name} {E:remains|remain} as {E:it is|they are}, at {E.before}.",
    "<it> can be done without [touching|changing] {E.name}.",
    "no change is [expected|to be expected] in {E.name}, which {E:is|are} at {E.before}.",
    "with or without <obj>, {E.name} {E:is|are} at {E.before}.",
)
FACT = (
    "{F.name} {F:is|are} {F.value}.",
    "for this [step|option|change], {F.name} {F:is|are} {F.value}.",
    "[it helps to know|keep in mind|bear in mind|take into account|note] that {F.name} {F:is|are} {F.value}.",
    "what is known of <obj>: {F.name} {F:is|are} {F.value}.",
    "{F.name} {F:is|are} {F.value}, which [belongs in the decision|should be part of the decision].",
    "with <obj>, {F.name} {F:is|are} {F.value}.",
    "{F.name} {F:is|are} {F.value}, and that should be weighed too.",
    "when you decide, remember that {F.name} {F:is|are} {F.value}.",
    "part of the picture is that {F.name} {F:is|are} {F.value}.",
    "in this case, {F.name} {F:is|are} {F.value}.",
    "it matters here that {F.name} {F:is|are} {F.value}.",
    "to judge <obj>, it helps to know that {F.name} {F:is|are} {F.value}.",
)
FACT_NUMBER = (
    "{F.name} {F:comes|come} to {F.value}.",
    "{F.name} {F:stands|stand} at {F.value}.",
    "[reckon|plan] with {F.value} for {F.name}.",
    "for {F.name}, [reckon|plan] with {F.value}.",
    "{F.name} {F:amounts|amount} to {F.value}.",
    "with {F.name} at {F.value}, <it> deserves [a place on the list|to be considered].",
    "{F.name} {F:counts|count} here too, at {F.value}.",
    "the figure for {F.name} is {F.value}.",
    "at {F.value}, {F.name} should be part of the decision.",
    "{F.value} is the figure for {F.name}.",
)
