"""What is read from a contract, and what a trained model depends on of it (C-19, X-1, E-9)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from steward.energy.v1 import energy_service_pb2
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.loads_pb2 import LoadPrediction
from steward.model.v1 import estimate_pb2, model_service_pb2
from steward.schema.v1 import options_pb2

from services.prediction.engine import shape_of
from services.prediction.schema import SubjectSchema, contract_digest, default_objective, outputs_of
from tests.prediction.serving import FIELDS, OUTPUTS
from tests.prediction.test_second_contract import compiled

BUILDING = SubjectSchema(Building.DESCRIPTOR)
Field = FieldDescriptorProto


def add(message: DescriptorProto, name: str, kind: int, of: str = "", unit: str = "") -> FieldDescriptorProto:
    field = message.field.add(name=name, number=len(message.field) + 1, type=kind, label=Field.LABEL_OPTIONAL)
    if of:
        field.type_name = of
    field.options.Extensions[options_pb2.field].unit = unit
    return field


def digest(change: Callable[[FileDescriptorProto], object] = lambda _: None) -> str:
    """Digest of a small contract after a change to it, in a pool of its own."""
    pool = descriptor_pool.DescriptorPool()
    for module in (options_pb2, estimate_pb2):
        for dependency in module.DESCRIPTOR.dependencies:
            pool.AddSerializedFile(dependency.serialized_pb)
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    file = FileDescriptorProto(name="tank.proto", package="test.tank", syntax="proto3")
    file.dependency.extend([options_pb2.DESCRIPTOR.name, estimate_pb2.DESCRIPTOR.name])
    crop = file.enum_type.add(name="Fluid")
    for number, name in enumerate(("FLUID_UNSPECIFIED", "FLUID_WATER", "FLUID_OIL")):
        crop.value.add(name=name, number=number)
    tank, level = file.message_type.add(name="Tank"), file.message_type.add(name="Level")
    add(tank, "depth_m", Field.TYPE_DOUBLE, unit="m")
    add(tank, "fluid", Field.TYPE_ENUM, ".test.tank.Fluid")
    add(level, "level_m", Field.TYPE_MESSAGE, ".steward.model.v1.Estimate", unit="m")
    change(file)
    pool.AddSerializedFile(file.SerializeToString())
    messages: list[Descriptor] = [pool.FindMessageTypeByName(f"test.tank.{m.name}") for m in file.message_type[:2]]
    return contract_digest(*messages)


def unit_of(message: int, field: int, unit: str) -> Callable[[FileDescriptorProto], object]:
    def change(file: FileDescriptorProto) -> None:
        file.message_type[message].field[field].options.Extensions[options_pb2.field].unit = unit

    return change


def test_the_same_contract_has_the_same_digest():
    assert digest() == digest()
    assert len(digest()) == 64


@pytest.mark.parametrize(
    "change",
    [
        unit_of(0, 0, "cm"),
        unit_of(1, 0, "cm"),
        lambda f: setattr(f.message_type[0].field[0], "type", Field.TYPE_FLOAT),
        lambda f: setattr(f.message_type[0].field[0], "name", "height_m"),
        lambda f: setattr(f.message_type[1].field[0], "name", "fill_m"),
        lambda f: setattr(f.message_type[1].field[0], "type_name", ".steward.model.v1.Interval"),
        lambda f: setattr(f.enum_type[0].value[1], "name", "FLUID_BEER"),
        lambda f: setattr(f.enum_type[0].value[2], "number", 7),
        lambda f: f.enum_type[0].value.add(name="FLUID_MILK", number=3),
        lambda f: add(f.message_type[0], "width_m", Field.TYPE_DOUBLE),
        lambda f: add(f.message_type[1], "spill_m", Field.TYPE_MESSAGE, ".steward.model.v1.Estimate"),
        lambda f: setattr(f.message_type[0], "name", "Basin"),
    ],
    ids=[
        "input's unit", "output's unit", "type", "input's name", "output's name", "message type", "enum value's name",
        "enum value's number", "new enum value", "new input", "new output", "subject's name",
    ],
)  # fmt: skip
def test_whatever_a_model_depends_on_changes_the_digest(change):
    assert digest(change) != digest()


@pytest.mark.parametrize(
    "change",
    [
        lambda f: setattr(f.message_type[0].field[0], "json_name", "depth"),
        lambda f: f.message_type.add(name="Other"),
        lambda f: setattr(f.message_type[0].field[0].options.Extensions[options_pb2.field].en, "label", "depth"),
    ],
    ids=["JSON name", "another message", "words"],
)
def test_what_a_model_does_not_depend_on_leaves_the_digest(change):
    assert digest(change) == digest()


def test_a_models_inputs_are_single_numbers_and_kinds():
    assert BUILDING.inputs == FIELDS
    assert SubjectSchema(LoadPrediction.DESCRIPTOR).inputs == ()
    assert SubjectSchema(energy_service_pb2.ReachTargetRequest.DESCRIPTOR).inputs == ("target", "assurance")


def test_levers_stand_in_the_order_of_the_contract():
    assert {name: lever.fields for name, lever in BUILDING.levers.items()} == {
        "shape": FIELDS[:5],
        "orientation": ("orientation",),
        "glazing_ratio": ("glazing_ratio",),
        "glazing_distribution": ("glazing_distribution",),
    }
    assert BUILDING.levers["shape"].values is None
    assert BUILDING.levers["orientation"].values == (1, 2, 3, 4)
    assert BUILDING.levers["glazing_ratio"].values == (0, 0.1, 0.25, 0.4)
    assert BUILDING.levers["glazing_distribution"].values == (1, 2, 3, 4, 5, 6)


def test_values_of_enums_have_names():
    assert BUILDING.enum_name("orientation", 3.0) == "ORIENTATION_SOUTH"
    assert BUILDING.enum_name("overall_height_m", 3.0) is None


def test_outputs_are_the_estimates_of_a_prediction():
    outputs = outputs_of(LoadPrediction.DESCRIPTOR)
    assert tuple(output.name for output in outputs) == OUTPUTS
    assert {output.lower_bound for output in outputs} == {0}
    assert default_objective(outputs) == "total_load_kwh_m2"
    assert default_objective(outputs[:2]) is None
    assert outputs_of(Building.DESCRIPTOR) == ()


@pytest.mark.parametrize(
    ("method", "batch"),
    [("PredictLoads", False), ("BatchPredictLoads", True), ("ExploreMeasures", None), ("ReachTarget", None)],
)
def test_the_shape_of_an_rpc_says_whether_it_needs_code(method, batch):
    service = energy_service_pb2.DESCRIPTOR.services_by_name["EnergyService"]
    shape = shape_of(service.methods_by_name[method])
    assert (None if shape is None else shape.results is not None) == batch


def test_an_rpc_without_a_model_has_no_shape():
    service = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"]
    assert [shape_of(method) for method in service.methods] == [None, None]


@pytest.fixture(scope="module")
def odd_shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MethodDescriptor]:
    text = (Path(__file__).parent / "proto" / "shapes.proto").read_text()
    compiled(tmp_path_factory.mktemp("shapes"), text, "shapes.proto")
    service = descriptor_pool.Default().FindServiceByName("steward.test.shapes.v1.ShapesService")
    return dict(service.methods_by_name)


@pytest.mark.parametrize(
    ("method", "served"),
    [
        ("Fine", True),
        ("FineBatch", True),
        ("ExtraField", False),
        ("TwoSubjects", False),
        ("NoEstimates", False),
        ("NoProvenance", False),
        ("NoError", False),
        ("OneForMany", False),
        ("NoModel", False),
    ],
)
def test_an_rpc_is_served_from_its_contract_only_if_nothing_of_it_is_odd(odd_shapes, method, served):
    assert (shape_of(odd_shapes[method]) is not None) == served
