"""Files as spreadsheets and others write them: read whole, with what is wrong named by row and column."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steward.errors.v1 import reason_pb2 as reasons
from steward.maintenance.v1 import work_order_pb2 as order_pb

from services.kit.errors import InvalidRequest
from services.maintenance.app import all_messages
from services.maintenance.exchange.command import run as command
from services.maintenance.exchange.importer import Importer
from services.maintenance.exchange.problems import Problem
from services.maintenance.exchange.profiles import PROFILES, files
from services.maintenance.exchange.sheet import harmless, read_bytes, undone
from services.maintenance.migrations import migrate
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog
from services.maintenance.rules import RULES
from tests.maintenance.exchanging import at, counts, places, referred_to, rows, take, the, without_counters
from tests.maintenance.made import kind, plant, records_in


@pytest.fixture
def plant_records(records: Records) -> Records:
    plant(records)
    return records


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_files_are_read_as_spreadsheets_write_them(separator: str, end: str, bom: str):
    lines = [["name", " title ", ""], ["a", f'"x{end}y{separator}""z"""', ""], ["", " ", ""], [], ["b", "é", ""]]
    sheet = read_bytes((bom + end.join(map(separator.join, lines)) + end).encode())
    assert (sheet.columns, sheet.problems.count) == (["name", "title"], 0)
    assert sheet.rows == [(2, ["a", f'x{end}y{separator}"z"']), (6, ["b", "é"])]


def test_bad_rows_are_named_by_the_line_on_which_they_begin():
    sheet = read_bytes(
        b'name,title\nshort\n"two\nlines",x,y\na,"b"c\nb,caf\xe9\nc,nul\0\nok,"two\nlines"\nd,"never closed\ne,f\n'
    )
    assert [(problem.line, problem.column) for problem in sheet.problems.shown] == [
        (2, ""),
        (3, ""),
        (5, ""),
        (6, "title"),
        (7, "title"),
        (10, ""),
    ]
    assert "0xe9, which is not UTF-8" in sheet.problems.shown[3].message
    assert "NUL" in sheet.problems.shown[4].message
    assert sheet.rows == [(8, ["ok", "two\nlines"])]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "no header"),
        (b"\n\nname,,title\n", 3, "column 2 has no name"),
        (b"name,title,name\n", 1, "'name' already"),
        (b"na\xefve\n", 1, "0xef"),
        ("name\n".encode("utf-16"), 1, "UTF-16"),
        (b'"name\n', 1, "close every quote"),
        (b"n," * 1001 + b"n", 1, "1002 columns"),
        (b"n" * 201, 1, "more than 200 letters"),
    ],
)
def test_a_header_that_cannot_be_read_is_told(data: bytes, line: int, message: str):
    sheet = read_bytes(data)
    assert (sheet.is_readable, sheet.rows, sheet.problems.shown[0].line) == (False, (), line)
    assert message in sheet.problems.shown[0].message


@given(st.text(st.sampled_from("'=+-@\t\r\n\uff1da1, \""), max_size=8))
def test_nothing_that_is_handed_out_is_a_formula_and_the_text_comes_back(text: str):
    cell = harmless(text)
    assert undone(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))


def order_fields(records: Records, column: str, cell: str, **options: Any) -> Any:
    """What the field of a column becomes, or the problem."""
    csv = f'title,asset,type,{column}\n"T",pump,corrective,"{cell}"\n'
    outcome = take(records, "WorkOrder", csv, skip_invalid=True, **options)
    if outcome.problems.count:
        return the(outcome)
    (row,) = rows(records)["work_order"]
    return row


