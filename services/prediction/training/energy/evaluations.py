"""The figures of the card under each protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from steward.model.v1.model_pb2 import Evaluation

from services.prediction.model import LEVEL, Floats
from services.prediction.training.conformal import coverage, half_width, worst_half_width
from services.prediction.training.energy.export import OUTPUTS
from services.prediction.training.energy.features import FIELDS
from services.prediction.training.energy.intervals import Errors, nested_shape_widths, nested_widths
from services.prediction.training.energy.protocols import LeftOut, Samples
from services.prediction.training.energy.recipe import with_total
from services.prediction.training.figures import add, means, quality, r2, rmse, skill
from services.prediction.training.release import SKILL

_HEIGHT = FIELDS.index("overall_height_m")
_BASELINE = "height_and_glazing"


def evaluations(errors: Errors, twins: Mapping[int, Floats]) -> list[Evaluation]:
    """All protocols, the literature's first.

    Args:
        twins: Errors under the twin-grouped 10-fold, by seed.
    """
    measured = with_total(errors.samples.loads)
    return [
        _repeated_10_fold(errors, measured),
        _twins(errors, twins, measured),
        _shapes(errors, measured),
        _ratios(errors.ratios, measured),
    ]


def _repeated_10_fold(errors: Errors, measured: Floats) -> Evaluation:
    evaluation = Evaluation(
        protocol="repeated-10-fold",
        description="Shuffled 10-fold, three seeds, tuned and calibrated inside each fold. Every test row has twins of "
        "the same shape in the training rows: it shows interpolation between known designs and nothing else.",
        kind=Evaluation.KIND_LITERATURE,
    )
    all_errors, all_widths = [], []
    seeds = list(dict.fromkeys(fold.seed for fold in errors.folds))
    for seed in seeds:
        of_seed, widths = np.empty_like(measured), np.empty_like(measured)
        for fold in (f for f in errors.folds if f.seed == seed):
            of_seed[fold.test], widths[fold.test] = fold.errors, nested_widths(fold)
        all_errors.append(of_seed)
        all_widths.append(widths)
    by_seed = [quality(e, measured) | _interval(e, w) for e, w in zip(all_errors, all_widths, strict=True)]
    add(evaluation, OUTPUTS, means(by_seed))
    for seed, figures in zip(seeds, by_seed, strict=True):
        add(evaluation, OUTPUTS, figures, f"seed={seed}")
    for height, rows in _heights(errors.samples):
        parts = [(e[rows], w[rows]) for e, w in zip(all_errors, all_widths, strict=True)]
        figures = means([{"rmse": rmse(e), "coverage": _interval(e, w)["coverage"]} for e, w in parts])
        add(evaluation, OUTPUTS, figures, f"height={height:g}")
    return evaluation


def _twins(errors: Errors, twins: Mapping[int, Floats], measured: Floats) -> Evaluation:
    evaluation = Evaluation(
        protocol="twins-grouped-10-fold",
        description="10-fold, three seeds, tuned inside each fold; buildings that differ in orientation only stay in "
        "the same fold. Shapes are still known. `coverage_inside` is that of the shipped interval for inside.",
        kind=Evaluation.KIND_HONEST,
    )
    inside = half_width(errors.out_of_fold, LEVEL)
    by_seed = {s: quality(e, measured) | {"coverage_inside": coverage(e, inside)} for s, e in twins.items()}
    add(evaluation, OUTPUTS, means(list(by_seed.values())))
    for seed, figures in by_seed.items():
        add(evaluation, OUTPUTS, figures, f"seed={seed}")
    return evaluation


def _shapes(errors: Errors, measured: Floats) -> Evaluation:
    evaluation = Evaluation(
        protocol="leave-one-shape-out",
        description="Each of the 12 shapes by a model that has not seen it; figures over all rows together, and per "
        "shape. The code fits and chooses nothing by it, but see the limits; intervals come from an inner "
        "leave-one-shape-out over the other 11 shapes. `height_and_glazing` is least squares on height and glazing "
        "alone, `plain_boosting` XGBoost on the fields.",
        kind=Evaluation.KIND_HONEST,
    )
    own, base, plain, widths = (np.empty_like(measured) for _ in range(4))
    for shape in errors.shapes:
        own[shape.rows], base[shape.rows], plain[shape.rows] = shape.errors, shape.baseline, shape.plain
        widths[shape.rows] = nested_shape_widths(shape)
    against = {f"r2_{_BASELINE}": r2(base, measured), "r2_plain_boosting": r2(plain, measured)}
    figures = quality(own, measured) | _interval(own, widths) | _beside(own, base)
    add(evaluation, OUTPUTS, figures | against)
    for height, rows in _heights(errors.samples):
        add(evaluation, OUTPUTS, {"r2": r2(own[rows], measured[rows])} | _part(own, base, rows), f"height={height:g}")
    for shape in errors.shapes:
        within = _part(own, base, shape.rows) | {"coverage": coverage(shape.errors, widths[shape.rows])}
        add(evaluation, OUTPUTS, within, f"shape={shape.value:g}")
    return evaluation


def _ratios(ratios: Sequence[LeftOut], measured: Floats) -> Evaluation:
    evaluation = Evaluation(
        protocol="leave-one-glazing-ratio-out",
        description="The glazing ratios 0.1, 0.25 and 0.4, each by a model that has not seen it, tuned on the other "
        "rows; intervals from the other two. Shapes are known. A ratio of 0 cannot be left out.",
        kind=Evaluation.KIND_HONEST,
    )
    everything, rows = np.concatenate([r.errors for r in ratios]), np.concatenate([r.rows for r in ratios])
    others = [worst_half_width([o.errors for o in ratios if o is not r], LEVEL) for r in ratios]
    widths = np.concatenate([np.tile(w, (len(r.rows), 1)) for r, w in zip(ratios, others, strict=True)])
    add(evaluation, OUTPUTS, quality(everything, measured[rows]) | _interval(everything, widths))
    for ratio, width in zip(ratios, others, strict=True):
        figures = {"rmse": rmse(ratio.errors), "bias": ratio.errors.mean(axis=0)}
        add(
            evaluation, OUTPUTS, figures | {"coverage": coverage(ratio.errors, width)}, f"glazing_ratio={ratio.value:g}"
        )
    return evaluation


def _heights(samples: Samples) -> list[tuple[float, np.ndarray]]:
    heights = samples.inputs[:, _HEIGHT]
    return [(float(height), np.flatnonzero(heights == height)) for height in np.unique(heights)]


def _interval(errors: Floats, widths: Floats) -> dict[str, Floats]:
    return {"coverage": coverage(errors, widths), "width": 2 * widths.mean(axis=0)}


def _beside(errors: Floats, baseline: Floats) -> dict[str, Floats]:
    return {f"rmse_{_BASELINE}": rmse(baseline), f"{SKILL}{_BASELINE}": skill(errors, baseline)}


def _part(errors: Floats, baseline: Floats, rows: np.ndarray) -> dict[str, Floats]:
    own = errors[rows]
    return {"rmse": rmse(own), "bias": own.mean(axis=0)} | _beside(own, baseline[rows])
