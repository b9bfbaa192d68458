"""Where the ENB2012 data come from, and how they become the contract's (C-17, E-16)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from steward.energy.v1.building_pb2 import GlazingDistribution, Orientation

from services.prediction.training.energy import data
from services.prediction.training.energy.data import SHA256, SOURCE, DataMissing, load
from services.prediction.training.energy.features import FIELDS
from services.prediction.training.frame import FrameInvalid
from tests.prediction.training.conftest import write_csv


@pytest.fixture
def csv(tmp_path: Path, samples) -> Path:
    (tmp_path / "enb2012").mkdir()
    return write_csv(tmp_path / "enb2012" / "ENB2012_data.csv", samples)


def workbook(csv: Path) -> bytes:
    """The same data as an XLSX file as spreadsheets write it, with an empty row and an empty column."""
    head, *rows = csv.read_text().split()
    names = head.split(",")
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = "".join(f"<si><t>{name}</t></si>" for name in names)
    cells = ["".join(f'<c t="s"><v>{i}</v></c>' for i in range(len(names)))]
    cells += ["".join(f"<c><v>{v}</v></c>" for v in row.split(",")) + '<c s="1"/>' for row in rows]
    sheet = "".join(f"<row>{row}</row>" for row in [*cells, '<c s="1"/>'])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{strings}</sst>')
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{space}"><sheetData>{sheet}</sheetData></worksheet>'
        )
    return content.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(name, content)
    return outer.getvalue()


def test_codes_of_the_data_become_numbers_of_the_contracts_enums(tmp_path):
    row = "0.79,637,343,147,7,{},0.1,{},20,25\n"
    (tmp_path / "d.csv").write_text("X1,X2,X3,X4,X5,X6,X7,X8,Y1,Y2\n" + row.format(2, 1) + row.format(5, 5))
    frame = load(tmp_path / "d.csv").frame
    assert frame.orientation.tolist() == [Orientation.ORIENTATION_NORTH, Orientation.ORIENTATION_WEST]
    assert frame.glazing_distribution.tolist() == [
        GlazingDistribution.GLAZING_DISTRIBUTION_UNIFORM,
        GlazingDistribution.GLAZING_DISTRIBUTION_WEST,
    ]


@pytest.mark.parametrize("given", ["file", "folder", "environment"])
def test_data_are_found_by_path_and_by_environment(csv, samples, given):
    path = {"file": csv, "folder": csv.parent, "environment": None}[given]
    found = load(path, {"STEWARD_DATA": str(csv.parents[1])})
    assert np.allclose(found.inputs, samples.inputs)
    assert np.allclose(found.loads, samples.loads, rtol=1e-5)
    assert (len(found.sha256), found.source) == (64, f"other data than ENB2012 ({csv.name})")


@pytest.mark.parametrize("pack", [lambda content: content, lambda content: zipped("ENB2012_data.xlsx", content)])
def test_a_workbook_holds_the_same_data(csv, pack):
    packed = csv.with_name("data.bin")
    packed.write_bytes(pack(workbook(csv)))
    assert np.array_equal(load(packed).frame, load(csv).frame)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataMissing, match=r"no file .*ENB2012_data\.csv"):
        load(tmp_path)


def test_missing_columns_are_named(tmp_path):
    (tmp_path / "d.csv").write_text("X1,X2\n1,2\n")
    with pytest.raises(DataMissing, match="lacks the columns X3, X4"):
        load(tmp_path / "d.csv")


def test_data_that_break_the_contract_are_refused(csv):
    csv.write_text(csv.read_text().replace("0.98,514.5,", "0.98,600,"))
    with pytest.raises(FrameInvalid, match=r"row 0: building\.surface_is_wall_plus_two_roofs"):
        load(csv)


class TestDownload:
    @pytest.fixture(autouse=True)
    def nowhere(self, monkeypatch, tmp_path):
        monkeypatch.setattr(data, "_SHARED", tmp_path / "nowhere")

    def test_other_data_at_the_public_source_are_refused(self, monkeypatch, csv):
        monkeypatch.setattr(data, "_download", lambda: zipped("ENB2012_data.xlsx", workbook(csv)))
        with pytest.raises(DataMissing, match=f"have changed: SHA-256 .* instead of {SHA256}"):
            load(None, {})

    def test_an_archive_without_a_workbook_is_refused(self, monkeypatch):
        monkeypatch.setattr(data, "_download", lambda: zipped("readme.txt", b""))
        with pytest.raises(DataMissing, match=r"holds no \.xlsx file"):
            load(None, {})

    def test_an_unreachable_source_says_what_to_fetch(self, monkeypatch):
        def unreachable(*_, **__):
            raise OSError("no route")

        monkeypatch.setattr(data.urllib.request, "urlopen", unreachable)
        with pytest.raises(DataMissing, match=r"energy\+efficiency\.zip cannot be read \(no route\).*--data"):
            load(None, {})


@pytest.mark.data
def test_the_real_data_are_known_whatever_file_they_come_in(data_dir, tmp_path):
    csv = data_dir / "enb2012" / "ENB2012_data.csv"
    (tmp_path / "ENB2012_data.xlsx").write_bytes(workbook(csv))
    for path in (csv, tmp_path / "ENB2012_data.xlsx"):
        found = load(path)
        assert (found.source, found.sha256, len(found.frame)) == (SOURCE, SHA256, 768)
        assert list(found.frame.columns[:8]) == list(FIELDS)
