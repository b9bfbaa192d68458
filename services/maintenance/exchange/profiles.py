"""Ready-made mappings for public sets of maintenance data, each with the site and the assets that it implies.

What a set does not have stays empty. Ids are those of the set, or made of what tells its rows apart, so that it can be
imported again without doubling anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from steward.maintenance.v1 import exchange_service_pb2 as pb

from services.maintenance.exchange.batch import File
from services.maintenance.exchange.sheet import Sheet, read, read_bytes
from services.maintenance.records.resources import Catalog


@dataclass(frozen=True, slots=True)
class Step:
    """A file of a set, or rows that the set implies."""

    collection: str
    file: str = ""
    """Name of the file."""
    csv: str = ""
    """The rows, if they are in no file."""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """The ImportMapping as JSON."""
    without: str = ""
    """A file with the same columns whose rows are left out, because another step takes them."""


def _fields(**values: Any) -> list[dict[str, Any]]:
    """Mapped fields, each by the text of its value or by all that is said about it."""
    return [{"field": name, **(said if isinstance(said, dict) else {"value": said})} for name, said in values.items()]


# Hodkiewicz and Ho (2016), from NIST's Nestor: five excavators of a mine, 2001 to 2012. The cleaned file has the rows
# of the raw one, and the place within the machine and the failure that its authors' rules found in the texts.
_EXCAVATORS = (
    # Which time zone the mine is in is not said; the dates have no times.
    Step("sites", csv="name,displayName,timeZone,currencyCode\nexcavators,Excavators,UTC,AUD\n"),
    Step(
        "assets",
        csv="name,displayName,site,category\n"
        + "".join(f"excavator-{each.lower()},Excavator {each},excavators,excavator\n" for each in "ABCDE"),
    ),
    Step(
        "workOrders",
        file="excavators-cleaned.csv",
        mapping={
            "blanks": ["NA"],
            "fields": _fields(
                # Orders have no numbers, and some are alike in everything.
                name="excavator-{#}",
                # One row was torn apart at its apostrophe: "won't swing" of 2003-12-31, which cost 94.63.
                title={"value": "{OriginalShorttext}", "translations": {"won": "won't swing"}},
                description="Functional location: {FuncLocation}",
                asset="excavator-{Asset}",
                type={
                    "value": "{PMType}",
                    "translations": {
                        "PM01": "corrective",
                        "PM02": "preventive",  # planned replacements
                        "PM04": "preventive",  # improvements
                        "PM05": "preventive",  # a year's teeth for buckets
                        "PM06": "corrective",  # damage by accidents
                        "PM13": "corrective",  # repairs of exchanged parts
                        "t swing": "corrective",
                    },
                },
                state="completed",
                # The authors count running times between failures from this date. When work began or ended is not said.
                reportTime="{BscStartDate}",
                cost={
                    "value": "{Cost}",
                    # Credits are no costs.
                    "translations": {
                        "PM01": "94.63",
                        **dict.fromkeys(("-339.81", "-253.71", "-190.28", "-139.52", "-77.29", "-25.76"), ""),
                    },
                },
                failureMode={
                    "value": "{FM}",
                    "translations": {
                        "Leak": "external leakage utility",  # of oil, grease, coolant or air
                        "Leak_Unspecified": "external leakage utility",
                        "Structural Integrity": "structural deficiency",
                        "Over Temp": "overheating",
                        "Over Temp_Unspecified": "overheating",
                        "Fail to Start": "failure to start",
                        "Fail to Start_Unspecified": "failure to start",
                        "Fail to Stop": "failure to stop",
                        "Fail to Stop_Unspecified": "failure to stop",
                        "Noise": "noise",
                        "Seized": "breakdown",
                    },
                    # What else it says is no failure mode of ISO 14224, or several.
                    "otherwise": "",
                },
            ),
        },
    ),
)

# Akhbardeh, Desell and Zampieri (2020), MaintNet: a logbook of aircraft, without times.
_AVIATION = (
    Step(
        "sites",
        csv="name,displayName,timeZone,countryCode\n"
        "maintnet-aviation,University of North Dakota aviation,America/Chicago,US\n",
    ),
    # Which aircraft an entry is about is not said.
    Step("assets", csv="name,displayName,site,category\nmaintnet-aircraft,Aircraft,maintnet-aviation,aircraft\n"),
    Step(
        "workOrders",
        file="aircraft_maintenance_logs.csv",
        mapping={
            "fields": _fields(
                name="maintnet-{IDENT}",
                title="{PROBLEM}",
                resolution="{ACTION}",
                asset="maintnet-aircraft",
                type="corrective",
                state="completed",
            )
        },
    ),
)


def _replacements(component: str, type_: str) -> dict[str, Any]:
    """The mapping of a log of replaced components."""
    return {
        "fields": _fields(
            name=f"pdm-{{machineID}}-{{datetime}}-{{{component}}}",
            title=f"Replace {{{component}}}",
            asset="pdm-machine-{machineID}",
            type=type_,
            state="completed",
            # The logs tell when components were replaced, and of a failure nothing earlier.
            completeTime="{datetime}",
            reportTime="{datetime}",
        )
    }


# Simulated. Errors are left out: they stopped no machine, and nobody worked on them. So is the machines' age in years,
# because it is not said at what time.
_AZURE = (
    Step("sites", csv="name,displayName,timeZone\nazure-pdm,Azure predictive maintenance,UTC\n"),
    Step(
        "assets",
        file="PdM_machines.csv",
        mapping={
            "fields": _fields(
                name="pdm-machine-{machineID}", displayName="Machine {machineID}", site="azure-pdm", model="{model}"
            )
        },
    ),
    Step("workOrders", file="PdM_failures.csv", mapping=_replacements("failure", "corrective")),
    # Most failures are among all replacements too.
    Step(
        "workOrders",
        file="PdM_maint.csv",
        mapping=_replacements("comp", "preventive"),
        without="PdM_failures.csv",
    ),
)

PROFILES: Mapping[str, Sequence[Step]] = {
    "excavators": _EXCAVATORS,
    "aviation": _AVIATION,
    "azure_pdm": _AZURE,
}
"""By name, the steps in the order in which they are taken."""


def files(steps: Sequence[Step], folder: Path, catalog: Catalog) -> list[File]:
    """The files of a set in a folder.

    Raises:
        OSError: One is not there.
    """
    kinds = {resource.collection: resource for resource in catalog}
    return [
        File(
            kinds[step.collection], _sheet(step, folder), json_format.ParseDict(dict(step.mapping), pb.ImportMapping())
        )
        for step in steps
    ]


def _sheet(step: Step, folder: Path) -> Sheet:
    if not step.file:
        return read(step.csv)
    sheet = read_bytes((folder / step.file).read_bytes())
    if not step.without:
        return sheet
    others = {tuple(cells) for _, cells in read_bytes((folder / step.without).read_bytes()).rows}
    rows = [(line, cells) for line, cells in sheet.rows if tuple(cells) not in others]
    return Sheet(sheet.columns, sheet.header, rows, sheet.problems, sheet.is_readable)
