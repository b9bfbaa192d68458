"""The RPCs that every resource has, made from the contracts: List, Get, Create, Update and Delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message

from services.kit.server import Behavior
from services.maintenance.records.listing import Listing
from services.maintenance.records.records import Records
from services.maintenance.records.resources import ContractError, Resource

_T = TypeVar("_T")
Run = Callable[[Callable[[], _T]], Awaitable[_T]]
"""Runs something that waits for the database on a thread."""


class Behaviors:
    """Makes what RPCs do.

    Args:
        records: The resources.
        run: Runs what waits for the database.
    """

    def __init__(self, records: Records, run: Run[Any]) -> None:
        self._records = records
        self._run = run

    def behavior(self, method: MethodDescriptor) -> Behavior | None:
        """What an RPC does that is one of the five of a resource; None for any other.

        Raises:
            ContractError: Its messages do not fit the resource.
        """
        for resource in self._records.catalog:
            singular = resource.descriptor.name
            plural = resource.collection[0].upper() + resource.collection[1:]
            makers = {
                f"List{plural}": self._list,
                f"Get{singular}": self._get,
                f"Create{singular}": self._create,
                f"Update{singular}": self._update,
                f"Delete{singular}": self._delete,
            }
            if maker := makers.get(method.name):
                return maker(resource, method)
        return None

    def _list(self, resource: Resource, method: MethodDescriptor) -> Behavior:
        listing = Listing(self._records.catalog, resource, method.input_type, self._records.metadata)
        response, field = _class(method.output_type), _plural_field(resource)
        _expect(method.output_type, field, "next_page_token")

        async def behave(request: Any, _context: Any = None) -> Message:
            items, token = await self._run(lambda: self._records.page(listing, resource, request))
            answer: Message = response(**{field: items, "next_page_token": token})
            return answer

        return behave

    def _get(self, resource: Resource, method: MethodDescriptor) -> Behavior:
        return self._single(resource, method, lambda request: self._records.get(resource, request.name), "name")

    def _create(self, resource: Resource, method: MethodDescriptor) -> Behavior:
        field, id_ = resource.table, f"{resource.table}_id"
        return self._single(
            resource,
            method,
            lambda request: self._records.create(resource, getattr(request, field), getattr(request, id_)),
            field,
            id_,
        )

    def _update(self, resource: Resource, method: MethodDescriptor) -> Behavior:
        field = resource.table
        return self._single(
            resource,
            method,
            lambda request: self._records.update(resource, getattr(request, field), request.update_mask),
            field,
            "update_mask",
        )

    def _delete(self, resource: Resource, method: MethodDescriptor) -> Behavior:
        response = _class(method.output_type)
        _expect(method.input_type, "name", "etag")

        async def behave(request: Any, _context: Any = None) -> Message:
            await self._run(lambda: self._records.delete(resource, request.name, request.etag))
            answer: Message = response()
            return answer

        return behave

    def _single(
        self, resource: Resource, method: MethodDescriptor, act: Callable[[Any], Message], *needed: str
    ) -> Behavior:
        """The behavior of an RPC that returns one resource."""
        response, field = _class(method.output_type), resource.table
        _expect(method.input_type, *needed)
        _expect(method.output_type, field)

        async def behave(request: Any, _context: Any = None) -> Message:
            answer: Message = response(**{field: await self._run(lambda: act(request))})
            return answer

        return behave


def _class(descriptor: Descriptor) -> Any:
    return message_factory.GetMessageClass(descriptor)


def _expect(descriptor: Descriptor, *names: str) -> None:
    for name in names:
        if name not in descriptor.fields_by_name:
            raise ContractError(f"{descriptor.full_name} has no field {name!r}.")


def _plural_field(resource: Resource) -> str:
    """The field of a list's items, such as "work_orders"."""
    stem = resource.collection.removeprefix(resource.singular)
    if resource.collection.startswith(resource.singular):
        return resource.table + stem
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in resource.collection)
