"""Builds ONNX graphs node by node, and runs them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import xgboost
from onnx import TensorProto, helper, numpy_helper

from services.prediction.model import INPUT, Floats

_LEAF = -1


class Graph:
    """A graph from ``features`` (n, inputs) to named outputs. Values are referred to by name.

    Args:
        name: Name of the graph.
        inputs: Number of columns of ``features``.
    """

    def __init__(self, name: str, inputs: int) -> None:
        self._name = name
        self._inputs = inputs
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def floats(self, values: npt.ArrayLike) -> str:
        """A float32 constant."""
        return self._constant(np.asarray(values, np.float32))

    def integers(self, values: npt.ArrayLike) -> str:
        """An int64 constant."""
        return self._constant(np.asarray(values, np.int64))

    def node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Adds a node with one output and returns the output's name."""
        return self.nodes(operator, *inputs, names=[name or self._next(operator)], **attributes)[0]

    def split(self, value: str, sizes: Sequence[int], axis: int = 1) -> list[str]:
        """Cuts a value into pieces of the sizes along an axis."""
        names = [f"{self._next('Split')}_{piece}" for piece in range(len(sizes))]
        return self.nodes("Split", value, self.integers(sizes), names=names, axis=axis)

    def nodes(self, operator: str, *inputs: str, names: list[str], **attributes: Any) -> list[str]:
        """Adds a node with several outputs."""
        self._nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names

    def trees(self, booster: xgboost.Booster, columns: Sequence[int], value: str) -> str:
        """Adds a booster's trees, (n, 1).

        Written out here because onnxmltools gives each booster an input of its own; these share one matrix.

        Args:
            columns: Column of ``value`` that each of the booster's features is.
        """
        attributes = _tree_attributes(booster, columns)
        return self.node("TreeEnsembleRegressor", value, domain="ai.onnx.ml", **attributes)

    def serialize(self, outputs: Mapping[str, Sequence[str | int]]) -> bytes:
        """The model's bytes.

        Args:
            outputs: Shape of each output, by name.
        """
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", self._inputs])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in outputs.items()],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="steward")
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)

    def _constant(self, values: npt.NDArray[Any]) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(values, name))
        return name

    def _next(self, operator: str) -> str:
        return f"{operator.lower()}_{len(self._nodes)}"


def _tree_attributes(booster: xgboost.Booster, columns: Sequence[int]) -> dict[str, Any]:
    learner = json.loads(booster.save_raw("json"))["learner"]
    keys = (
        *("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes"),
        *("nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true"),
    )
    nodes: list[tuple[Any, ...]] = []
    leaves: list[tuple[int, int, float]] = []
    for tree_id, tree in enumerate(learner["gradient_booster"]["model"]["trees"]):
        lists = ("left_children", "right_children", "split_indices", "split_conditions", "default_left")
        for node_id, (left, right, feature, value, missing) in enumerate(zip(*map(tree.get, lists), strict=True)):
            if left == _LEAF:
                nodes.append((tree_id, node_id, 0, 0.0, "LEAF", 0, 0, 0))
                leaves.append((tree_id, node_id, value))
            else:
                nodes.append((tree_id, node_id, columns[feature], value, "BRANCH_LT", left, right, int(missing)))
    trees, ids, weights = zip(*leaves, strict=True)
    return dict(zip(keys, map(list, zip(*nodes, strict=True)), strict=True)) | {
        "target_treeids": list(trees),
        "target_nodeids": list(ids),
        "target_ids": [0] * len(leaves),
        "target_weights": list(weights),
        "n_targets": 1,
        "base_values": [float(json.loads(learner["learner_model_param"]["base_score"])[0])],
    }


def run(artifact: bytes, inputs: Floats, outputs: Iterable[str]) -> list[Floats]:
    """What a graph answers, on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(artifact, options, providers=["CPUExecutionProvider"])
    answers = session.run(list(outputs), {INPUT: np.asarray(inputs, np.float32)})
    return [answer.astype(np.float64) for answer in answers]
