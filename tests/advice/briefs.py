"""Builders of briefs: valid by default, changed by what a test overrides."""

from __future__ import annotations

from typing import Any

from steward.advice.v1 import brief_pb2 as pb
from steward.schema.v1 import options_pb2

from services.advice import convert
from services.advice.brief import Brief

FEMININE = options_pb2.GENDER_FEMININE
NAMES = {
    "en": ("building", "heating load", "cooling load", "glazing ratio"),
    "es": ("edificio", "carga de calefacción", "carga de refrigeración", "proporción acristalada"),
}


def label(text: str, **overrides: Any) -> pb.Label:
    return pb.Label(text=text, **overrides)


def fact(id_: str = "heating", text: str = "heating load", number: float = 25.31, unit: str = "kW.h/m2") -> pb.Fact:
    return pb.Fact(id=id_, label=label(text), value=pb.Value(number=number), unit=unit)


def change(id_: str, text: str = "glazing ratio", before: Any = 0.4, after: Any = 0.1, unit: str = "1") -> pb.Change:
    def value(given: Any) -> pb.Value | None:
        if given is None:
            return None
        return pb.Value(text=given) if isinstance(given, str) else pb.Value(number=given)

    return pb.Change(id=id_, label=label(text), before=value(before), after=value(after), unit=unit)


def effect(id_: str, text: str = "heating load", before: float = 25.31, after: float = 20.12, **more: Any) -> pb.Effect:
    more.setdefault("unit", "kW.h/m2")
    return pb.Effect(id=id_, label=label(text), before=before, after=after, **more)


def option(id_: str, **overrides: Any) -> pb.Option:
    parts: dict[str, Any] = {
        "changes": [change(f"{id_}/glazing")],
        "effects": [
            effect(f"{id_}/heating", range=pb.ChangeRange(lower=-6.1, upper=-4.3)),
            effect(f"{id_}/cooling", "cooling load", 30.0, 31.5),
        ],
        **overrides,
    }
    return pb.Option(id=id_, **parts)


def brief_message(language_: str = "en", options: int = 3, **overrides: Any) -> pb.Brief:
    names = NAMES[language_]
    message = pb.Brief(
        language=language_,
        subject=label(names[0]),
        facts=[fact("heating", names[1]), fact("cooling", names[2], 30.0)],
        options=[option(f"option-{i + 1}") for i in range(options)],
        caveats=[pb.CAVEAT_EDGE_OF_TRAINING_DOMAIN],
    )
    for made in message.options:
        made.changes[0].label.text = names[3]
        made.effects[0].label.text, made.effects[1].label.text = names[1:3]
    for field, value in overrides.items():
        message.ClearField(field)
        if isinstance(value, list):
            getattr(message, field).extend(value)
        elif hasattr(value, "DESCRIPTOR"):
            getattr(message, field).CopyFrom(value)
        else:
            setattr(message, field, value)
    return message


def brief(language_: str = "en", options: int = 3, **overrides: Any) -> Brief:
    return convert.brief(brief_message(language_, options, **overrides))


def brief_message_with(options: list[pb.Option]) -> pb.Brief:
    message = brief_message(options=0)
    message.options.extend(options)
    return message
