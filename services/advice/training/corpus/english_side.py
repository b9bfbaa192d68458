"""English phrases for what a change does besides its main effect; the letter X is bound to the other effect."""

from __future__ import annotations

GOOD = (
    "as a [welcome|useful] side effect, {X.name} <X_falls> <X_end>.",
    "there is a [welcome|useful] side effect: {X.name} <X_falls> <X_end>.",
    "<that> also <X_lowers> <X_end>.",
    "along with [that|it], {X.name} <X_falls> <X_end>.",
    "<that> also brings <X_gain>.",
    "[on top of that|besides|beyond that|at the same time], {X.name} <X_falls> <X_end>.",
    "another point in its favour is <X_gain>.",
    "{X.name} {X:moves|move} the right way too: {X:it|they} <X_falls> <X_end>.",
    "<X_gain> [comes with it|can be had as well].",
    "{X.name} {X:is|are} helped as well, going <X_path>.",
    "it also helps that {X.name} <X_falls> <X_by>.",
)
SAME = (
    "{X.name} <X_falls> [as well|too], <X_by>.",
    "{X.name} also <X_falls>, <X_by>.",
    "so {X:does|do} {X.name}, <X_by>.",
    "the same goes for {X.name}, which <X_falls> <X_by>.",
)
"""For a good effect that goes the same way as the main one."""
BAD = (
    "[the price is|the price of this is|the drawback is|what speaks against it is] <X_gain>.",
    "on the other hand, {X.name} <X_falls> <X_end>.",
    "[in return|in exchange|against that], {X.name} <X_falls> <X_end>.",
    "[bear|keep] in mind that {X.name} <X_falls> <X_by>.",
    "the drawback: {X.name} <X_falls> <X_end>.",
    "<that> comes at the price of <X_gain>.",
    "<that> also <X_lowers>, though, <X_by>.",
    "{X.name} {X:moves|move} the wrong way, however: {X:it|they} <X_falls> <X_end>.",
    "be aware that it also <X_lowers> <X_by>.",
    "it is not without drawbacks: {X.name} <X_falls> <X_end>.",
    "weigh this against {X.name}, which <X_falls> <X_by>.",
    "not everything gets better, as {X.name} <X_falls> <X_by>.",
    "there is a trade-off with {X.name}, which <X_falls> <X_by>.",
    "keep an eye on {X.name}, which <X_falls> <X_by>.",
)
FLAT = (
    "{X.name} {X:stays|stay} where {X:it is|they are}, at {X.before}.",
    "{X.name} {X:does|do} not change.",
    "{X.name} {X:remains|remain} at {X.before}.",
    "<that> leaves {X.name} [as {X:it is|they are}|untouched|unchanged at {X.before}].",
    "[nothing changes for|there is no change in] {X.name}.",
    "{X.name} {X:is|are} not affected.",
)

# One sentence on the main effect and the other.
WITH_GOOD = (
    "<open><do>, and {E.name} <E_falls> <E_by>, [with|along with] <X_gain>.",
    "<doing> <brings> <E_gain> and, at the same time, <X_gain>.",
    "<open><do>: {E.name} <E_falls> <E_by>, and {X.name} {X:moves|move} the right way as well.",
    "with <state>, {E.name} <E_falls> <E_by> and {X.name} <X_falls> <X_by>.",
    "<open><do> to <E_lower> <E_by>; <that> also <X_lowers> <X_by>.",
    "<lead><do> to <E_lower> <E_by> and <X_lower> <X_by>.",
    "<step>: {E.name} <E_falls> <E_by>, and {X.name} <X_falls> <X_by>.",
    "by <doing>, you <E_lower> <E_by> and <X_lower> at the same time.",
    "not only {E:does|do} {E.name} <E_fall> <E_by> with <state>, {X.name} also <X_falls> <X_by>.",
)
WITH_BAD = (
    "<open><do>: {E.name} <E_falls> <E_by>, [but|though|while] {X.name} <X_falls> <X_by>.",
    "<doing> <acts> <E_by>, at the price of {X.name}, which <X_falls> <X_by>.",
    "with <state>, {E.name} <E_falls> <E_by>, [although|but|while] {X.name} <X_falls> <X_by>.",
    "<open><do> to <E_lower> <E_by>, [knowing|bearing in mind] that {X.name} <X_falls> <X_by>.",
    "<doing> [would|will] <E_lower> <E_by>; in return, {X.name} <X_falls> <X_by>.",
    "<open><do>, and weigh the <E_noun> of <E_amount> in {E.name} against <X_gain>.",
    "<doing> <brings> <E_gain>, but also <X_gain>.",
    "<step>, even though {X.name} <X_falls> <X_by>: {E.name} <E_falls> <E_by>.",
    "if <X_gain> is acceptable, <do> and so <E_lower> <E_by>.",
    "<open><do> if you accept that {X.name} <X_falls> <X_by>, because {E.name} <E_falls> <E_by>.",
)
WITH_FLAT = (
    "<doing> <acts> <E_by> and <leaves> {X.name} as {X:it is|they are}.",
    "<doing> <acts> <E_by> without [changing|touching] {X.name}.",
    "<open><do>: {E.name} <E_falls> <E_by>, while {X.name} {X:stays|stay} at {X.before}.",
    "with <state>, {E.name} <E_falls> <E_by> and {X.name} {X:does|do} not change.",
)

OF = {"good": (WITH_GOOD, GOOD), "bad": (WITH_BAD, BAD), "flat": (WITH_FLAT, FLAT)}
"""Phrases that tell it with the main effect, and phrases that tell it alone."""
