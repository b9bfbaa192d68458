"""English phrases for summaries of briefs without options: NOTHING was found, or what can be done is UNKNOWN."""

from __future__ import annotations

NOTHING = (
    "no change was found that would [help|improve on this|make things better].",
    "the search found [nothing|no option|no step] worth recommending.",
    "nothing that was looked at would improve on this.",
    "there is nothing to recommend [for now|at this point|on these facts].",
    "none of the changes that were looked at would help.",
    "for {S.name}, no better option was found.",
    "we looked for options and found none that would help.",
    "so the advice is to leave things as they are.",
    "a search for better options came back empty.",
    "the options that were tried out on the model bring no improvement.",
    "[on these facts|as far as can be seen], there is no reason to change anything.",
)
UNKNOWN = (
    "what can be done about it is not known [yet|].",
    "options were not looked for, or the search did not succeed.",
    "no options are known so far, so nothing can be recommended.",
    "whether something can be improved is still open.",
    "what could be changed has not been established.",
    "without a list of options, this is a description and no recommendation.",
    "options have not been looked into yet.",
    "there is no list of options yet, so there is no recommendation either.",
    "what to do about it has still to be found out.",
    "this tells how things are, but not what could be done.",
)
NOTHING_BRIEF = (
    "{F1.name} {F1:is|are} {F1.value}, and no change was found that would help.",
    "{F1.name} {F1:is|are} {F1.value}, and nothing that was looked at would improve on this.",
    "{F1.name} {F1:is|are} {F1.value}; there is nothing to recommend [for now|at this point].",
    "for {S.name}, where {F1.name} {F1:is|are} {F1.value}, the search found no better option.",
    "where {F1.name} {F1:is|are} {F1.value}, none of the changes that were looked at would help.",
    "no better option was found for {S.name}, where {F1.name} {F1:is|are} {F1.value}.",
    "as things stand, {F1.name} {F1:is|are} {F1.value}, and there is no reason to change anything.",
    "{F1.name} {F1:is|are} {F1.value}, so far without a change that would make things better.",
)
UNKNOWN_BRIEF = (
    "{F1.name} {F1:is|are} {F1.value}, and what can be done about it is not known.",
    "{F1.name} {F1:is|are} {F1.value}; options have not been looked into yet.",
    "for {S.name}, {F1.name} {F1:is|are} {F1.value}, but no options are known so far.",
    "as things stand, {F1.name} {F1:is|are} {F1.value}, and whether that can be improved is still open.",
    "{F1.name} {F1:is|are} {F1.value}, which is all that can be said without a list of options.",
    "what is known of {S.name} is that {F1.name} {F1:is|are} {F1.value}; what could be changed is not.",
    "{F1.name} {F1:is|are} {F1.value}, but what to do about it has still to be found out.",
)
NOTHING_CLOSING = (
    "this may change when the facts do.",
    "it is worth asking again when something has changed.",
    "should the facts change, another look is worthwhile.",
    "for now, nothing needs to be done.",
    "a new search makes sense when the situation has changed.",
    "until something changes, there is nothing to act on.",
    "with other facts, the answer might be different.",
)
UNKNOWN_CLOSING = (
    "a search for options would be the next step.",
    "to learn more, have options examined.",
    "the facts alone do not tell what would help.",
    "before anything is decided, options should be examined.",
    "that does not mean that nothing can be done.",
    "as soon as options are known, they can be compared.",
    "the next step is to find out what could be changed.",
)
