"""Serves tabular predictions from their contracts alone.

An RPC is served here if it names a model in its options and has one of two shapes:

    single   request:  one message field, the subject; optionally `string model_version`
             response: one message field with estimates, the prediction; a Provenance
    batch    request:  one repeated message field, the subjects; optionally `string model_version`
             response: one repeated message field whose oneof is a prediction or a google.rpc.Status; a Provenance

Everything about field names and types is worked out once, when the service starts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.status_pb2 import Status
from steward.model.v1.estimate_pb2 import Provenance
from steward.schema.v1 import options_pb2

from services.kit.contracts import file_descriptor, model_services
from services.kit.server import Behavior
from services.kit.workers import Workers
from services.prediction.batch import BatchPredictor
from services.prediction.model import Contract, Model
from services.prediction.registry import Registry
from services.prediction.schema import Shape, SubjectSchema, contract_digest, is_message, message_of, only, outputs_of
from services.prediction.wire import PredictionEncoder

INLINE_ROWS = 16
"""Rows that are predicted on the event loop: up to here a thread costs more than the prediction."""


def model_of(method: MethodDescriptor) -> str:
    """Name of the model that an RPC's options name; empty if none."""
    schema: options_pb2.MethodSchema = method.GetOptions().Extensions[options_pb2.method]
    return schema.model


def shape_of(method: MethodDescriptor) -> Shape | None:
    """The shape of an RPC that can be served from its contract; None for any other."""
    model = model_of(method)
    subjects = [f for f in method.input_type.fields if f.message_type]
    provenance = only(f for f in method.output_type.fields if is_message(f, Provenance))
    answers = [f for f in method.output_type.fields if f.message_type and not is_message(f, Provenance)]
    if not model or len(subjects) != 1 or provenance is None or len(answers) != 1:
        return None
    subject, answer = subjects[0], answers[0]
    if any(f.name != "model_version" for f in method.input_type.fields if f is not subject):
        return None
    if not subject.is_repeated and not answer.is_repeated and outputs_of(message_of(answer)):
        return Shape(model, subject, answer, None, None, provenance)
    if subject.is_repeated and answer.is_repeated:
        prediction = only(f for f in message_of(answer).fields if f.message_type and outputs_of(f.message_type))
        error = only(f for f in message_of(answer).fields if is_message(f, Status))
        if prediction and error:
            return Shape(model, subject, prediction, answer, error, provenance)
    return None


def contracts_of(services: Iterable[ServiceDescriptor]) -> dict[str, Contract]:
    """The contract of each model that an RPC of the services can be served by, by the model's name."""
    contracts = {}
    for service in services:
        for method in service.methods:
            if shape := shape_of(method):
                contracts[shape.model] = contract_of(shape)
    return contracts


def contract_of(shape: Shape) -> Contract:
    """What a model must fit to serve RPCs of the shape."""
    subject, prediction = message_of(shape.subject), message_of(shape.prediction)
    return Contract(
        subject.full_name,
        SubjectSchema(subject).inputs,
        outputs_of(prediction),
        contract_digest(subject, prediction),
    )


def services_of(contracts: FileDescriptorSet) -> list[ServiceDescriptor]:
    """The services of a descriptor set that have an RPC answered by a model."""
    return [file_descriptor(file.name).services_by_name[service.name] for file, service in model_services(contracts)]


class Engine:
    """Behaviours for RPCs that are served from their contracts.

    Args:
        registry: Where models come from.
        workers: Threads for loading models and for batches.
        cache_size: Answers of single predictions that are kept for designs that are asked about again; 0 keeps none.
    """

    def __init__(self, registry: Registry, workers: Workers, cache_size: int = 0) -> None:
        self._registry = registry
        self._workers = workers
        self._cache_size = cache_size

    async def model(self, name: str, version: str) -> Model:
        """The model, from memory if it is there.

        Raises:
            ModelNotFound, ModelVersionNotFound, ModelBroken: See `Registry.get`.
        """
        if cached := self._registry.cached(name, version):
            return cached
        return await self._workers.run(lambda: self._registry.get(name, version))

    def behavior(self, method: MethodDescriptor) -> Behavior | None:
        """What answers the RPC; None if its shape is not one that can be served from the contract."""
        shape = shape_of(method)
        if shape is None:
            return None
        return self._batch(method, shape) if shape.results else self._single(method, shape)

    def _single(self, method: MethodDescriptor, shape: Shape) -> Behavior:
        response = GetMessageClass(method.output_type)
        encoder = PredictionEncoder(
            message_of(shape.prediction), lambda sample: response(**{shape.prediction.name: sample})
        )
        subject = attrgetter(shape.subject.name)
        version = _version_getter(method)

        answers = Answers(self._cache_size)

        async def predict(request: Message, _: Any) -> bytes:
            model = await self.model(shape.model, version(request))
            inputs = model.inputs_of(subject(request))
            # A version of an artefact never changes, so what it answered once it answers always.
            key = model.provenance.version, model.provenance.artifact_sha256, inputs
            if (answer := answers.get(key)) is None:
                answer = encoder.encode(model.predict([inputs])).tobytes() + _provenance(model, response, shape)
                answers.put(key, answer)
            return answer

        return predict

    def _batch(self, method: MethodDescriptor, shape: Shape) -> Behavior:
        response = GetMessageClass(method.output_type)
        batch = BatchPredictor(shape, response, self._workers)
        version = _version_getter(method)

        def answer(model: Model, request: Message) -> bytes:
            return batch.answer(model, request) + _provenance(model, response, shape)

        async def serve(request: Message, _: Any) -> bytes:
            model = await self.model(shape.model, version(request))
            if len(batch.subjects(request)) <= INLINE_ROWS:
                return answer(model, request)
            return await self._workers.run(lambda: answer(model, request))

        return serve


class Answers:
    """The serialized answers used last.

    Args:
        size: Number of answers kept; 0 keeps none.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """The answer, if it is kept."""
        if (answer := self._answers.get(key)) is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: bytes) -> None:
        """Keeps an answer, and lets go of the one not used for longest if there are too many."""
        self._answers[key] = answer
        if len(self._answers) > self._size:
            self._answers.popitem(last=False)


def _provenance(model: Model, response: type[Message], shape: Shape) -> bytes:
    return response(**{shape.provenance.name: model.provenance}).SerializeToString()


def _version_getter(method: MethodDescriptor) -> Callable[[Message], str]:
    if "model_version" not in method.input_type.fields_by_name:
        return lambda _: ""
    return attrgetter("model_version")
