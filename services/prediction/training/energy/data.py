"""The ENB2012 data (Tsanas and Xifara 2012; UCI 242; CC BY 4.0) in the contract's fields and numbers."""

from __future__ import annotations

import hashlib
import io
import os
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.loads_pb2 import LoadPrediction

from services.prediction.model import Floats
from services.prediction.schema import outputs_of
from services.prediction.training.energy.features import FIELDS
from services.prediction.training.frame import frame_schema, validated

SOURCE = "ENB2012, UCI Machine Learning Repository 242, CC BY 4.0 (Tsanas and Xifara, Energy and Buildings 49, 2012)"
SHA256 = "3eb371b34400e84f7ec4fcf9938b4e191f74c226fc11e49a8f18f868cecdcf73"
"""Of the data as CSV text, whatever file they came in."""
URL = "https://archive.ics.uci.edu/static/public/242/energy+efficiency.zip"
FILE = Path("enb2012", "ENB2012_data.csv")
LOADS = ("heating_load_kwh_m2", "cooling_load_kwh_m2")

_SHARED = Path(__file__).parents[5] / "shared" / "data"
_COLUMNS = dict(zip((*(f"X{n}" for n in range(1, 9)), "Y1", "Y2"), (*FIELDS, *LOADS), strict=True))
# The data count orientations from 2 (north) and distributions from 0 (none), the contract's enums from 1.
_TO_CONTRACT = {"orientation": -1, "glazing_distribution": 1}
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class DataMissing(Exception):
    """The data cannot be had, or are not what they should be."""


@dataclass(frozen=True, slots=True)
class Data:
    """Training data that fit the contract."""

    frame: pd.DataFrame
    """One column per field of the contract and per load."""
    source: str
    sha256: str

    @property
    def inputs(self) -> Floats:
        """Values of the contract's fields, shape (n, 8)."""
        values: Floats = self.frame[list(FIELDS)].to_numpy(float)
        return values

    @property
    def loads(self) -> Floats:
        """Heating and cooling load, shape (n, 2)."""
        values: Floats = self.frame[list(LOADS)].to_numpy(float)
        return values


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Data:
    """Reads and validates the data.

    Args:
        path: A CSV or XLSX file with columns X1..X8, Y1, Y2, or a folder that holds ENB2012_data.csv. Without it:
            $STEWARD_DATA, then ../shared/data, then the public source.

    Raises:
        DataMissing: There is no such file, or it has not the data's columns.
        FrameInvalid: The data do not fit the contract.
    """
    found = _find(path, environment)
    raw = _read(found.read_bytes(), found.name) if found else _read(_download(), URL)
    if missing := sorted(set(_COLUMNS) - set(raw.columns)):
        raise DataMissing(f"{found or URL} lacks the columns {', '.join(missing)}.")
    sha256 = hashlib.sha256(raw.to_csv(index=False, lineterminator="\n").encode()).hexdigest()
    if not found and sha256 != SHA256:
        raise DataMissing(f"The data at {URL} have changed: SHA-256 {sha256} instead of {SHA256}.")
    frame = raw.rename(columns=_COLUMNS)
    for field, shift in _TO_CONTRACT.items():
        frame[field] += shift
    outputs = [o for o in outputs_of(LoadPrediction.DESCRIPTOR) if o.name in LOADS]
    frame = validated(frame, frame_schema(Building.DESCRIPTOR, outputs))
    return Data(
        frame, SOURCE if sha256 == SHA256 else f"other data than ENB2012 ({found.name if found else URL})", sha256
    )


def _find(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    if path:
        file = path / FILE.name if path.is_dir() else path
        if not file.is_file():
            raise DataMissing(f"There is no file {file}.")
        return file
    folders = [Path(environment["STEWARD_DATA"])] if environment.get("STEWARD_DATA") else []
    return next((folder / FILE for folder in (*folders, _SHARED) if (folder / FILE).is_file()), None)


def _download() -> bytes:
    try:
        with urllib.request.urlopen(URL, timeout=60) as response:
            return bytes(response.read())
    except OSError as error:
        raise DataMissing(
            f"{FILE} is neither in $STEWARD_DATA nor in {_SHARED}, and {URL} cannot be read ({error}). Fetch that file "
            "elsewhere and give its path with --data."
        ) from error


def _read(content: bytes, name: str) -> pd.DataFrame:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return pd.read_csv(io.BytesIO(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return _read_sheet(archive)
        workbook = next((n for n in names if n.endswith(".xlsx")), None)
        if workbook is None:
            raise DataMissing(f"{name} holds no .xlsx file.")
        return _read(archive.read(workbook), workbook)


def _read_sheet(archive: zipfile.ZipFile) -> pd.DataFrame:
    """The first sheet: a row of names, then rows of numbers. Cells without a value are left out."""
    strings = [
        "".join(text.text or "" for text in item.iter(f"{_SHEET}t"))
        for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - the user's own file
    ]
    rows = []
    for row in ET.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{_SHEET}row"):  # noqa: S314
        cells = [(cell.get("t"), cell.findtext(f"{_SHEET}v")) for cell in row.iter(f"{_SHEET}c")]
        values = [strings[int(v)] if kind == "s" else v for kind, v in cells if v is not None]
        if values:
            rows.append(values)
    text = "\n".join(",".join(map(str, row)) for row in rows)
    return pd.read_csv(io.StringIO(text))
