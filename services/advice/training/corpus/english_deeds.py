"""English words for what an option changes, alone and together; rules of one change are written for the letter C."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.advice.brief import Change, Form, Motion
from services.advice.training.corpus.english_words import Rules, renamed


@dataclass(frozen=True, slots=True)
class _Verb:
    infinitive: str
    gerund: str
    participle: str
    particle: str = ""
    valued: bool = False
    """Whether it needs the value that it leads to."""


_LOWER = _Verb("lower", "lowering", "lowered")
_REDUCE = _Verb("reduce", "reducing", "reduced")
_BRING_DOWN = _Verb("bring", "bringing", "brought", "down")
_TAKE_DOWN = _Verb("take", "taking", "taken", "down", valued=True)
_CUT = _Verb("cut", "cutting", "cut")
_RAISE = _Verb("raise", "raising", "raised")
_INCREASE = _Verb("increase", "increasing", "increased")
_BRING_UP = _Verb("bring", "bringing", "brought", "up")
_TAKE_UP = _Verb("take", "taking", "taken", "up", valued=True)
_SWITCH = _Verb("switch", "switching", "switched", valued=True)
_CHANGE = _Verb("change", "changing", "changed")
_MOVE = _Verb("move", "moving", "moved", valued=True)
_SET = _Verb("set", "setting", "set", valued=True)
_REWORK = _Verb("rework", "reworking", "reworked")
_REDESIGN = _Verb("redesign", "redesigning", "redesigned")
_RETHINK = _Verb("rethink", "rethinking", "rethought")
_REVISE = _Verb("revise", "revising", "revised")
_ADAPT = _Verb("adapt", "adapting", "adapted")

_ALONE: Mapping[Motion, tuple[_Verb, ...]] = {
    Motion.DOWN: (_LOWER, _LOWER, _REDUCE, _REDUCE, _BRING_DOWN, _TAKE_DOWN, _CUT),
    Motion.UP: (_RAISE, _RAISE, _INCREASE, _INCREASE, _BRING_UP, _TAKE_UP),
    Motion.SWITCH: (_SWITCH, _SWITCH, _CHANGE, _CHANGE, _MOVE),
    Motion.REWORK: (_REWORK, _REDESIGN, _RETHINK, _REVISE, _CHANGE, _ADAPT),
}
# By position, so that changes told together do not share a verb.
_JOINED: Mapping[Motion, tuple[tuple[_Verb, ...], ...]] = {
    Motion.DOWN: ((_LOWER, _BRING_DOWN), (_REDUCE,), (_CUT,), (_TAKE_DOWN,)),
    Motion.UP: ((_RAISE, _BRING_UP), (_INCREASE,), (_TAKE_UP,), (_RAISE,)),
    Motion.SWITCH: ((_SWITCH,), (_CHANGE,), (_SET,), (_MOVE,)),
    Motion.REWORK: ((_REWORK, _REDESIGN), (_REVISE, _RETHINK), (_ADAPT,), (_REDESIGN,)),
}


def deeds(changes: Sequence[Change]) -> Rules:
    """Words for all changes of an option together.

    do, do_short, doing, doing_short and state tell the changes; the others are words that agree with how many they are.
    """
    letters = [f"C{position + 1}" for position in range(len(changes))]
    rules: Rules = {}
    for position, (letter, change) in enumerate(zip(letters, changes, strict=True)):
        rules |= _change_rules(letter, change, position, len(changes))
    for name in ("do", "do_short", "doing", "doing_short"):
        rules[name] = (listed([f"<{letter}_{name}>" for letter in letters]), *_under_one_verb(name, letters, changes))
    rules["state"] = (listed([f"<{letter}_state>" for letter in letters]),)
    return rules | _agreeing(alone=len(changes) == 1)


def listed(parts: Sequence[str]) -> str:
    """The parts with commas and "and"."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _agreeing(*, alone: bool) -> Rules:
    return {
        "that": ("that", "this", "the change") if alone else ("that", "this", "the combination"),
        "is": ("is",) if alone else ("are",),
        "brings": ("[brings|means|gives]",) if alone else ("[bring|mean|give]",),
        "ranks": ("ranks",) if alone else ("rank",),
        "makes": ("makes",) if alone else ("make",),
        "leaves": ("leaves",) if alone else ("leave",),
    }


def _change_rules(letter: str, change: Change, position: int, count: int) -> Rules:
    verbs = _ALONE[change.motion] if count == 1 else _JOINED[change.motion][position % 4]
    valued = Form.BEFORE in change.forms
    rules = {
        "C_do": [_told(verb, verb.infinitive, valued) for verb in verbs],
        "C_doing": [_told(verb, verb.gerund, valued) for verb in verbs],
        "C_do_short": [_told_short(verb, verb.infinitive, valued) for verb in verbs],
        "C_doing_short": [_told_short(verb, verb.gerund, valued) for verb in verbs],
        "C_state": [_told(verb, "{C.name} " + verb.participle, valued, named=True) for verb in verbs],
    }
    if valued and position == 0:
        preposition = "to" if change.motion is Motion.SWITCH else "[to|at]"
        setting = f"{{C.name}} {preposition} {{C.after}} [instead of|rather than] {{C.before}}"
        rules["C_do"].append(f"set {setting}")
        rules["C_doing"].append(f"setting {setting}")
    if valued and change.motion is not Motion.SWITCH:
        rules["C_state"] += ["{C.name} at {C.after}"] * 3 + ["{C.name} at {C.after} instead of {C.before}"]
    if valued and change.motion is Motion.SWITCH:
        rules["C_state"] += ["{C.name} set to {C.after}"]
    return renamed({name: tuple(phrases) for name, phrases in rules.items()}, "C", letter)


def _told(verb: _Verb, form: str, valued: bool, *, named: bool = False) -> str:
    to = "" if not valued else "to {C.after}" if verb is _SET else "[from {C.before} to {C.after}|to {C.after}]"
    return f"{form} {'' if named else '{C.name}'} {verb.particle} {to}"


def _told_short(verb: _Verb, form: str, valued: bool) -> str:
    return f"{form} {{C.name}} {verb.particle} {'to {C.after}' if verb.valued and valued else ''}"


def _under_one_verb(name: str, letters: Sequence[str], changes: Sequence[Change]) -> tuple[str, ...]:
    """Changes that go the same way, under the same verb."""
    motion = changes[0].motion
    if len(changes) == 1 or any(change.motion is not motion for change in changes):
        return ()
    valued = all(Form.BEFORE in change.forms for change in changes)
    phrases = []
    for verb in dict.fromkeys(_ALONE[motion]):
        head = verb.gerund if name.startswith("doing") else verb.infinitive
        if valued and (verb.valued or not name.endswith("_short")):
            span = "from {C.before} to {C.after}" if len(changes) == 2 else "to {C.after}"
            parts = [f"{{C.name}} {verb.particle if not i else ''} {span}" for i in range(len(letters))]
            tail = ""
        else:
            parts, tail = ["{C.name}"] * len(letters), verb.particle
        own = [part.replace("{C.", f"{{{letter}.") for part, letter in zip(parts, letters, strict=True)]
        phrases.append(f"{head} {listed(own)} {tail}")
    return tuple(phrases)
