"""Resources, created, read, changed and deleted so that no writer overwrites another's work unawares."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from protovalidate import Validator

from services.kit.violations import invalid_request
from services.maintenance.records.database import Database
from services.maintenance.records.errors import ResourceChanged, ResourceNotFound, field_error
from services.maintenance.records.listing import Listing, size_of
from services.maintenance.records.resources import CREATE_TIME, ETAG, NAME, UPDATE_TIME, Catalog, Resource, id_in
from services.maintenance.records.store import Store
from services.maintenance.records.tables import tables

_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 12
_KEPT = (NAME, ETAG, CREATE_TIME, UPDATE_TIME)
_ALL = "*"


class Rules:
    """What holds for a kind of resource beyond what its contract says; nothing, by default."""

    def settle(self, store: Store, before: Any, after: Any) -> None:
        """Refuses a change, or sets what follows from it.

        Args:
            store: The transaction.
            before: The resource as it is; None if it is created.
            after: The resource as it is to be, to be changed in place.

        Raises:
            DomainError: The change is refused.
        """

    def follow(self, store: Store, before: Any, after: Any) -> None:
        """Changes what follows from a change, once that has been written.

        Args:
            store: The transaction.
            before: The resource as it was; None if it is created.
            after: The resource as it is; None if it is deleted.
        """


class Records:
    """All resources. Its methods wait for the database, so they are called on threads.

    Args:
        database: Where they are kept.
        catalog: Their kinds.
        rules: What holds for them beyond their contracts, by their types.
        now: The time.
    """

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        rules: Mapping[str, Rules],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database = database
        self.catalog = catalog
        self.metadata = tables(catalog)
        self._rules = rules
        self._now = now
        self._validator = Validator()

    def store(self, connection: sa.Connection) -> Store:
        """The tables within a transaction."""
        return Store(connection, self.catalog, self.metadata)

    def get(self, resource: Resource, name: str) -> Any:
        """The resource of a name.

        Raises:
            ResourceNotFound: There is none.
        """
        with self.database.reading() as connection:
            return self._existing(self.store(connection), resource, name)

    def page(self, listing: Listing, resource: Resource, request: Any) -> tuple[list[Any], str]:
        """The resources of one page and the token of the next, empty if there is none.

        Raises:
            InvalidRequest: A field of the request is wrong.
        """
        with self.database.reading() as connection:
            store = self.store(connection)
            statement, order = listing.statement(request, connection)
            rows = list(connection.execute(statement).mappings())
        page = rows[: size_of(request)]
        token = listing.token(request, order, page[-1]) if len(rows) > len(page) else ""
        return [store.message(resource, row) for row in page], token

    def create(self, resource: Resource, message: Message, id_: str = "") -> Any:
        """Adds a resource and returns it as it is kept.

        Args:
            resource: Its kind.
            message: What it is; what only the service sets is left out of account.
            id_: Last part of its name; made up if empty.

        Raises:
            ResourceExists: There is one of the name.
            InvalidRequest: A field is wrong.
        """
        created: Any = type(message)()
        created.CopyFrom(message)
        for field in resource.fields.values():
            if field.is_output or field.name in _KEPT:
                created.ClearField(field.name)
        created.name = resource.name(id_ or new_id())
        with self.database.writing() as connection:
            self.add(self.store(connection), resource, created)
        return created

    def add(self, store: Store, resource: Resource, message: Any) -> None:
        """Adds a resource within a transaction: its name is given, its state and times are set.

        Raises:
            ResourceExists: There is one of the name.
            InvalidRequest: A field is wrong.
        """
        self._settle(store, resource, None, message)
        message.etag = "1"
        message.create_time.FromDatetime(self._now())
        message.update_time.CopyFrom(message.create_time)
        store.insert(resource, message)
        self._follow(store, resource, None, message)

    def update(self, resource: Resource, message: Any, mask: FieldMask) -> Any:
        """Changes fields of a resource and returns it as it is kept.

        Args:
            resource: Its kind.
            message: Its name, the fields' values, and the etag of the state that the change rests on, if that matters.
            mask: Names of the fields; those that are set if empty, all that can be if "*".

        Raises:
            ResourceNotFound: There is none of the name.
            ResourceChanged: It is not in the state of the etag.
            InvalidRequest: A field is wrong.
        """
        paths = _paths(resource, message, mask)
        for path in paths:
            if "." in path:  # fields of what is not there would be passed over
                getattr(message, path.partition(".")[0]).SetInParent()

        def change(_store: Store, after: Any) -> None:
            FieldMask(paths=paths).MergeMessage(message, after, replace_message_field=True, replace_repeated_field=True)

        return self.change(resource, message.name, message.etag, change)

    def change(self, resource: Resource, name: str, etag: str, change: Callable[[Store, Any], None]) -> Any:
        """Changes a resource in a transaction of its own and returns it as it is kept.

        Args:
            resource: Its kind.
            name: Its name.
            etag: The state that the change rests on; any if empty.
            change: Changes it in place.

        Raises:
            ResourceNotFound: There is none of the name.
            ResourceChanged: It is not in the state of the etag.
            DomainError: The change is refused.
        """
        with self.database.writing() as connection:
            store = self.store(connection)
            before = self._existing(store, resource, name, lock=True)
            _check_etag(before, etag)
            after: Any = type(before)()
            after.CopyFrom(before)
            change(store, after)
            if after == before:
                return before
            self.put(store, resource, before, after)
            return after

    def put(self, store: Store, resource: Resource, before: Any, after: Any) -> None:
        """Writes the new state of a resource within a transaction that has locked it.

        Raises:
            DomainError: The change is refused.
        """
        self._settle(store, resource, before, after)
        after.etag = str(int(before.etag) + 1)
        after.update_time.FromDatetime(self._now())
        store.replace(resource, after)
        self._follow(store, resource, before, after)

    def delete(self, resource: Resource, name: str, etag: str = "") -> None:
        """Removes a resource.

        Raises:
            ResourceNotFound: There is none of the name.
            ResourceChanged: It is not in the state of the etag.
            ResourceInUse: Others refer to it.
        """
        with self.database.writing() as connection:
            store = self.store(connection)
            before = self._existing(store, resource, name, lock=True)
            _check_etag(before, etag)
            store.delete(resource, id_in(name))
            self._follow(store, resource, before, None)

    def _settle(self, store: Store, resource: Resource, before: Any, after: Any) -> None:
        violations = self._validator.collect_violations(after)
        if violations:
            raise invalid_request(violations, resource.table)
        store.check_references(resource, after)
        if rules := self._rules.get(resource.type):
            rules.settle(store, before, after)

    def _follow(self, store: Store, resource: Resource, before: Any, after: Any) -> None:
        rules = self._rules.get(resource.type)
        if rules is None:
            return
        rules.follow(store, before, after)
        if after is not None:
            id_ = resource.id_of(after.name)
            assert id_
            after.CopyFrom(store.read(resource, id_))

    def _existing(self, store: Store, resource: Resource, name: str, *, lock: bool = False) -> Any:
        message = store.read(resource, resource.checked_id(name, "name"), lock=lock)
        if message is None:
            raise ResourceNotFound(name)
        return message


def new_id() -> str:
    """An id that nobody has: 60 random bits, without letters that look alike."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def _check_etag(message: Any, etag: str) -> None:
    if etag and etag != message.etag:
        raise ResourceChanged(message.name, message.etag)


def _paths(resource: Resource, message: Message, mask: FieldMask) -> list[str]:
    """The fields to change."""
    open_ = [field.name for field in resource.fields.values() if not field.is_output and field.name not in _KEPT]
    if _ALL in mask.paths:
        return open_
    if not mask.paths:
        given = {descriptor.name for descriptor, _ in message.ListFields()}
        return [name for name in open_ if name in given]
    for path in mask.paths:
        top = path.partition(".")[0]
        if top not in resource.fields or not FieldMask(paths=[path]).IsValidForDescriptor(resource.descriptor):
            raise field_error("update_mask", f"{path[:80]!r} is no field; the fields are {', '.join(open_)}")
        if top not in open_:
            raise field_error("update_mask", f"{path!r} cannot be changed; leave it out")
    return list(mask.paths)
