"""A model card as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from steward.model.v1 import estimate_pb2
from steward.model.v1.model_pb2 import Evaluation, ModelCard

from services.prediction.model import LEVEL
from services.prediction.training.release import SKILL


def page(card: ModelCard) -> str:
    """The page; everything on it comes from the card."""
    return "\n".join(
        [
            f"# {card.model} {card.version}",
            "",
            f"{card.summary} Written by `make train` from `card.json`; do not edit.",
            "",
            *_takes(card),
            *_figures(card),
            *_applicability(card),
            *_differences(card),
            "## Limits",
            "",
            *(f"- {limit}" for limit in card.limits),
            "",
            *_made(card),
        ]
    )


def _takes(card: ModelCard) -> list[str]:
    rows = [(f"`{i.field}`", _number(i.minimum), _number(i.maximum)) for i in card.inputs]
    return [f"Takes `{card.contract}`:", "", *_table(("field", "smallest seen", "largest seen"), rows), ""]


def _figures(card: ModelCard) -> list[str]:
    lines = ["## How good it is", "", f"Each cell: {_outputs(card)}.", ""]
    for evaluation in card.evaluations:
        kind = "as the literature reports it" if evaluation.kind == Evaluation.KIND_LITERATURE else "honest"
        lines += [f"### {evaluation.protocol} ({kind})", "", evaluation.description, ""]
        slices = list(dict.fromkeys(metric.slice for metric in evaluation.metrics))
        for kind_of_slice in dict.fromkeys(s.partition("=")[0] for s in slices):
            lines += [*_figure_table(card, evaluation, [s for s in slices if s.partition("=")[0] == kind_of_slice]), ""]
    return lines


def _figure_table(card: ModelCard, evaluation: Evaluation, slices: Sequence[str]) -> list[str]:
    """One row per slice and one column per metric; the other way round for the figures of all the data."""
    cells: dict[tuple[str, str], dict[str, float]] = {}
    for metric in evaluation.metrics:
        if metric.slice in slices:
            cells.setdefault((metric.slice, metric.metric), {})[metric.output] = metric.value
    names = list(dict.fromkeys(metric for _, metric in cells))

    def cell(part: str, metric: str) -> str:
        return " / ".join(_number(cells[part, metric][output], metric) for output in card.outputs)

    if slices == [""]:
        return _table(("all rows", "figures"), [(_words(name), cell("", name)) for name in names])
    return _table(("", *map(_words, names)), [(part, *(cell(part, name) for name in names)) for part in slices])


def _applicability(card: ModelCard) -> list[str]:
    bounds = [
        (b.name, _number(b.inside_distance), _number(b.outside_distance), _number(b.measured_distance))
        for b in card.domain_bounds
    ]
    widths: dict[estimate_pb2.Domain.ValueType, dict[str, str]] = {}
    for c in card.calibrations:
        widths.setdefault(c.domain, {})[c.output] = f"±{_number(c.half_width)} ({c.measured_coverage:.1%})"
    protocols = {c.domain: c.protocol for c in card.calibrations}
    rows = [(_domain(d), " / ".join(w[o] for o in card.outputs), protocols[d]) for d, w in widths.items()]
    return [
        "## Where it applies",
        "",
        (
            "Distances in standard deviations of the training data. Inside: no distance is above the first bound. "
            "Outside: one is above the second."
        ),
        "",
        *_table(("distance", "inside up to", "outside above", "errors measured up to"), bounds),
        "",
        "Beyond the last bound intervals are widened in proportion to the distance and have level 0.",
        "",
        f"Intervals at level {LEVEL:g}, with the coverage that was measured:",
        "",
        *_table(("region", _outputs(card), "how"), rows),
        "",
    ]


def _differences(card: ModelCard) -> list[str]:
    shown = [c for c in card.difference_calibrations if c.level == LEVEL]
    sets = list(dict.fromkeys(tuple(c.levers) for c in shown))
    domains = list(dict.fromkeys(c.domain for c in shown))
    cells: dict[tuple[tuple[str, ...], estimate_pb2.Domain.ValueType], list[str]] = {}
    for c in shown:
        text = f"±{_number(c.half_width)} ({c.measured_coverage:.0%})"
        cells.setdefault((tuple(c.levers), c.domain), []).append(text)
    rows = [(", ".join(levers), *(" / ".join(cells.get((levers, d), ["-"])) for d in domains)) for levers in sets]
    return [
        "## Differences between two designs",
        "",
        (
            f"Intervals at level {LEVEL:g} of the difference, by the levers that differ and the region of the design "
            "that lies further from the training data, with the coverage that was measured:"
        ),
        "",
        *_table(("levers", *map(_domain, domains)), rows),
        "",
    ]


def _made(card: ModelCard) -> list[str]:
    training = card.training
    parity = " / ".join(f"{training.parity[output]:.1g}" for output in card.outputs)
    return [
        "## How it was made",
        "",
        training.recipe,
        "",
        f"- Data: {training.data_source}; {training.row_count} rows, SHA-256 `{training.data_sha256}`",
        *(f"- {name}: {value}" for name, value in sorted(training.parameters.items())),
        f"- Seed: {training.seed}",
        f"- Artefact less trained model, largest difference: {parity}",
        f"- Libraries: {', '.join(f'{name} {version}' for name, version in sorted(training.libraries.items()))}",
        "",
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _outputs(card: ModelCard) -> str:
    return " / ".join(f"`{output}`" for output in card.outputs)


def _domain(domain: estimate_pb2.Domain.ValueType) -> str:
    return estimate_pb2.Domain.Name(domain).removeprefix("DOMAIN_").lower()


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def _number(value: float, metric: str = "") -> str:
    if metric.startswith(("r2", "coverage", SKILL)):
        return f"{value:.4f}" if metric.startswith("r2") else f"{value:.3f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:g}"