@pytest.mark.parametrize(
    ("column", "cell", "stored"),
    [
        ("estimatedH", "1.5", 1.5),
        ("estimated_h", " 2 ", 2.0),
        ("estimatedH", "1e2", 100.0),
        ("priority", "high", 3),
        ("priority", "WORK_ORDER_PRIORITY_HIGH", 3),
        ("state", "Open", 1),
        ("failureMode", "external-leakage utility", 5),
        ("priority", "unspecified", None),
        ("demo", "VERDADERO", True),
        ("demo", "no", False),
        ("site", "nowhere", "north"),
        ("dueTime", "2026-07-01T08:00:00+05:00", datetime(2026, 7, 1, 3, tzinfo=UTC)),
        ("dueTime", "2026-07-01 08:00", datetime(2026, 7, 1, 6, tzinfo=UTC)),
        ("dueTime", "2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("description", "'=1+1", "=1+1"),
        ("description", "'tis", "'tis"),
        ("checklist", '[{""text"": ""Look"", ""done"": true}]', [{"text": "Look", "done": True}]),
    ],
)
def test_cells_become_values(plant_records: Records, column: str, cell: str, stored: Any):
    row = order_fields(plant_records, column, cell)
    assert not isinstance(row, Problem), row.message
    name = {"estimatedH": "estimated_h", "failureMode": "failure_mode", "dueTime": "due_time", "site": "site_id"}
    assert row[name.get(column, column)] == stored


@pytest.mark.parametrize(
    ("column", "cell", "reason", "message"),
    [
        ("estimatedH", "1,5", reasons.REASON_FIELD_WRONG_TYPE, "decimal comma, say so in the mapping"),
        ("estimatedH", "nan", reasons.REASON_FIELD_WRONG_TYPE, "no number"),
        ("estimatedH", "1e999", reasons.REASON_FIELD_WRONG_TYPE, "too large"),
        ("estimatedH", "-1", reasons.REASON_FIELD_OUT_OF_RANGE, "greater than"),
        ("priority", "soon", reasons.REASON_FIELD_WRONG_TYPE, "'soon' is none of LOW, MEDIUM, HIGH, URGENT"),
        ("failureMode", "soon", reasons.REASON_FIELD_WRONG_TYPE, "or another of 30"),
        ("demo", "perhaps", reasons.REASON_FIELD_WRONG_TYPE, "neither true nor false"),
        ("dueTime", "31/12/2026", reasons.REASON_FIELD_WRONG_TYPE, "ISO 8601"),
        ("dueTime", "0001-01-01", reasons.REASON_FIELD_WRONG_TYPE, "ISO 8601"),
        ("assignee", "Ana Ruiz", reasons.REASON_FIELD_INVALID, 'such as "people/'),
        ("assignee", "assets/pump", reasons.REASON_FIELD_INVALID, 'such as "people/'),
        ("assignee", "ana", reasons.REASON_REFERENCE_NOT_FOUND, "there is no people/ana"),
        ("checklist", "Look", reasons.REASON_FIELD_WRONG_TYPE, "no JSON list"),
        ("checklist", '[{""txt"": 1}]', reasons.REASON_FIELD_WRONG_TYPE, "no checklist in JSON"),
        ("checklist", "[{}]", reasons.REASON_FIELD_REQUIRED, "required"),
        ("checklist", "[" * 100_000, reasons.REASON_FIELD_WRONG_TYPE, "no JSON list"),
        ("description", "caf\ufffd", reasons.REASON_FIELD_INVALID, "UTF-8"),
        ("state", "completed", None, ""),
    ],
)
def test_a_cell_without_a_value_is_told(
    plant_records: Records, column: str, cell: str, reason: int | None, message: str
):
    found = order_fields(plant_records, column, cell)
    if reason is None:
        assert not isinstance(found, Problem)
        return
    assert (found.line, found.column, found.reason) == (2, column, reason)
    assert message in found.message


def test_a_time_without_a_zone_needs_a_site(records: Records):
    outcome = take(records, "Person", "displayName,createTime\nAna,2026-01-01\nEva,2026-01-01T00:00Z\n")
    assert places(outcome) == [(2, "createTime", "create_time")]
    assert "no site whose clock counts" in the(outcome).message
    take(records, "Site", "name,displayName,timeZone,createTime\nn,N,Europe/Madrid,2026-01-01\n")
    assert records.get(kind(records, "Site"), "sites/n").create_time == at(2025, 12, 31, 23)


def test_a_foreign_file_comes_in_by_a_mapping(plant_records: Records):
    records = plant_records
    csv = (
        'Nr;Máquina;Fecha;Coste;Tipo;Nota\n"7/B";PUMP;31/12/2025 08:30;1.234,5;MC;{x}\n8;pump;-;-;MP;-\n9;pump;-;7;?;\n'
    )
    mapping: dict[str, Any] = {
        "blanks": ["-"],
        "decimalComma": True,
        "timeFormat": "%d/%m/%Y %H:%M",
        "fields": [
            {"field": "name", "value": "OT {Nr}"},
            {"field": "title", "value": "{{{Tipo}}} line {#}: {Nota}"},
            {"field": "description", "value": "Note: {Nota}"},
            {"field": "asset", "value": "{Máquina}"},
            {"field": "type", "value": "{Tipo}", "translations": {"MC": "corrective", "MP": "preventive"}},
            {"field": "priority", "value": "low"},
            {"field": "failureMode", "value": "{Tipo}", "translations": {"MC": "breakdown"}, "otherwise": ""},
            {"field": "reportTime", "value": "{Fecha}"},
            {"field": "cost", "value": "{Coste}"},
        ],
    }
    outcome = take(records, "WorkOrder", csv, mapping)
    assert [(problem.line, problem.column, problem.field) for problem in outcome.problems.shown] == [
        (4, "Tipo", "type")
    ]
    outcome = take(records, "WorkOrder", csv.replace("?", "MP"), mapping)
    assert (counts(outcome), outcome.ignored) == ((3, 0, 0, 0), [])
    order = records.get(kind(records, "WorkOrder"), "workOrders/ot-7-b")
    assert (order.title, order.description, order.cost) == ("{MC} line 2: {x}", "Note: {x}", 1234.5)
    assert order.report_time == at(2025, 12, 31, 7, 30)
    assert (order.failure_mode, order.priority) == (2, order_pb.WORK_ORDER_PRIORITY_LOW)
    order = records.get(kind(records, "WorkOrder"), "workOrders/ot-8")
    assert (order.description, order.HasField("cost"), order.HasField("report_time"), order.failure_mode) == (
        "",
        False,
        False,
        0,
    )


def test_a_mapping_without_fields_says_how_values_are_written(plant_records: Records):
    found = order_fields(plant_records, "estimatedH", "1,5", mapping={"decimalComma": True})
    assert found["estimated_h"] == 1.5
    take(plant_records, "Part", "displayName;unitCost\nS;1.5\n", {"decimalComma": True})
    assert (
        "no number with a decimal comma"
        in the(take(plant_records, "Part", "displayName;unitCost\nS;1.5\n", {"decimalComma": True})).message
    )


def test_a_mapping_cannot_blow_a_file_up(plant_records: Records):
    mapping = {"fields": [{"field": "title", "value": "{A}" * 50}]}
    problem = the(take(plant_records, "WorkOrder", f"A\n{'x' * 50_000}\n", mapping))
    assert "more than 1000000 letters" in problem.message


@pytest.mark.parametrize("form", ["%Q", "%d/%d/%Y", "%", "noon", "%H:%M"])
def test_a_form_of_times_that_is_none_is_refused(records: Records, form: str):
    with pytest.raises(InvalidRequest, match=r"mapping\.time_format"):
        take(records, "Asset", "createTime\nnoon\n", {"timeFormat": form})


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        ([{"field": "colour"}], "mapping.fields[0].field", "no field of assets"),
        ([{"field": "nextMaintenanceTime"}], "mapping.fields[0].field", "no field of assets that can be set"),
        ([{"field": "model", "value": "{Model}"}], "mapping.fields[0].value", "columns are A, B"),
        ([{"field": "model", "value": "{A"}], "mapping.fields[0].value", "without its counterpart"),
        ([{"field": "model"}, {"field": "model"}], "mapping.fields[1].field", "set by another one"),
        ([{"field": "model", "value": "{A}" * 51}], "mapping.fields[0].value", "more than 50 columns"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    records: Records, fields: list[dict[str, Any]], place: str, message: str
):
    with pytest.raises(InvalidRequest, match=message) as refusal:
        take(records, "Asset", "A,B\n1,2\n", {"fields": fields})
    assert refusal.value.violations[0].field == place


def test_everything_goes_to_a_folder_and_comes_back(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    catalog = Catalog(all_messages())
    database = Database(url)
    records = records_in(database)
    migrate(database, records.metadata)
    referred_to(records)
    before = rows(records)
    database.close()
    folder = tmp_path / "folder"
    assert command(catalog, ["--database", url, "export", str(folder)]) == 0
    assert {path.stem for path in folder.iterdir()} == {resource.collection for resource in catalog}
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert command(catalog, ["--database", other, "import", "all", str(folder), "--dry-run"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert command(catalog, ["--database", other, "import", "all", str(folder)]) == 0
    database = Database(other)
    assert without_counters(rows(records_in(database))) == without_counters(before)
    database.close()
    assert command(catalog, ["--database", other, "export", str(folder), "--site", "north"]) == 1
    (folder / "colours.csv").touch()
    assert command(catalog, ["--database", other, "import", "all", str(folder)]) == 1
    assert "colours" in capsys.readouterr().err


def test_a_file_comes_in_by_a_mapping_in_a_file(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    catalog = Catalog(all_messages())
    (tmp_path / "sites.csv").write_bytes("Name\nLogroño\nC\n".encode("latin-1"))
    fields = [{"field": "displayName", "value": "{Name}"}, {"field": "timeZone", "value": "UTC"}]
    (tmp_path / "mapping.json").write_text(json.dumps({"fields": fields}))
    arguments = ["--database", url, "import", "sites", str(tmp_path / "sites.csv")]
    arguments += ["--mapping", str(tmp_path / "mapping.json")]
    assert command(catalog, arguments) == 1
    told = capsys.readouterr()
    assert "line 2, column Name: has the byte 0xf1" in told.err
    assert "nothing was written" in told.out
    assert command(catalog, [*arguments, "--skip-invalid"]) == 0
    assert "1 created, 0 updated, 0 unchanged, 1 rejected" in capsys.readouterr().out
    assert command(catalog, ["--database", url, "import", "sites", str(tmp_path / "missing.csv")]) == 1


SETS = {
    "excavators": ("excavator_work_orders", [1, 5, 5485]),
    "aviation": ("maintnet_aviation", [1, 1, 6169]),
    "azure_pdm": ("azure_pdm", [1, 100, 761, 2543]),
}


@pytest.mark.data
@pytest.mark.parametrize("name", PROFILES)
def test_public_sets_of_data_come_in_whole_and_only_once(records: Records, data_dir: Path, name: str):
    folder, created = SETS[name]
    for expected in ([(count, 0, 0, 0) for count in created], [(0, 0, count, 0) for count in created]):
        found = files(PROFILES[name], data_dir / folder, records.catalog)
        outcomes = Importer(records, RULES).run(found)
        assert [problem for outcome in outcomes for problem in outcome.problems.shown] == []
        assert list(map(counts, outcomes)) == expected
    orders = rows(records)["work_order"]
    assert {order["state"] for order in orders} == {order_pb.WORK_ORDER_STATE_COMPLETED}
    if name == "excavators":
        (torn,) = [order for order in orders if order["title"] == "won't swing"]
        assert (torn["cost"], torn["asset_id"], torn["report_time"]) == (
            94.63,
            "excavator-b",
            datetime(2003, 12, 31, tzinfo=UTC),
        )
        assert sum(order["cost"] is None for order in orders) == 6
