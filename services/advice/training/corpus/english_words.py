"""English words for effects, as rules for the letter that an effect is bound to; they are written for the letter E."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.advice.brief import Audience, Effect, Form, Size, Trend

Rules = dict[str, tuple[str, ...]]

_MOVES: Mapping[Trend, Rules] = {
    Trend.DOWN: {
        "E_falls": (
            "{E:falls|fall}",
            "{E:falls|fall}",
            "{E:drops|drop}",
            "{E:comes|come} down",
            "{E:goes|go} down",
            "{E:declines|decline}",
            "{E:decreases|decrease}",
        ),
        "E_fall": ("fall", "fall", "drop", "come down", "go down", "decline", "decrease"),
        "E_falling": ("falling", "dropping", "coming down", "going down", "declining"),
        "E_noun": ("fall", "drop", "reduction", "decrease"),
        "E_a_fall": ("a fall", "a drop", "a reduction", "a decrease"),
    },
    Trend.UP: {
        "E_falls": (
            "{E:rises|rise}",
            "{E:rises|rise}",
            "{E:goes|go} up",
            "{E:climbs|climb}",
            "{E:increases|increase}",
            "{E:grows|grow}",
        ),
        "E_fall": ("rise", "rise", "go up", "climb", "increase", "grow"),
        "E_falling": ("rising", "going up", "climbing", "increasing", "growing"),
        "E_noun": ("rise", "increase"),
        "E_a_fall": ("a rise", "an increase"),
    },
}
# Third person and infinitive, with the particle that follows the name.
_VERBS: Mapping[tuple[Trend, bool], tuple[tuple[str, str, str], ...]] = {
    (Trend.DOWN, True): (
        ("lowers", "lower", ""),
        ("reduces", "reduce", ""),
        ("cuts", "cut", ""),
        ("brings", "bring", "down"),
    ),
    (Trend.DOWN, False): (
        ("lowers", "lower", ""),
        ("reduces", "reduce", ""),
        ("takes", "take", "down"),
    ),
    (Trend.UP, True): (
        ("raises", "raise", ""),
        ("increases", "increase", ""),
        ("lifts", "lift", ""),
        ("brings", "bring", "up"),
    ),
    (Trend.UP, False): (
        ("raises", "raise", ""),
        ("increases", "increase", ""),
        ("pushes", "push", "up"),
    ),
}
_ADVERBS: Mapping[Size, Mapping[Audience, tuple[str, ...]]] = {
    Size.SLIGHT: {
        Audience.OWNER: ("a little", "slightly", "a touch"),
        Audience.OPERATOR: ("a little", "slightly"),
        Audience.EXPERT: ("slightly", "modestly"),
    },
    Size.MODERATE: {
        Audience.OWNER: ("noticeably", "clearly"),
        Audience.OPERATOR: ("clearly", "noticeably"),
        Audience.EXPERT: ("appreciably", "moderately", "noticeably"),
    },
    Size.STRONG: {
        Audience.OWNER: ("sharply", "a great deal", "markedly"),
        Audience.OPERATOR: ("sharply", "markedly"),
        Audience.EXPERT: ("substantially", "markedly", "sharply"),
    },
}
_ADJECTIVES: Mapping[Size, Mapping[Audience, tuple[str, ...]]] = {
    Size.SLIGHT: {
        Audience.OWNER: ("a small", "a slight", "a modest"),
        Audience.OPERATOR: ("a small", "a slight"),
        Audience.EXPERT: ("a slight", "a modest", "a small"),
    },
    Size.MODERATE: {
        Audience.OWNER: ("a noticeable", "a clear"),
        Audience.OPERATOR: ("a clear", "a noticeable"),
        Audience.EXPERT: ("an appreciable", "a moderate", "a noticeable"),
    },
    Size.STRONG: {
        Audience.OWNER: ("a large", "a marked", "a sharp"),
        Audience.OPERATOR: ("a large", "a sharp"),
        Audience.EXPERT: ("a substantial", "a marked", "a large"),
    },
}


def renamed(rules: Mapping[str, Sequence[str]], old: str, new: str) -> Rules:
    """The rules with another letter for an item, in their names and phrases."""

    def rename(text: str) -> str:
        for mark in (".", ":"):
            text = text.replace(f"{{{old}{mark}", f"{{{new}{mark}")
        return text.replace(f"<{old}_", f"<{new}_")

    return {
        name.replace(f"{old}_", f"{new}_", 1): tuple(rename(phrase) for phrase in phrases)
        for name, phrases in rules.items()
    }


def effect_rules(letter: str, effect: Effect, audience: Audience, *, before: bool = True) -> Rules:
    """Words for an effect that is not flat; none for one that is.

    E_falls, E_fall, E_falling and E_noun are verbs and nouns of its trend, E_lowers and its kind have its name as their
    object, E_by, E_end and E_path tell amounts, of which E_end closes a sentence, and E_gain is the effect as a noun.
    Without `before` none tells the value before.
    """
    if effect.trend is Trend.FLAT:
        return {}
    words = {
        **_MOVES[effect.trend],
        **_governing(effect),
        "E_adverb": _ADVERBS[effect.size][audience],
        "E_adjective": _ADJECTIVES[effect.size][audience],
        "E_a_big_fall": ("<E_adjective> <E_noun>",),
        "E_amount": ("{E.change}", "{E.percent}") if Form.PERCENT in effect.forms else ("{E.change}",),
        "E_short": ("by <E_amount>", "by <E_amount>", "to {E.after}"),
        "E_by": _by(effect, audience),
        "E_end": _ends(effect, audience),
        "E_path": _paths(effect),
        "E_gain": _gains(effect),
    }
    if not before:
        words = {name: tuple(text for text in texts if "{E.before}" not in text) for name, texts in words.items()}
    return renamed(words, "E", letter)


def _governing(effect: Effect) -> Rules:
    verbs = _VERBS[effect.trend, effect.good]
    rules: Rules = {}
    for position, name in enumerate(("E_lowers", "E_lower")):
        rules[name] = tuple(f"{verb[position]} {{E.name}} {verb[2]}" for verb in verbs)
    return rules


def _by(effect: Effect, audience: Audience) -> tuple[str, ...]:
    expert = audience is Audience.EXPERT
    phrases = ["by {E.change}", "by {E.change}", "from {E.before} to {E.after}"]
    phrases += ["from {E.before} to {E.after}"] if expert else ["to {E.after}"]
    if Form.PERCENT in effect.forms:
        phrases += ["by {E.percent}"] * (1 if expert else 2)
    if Form.RANGE in effect.forms and expert:
        phrases += ["by {E.range}"] * 2
    return tuple(phrases)


def _ends(effect: Effect, audience: Audience) -> tuple[str, ...]:
    """Amounts that may hold a comma, so they close a sentence."""
    phrases = ["<E_by>"] * 5 + [
        "by {E.change}, from {E.before} to {E.after}",
        "by {E.change}, to {E.after}",
        "by {E.change}, leaving {E:it|them} at {E.after}",
        "<E_adverb>, by {E.change}",
        "<E_adverb>, from {E.before} to {E.after}",
        "<E_adverb>, to {E.after}",
    ]
    if Form.PERCENT in effect.forms:
        phrases += [
            "by {E.percent}, from {E.before} to {E.after}",
            "by {E.percent}, to {E.after}",
            "by {E.percent}, leaving {E:it|them} at {E.after}",
            "by {E.change}, or {E.percent}",
            "<E_adverb>, by {E.percent}",
            "from {E.before} to {E.after}, <E_a_fall> of {E.percent}",
        ]
    if Form.RANGE in effect.forms:
        ranges = [
            "by {E.change}, most likely by {E.range}",
            "by {E.range}",
            "by {E.change}, with a verified range {E.range}",
            "<E_adverb>, by {E.range}",
        ]
        phrases += ranges * 3 if audience is Audience.EXPERT else ranges[:1]
    return tuple(phrases)


def _paths(effect: Effect) -> tuple[str, ...]:
    phrases = ["from {E.before} to {E.after}"] * 3
    if Form.PERCENT in effect.forms:
        phrases += ["from {E.before} to {E.after}, <E_a_fall> of {E.percent}"]
    return tuple(phrases)


def _gains(effect: Effect) -> tuple[str, ...]:
    phrases = [
        "<E_a_fall> of {E.change} in {E.name}",
        "<E_a_big_fall> in {E.name}",
        "<E_a_big_fall> of {E.change} in {E.name}",
        "<E_a_fall> in {E.name} from {E.before} to {E.after}",
    ]
    if Form.PERCENT in effect.forms:
        phrases += ["<E_a_fall> of {E.percent} in {E.name}", "<E_a_big_fall> of {E.percent} in {E.name}"]
    return tuple(phrases)
