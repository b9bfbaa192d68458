"""Runs measurements and writes docs/benchmarks.md: python -m tests.bench [figure …]."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence

import uvloop

from tests.bench import advice, figures, records
from tests.bench.measure import ROOT, Result

FIGURES = {
    "predict": figures.predict_against_echo,
    "transcode": figures.transcode,
    "analyze": figures.analyze,
    "batch": figures.batch,
    "advice": advice.latency,
    "advice-four": advice.four_at_once,
    "advice-decoding": advice.decoding,
    "advice-schema": advice.schema,
    "advice-health": advice.health,
    "records": records.rest,
    "start-up": figures.start_up,
    "set-up": figures.set_up,
}

_HEAD = """# Benchmarks

Made by `make bench`. Ratios are taken within one run, because machines differ and are shared; CPU time is that of the
server's process. A figure that is missed stands here as missed.
"""


async def main(names: Sequence[str]) -> None:
    """Measures the named figures, all if none; only a run of all is written to the report."""
    results = []
    for name in names or FIGURES:
        result = await FIGURES[name]()
        results.append(result)
        print(_line(result), *(f"  - {detail}" for detail in result.details), sep="\n", flush=True)
    if not names:
        (ROOT / "docs" / "benchmarks.md").write_text(report(results))


def report(results: Sequence[Result]) -> str:
    """The report as Markdown."""
    machine = f"Last run on {os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}."
    table = ["| figure | goal | measured | met |", "|---|---|---|---|", *map(_line, results)]
    details = [
        "\n".join([f"- {result.figure}", *(f"  - {detail}" for detail in result.details)])
        for result in results
        if result.details
    ]
    return "\n".join([_HEAD, machine, "", *table, "", *details, ""])


def _line(result: Result) -> str:
    met = {True: "yes", False: "**no**", None: ""}[result.met]
    return f"| {result.figure} | {result.goal} | {result.measured} | {met} |"


if __name__ == "__main__":
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    uvloop.run(main(sys.argv[1:]))
