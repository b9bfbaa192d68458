"""The registry: models on disk, loaded when they are first asked for, checked before they answer.

    models_dir/<model>/aliases.json               optional: {"champion": "1.0.0"}
    models_dir/<model>/<version>/model.onnx
    models_dir/<model>/<version>/card.json

Without an alias the highest version is the champion. A version that cannot be used never answers: where it is the
champion, the highest version below it that works does. New versions are seen without a restart.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steward.model.v1 import model_pb2

from services.prediction.errors import ModelBroken, ModelNotFound, ModelVersionNotFound
from services.prediction.model import Contracts, Model, read_card

_log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_RESCAN_S = 1.0

_Key = tuple[str, str]
_Stamp = tuple[int, ...]


@dataclass(slots=True)
class _Shelf:
    """What the disk holds of one model."""

    versions: dict[str, _Stamp]
    """Stamps of the files by version, the highest version first."""
    champion: str | None
    """The alias; None if there is none."""


class Registry:
    """Models of a folder. Safe to use from several threads.

    Args:
        directory: The folder; it may be empty or absent.
        contracts: Finds the contract that a model must fit.
        capacity: Versions kept in memory; the one not used for longest goes first, champions never.
        clock: Seconds that only grow.
    """

    def __init__(
        self, directory: Path, contracts: Contracts, capacity: int = 10, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory = directory
        self._contracts = contracts
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.RLock()
        self._loaded: OrderedDict[_Key, Model] = OrderedDict()
        self._stamps: dict[_Key, _Stamp] = {}
        self._broken: dict[_Key, str] = {}
        self._champions: dict[str, Model] = {}
        self._shelves: dict[str, _Shelf] = {}
        self._scanned = -_RESCAN_S
        self._rescan()

    def cached(self, model: str, version: str = "") -> Model | None:
        """The version if it is in memory, as of the last look at the disk; never blocks."""
        if not version:
            return self._champions.get(model)
        loaded = self._loaded.get((model, version))
        if loaded is not None:
            with contextlib.suppress(KeyError):  # another thread has just evicted it
                self._loaded.move_to_end((model, version))
        return loaded

    def get(self, model: str, version: str = "") -> Model:
        """The version, or the champion if ``version`` is empty; loads it if needed, which may take 100 ms.

        Raises:
            ModelNotFound: There is no such model.
            ModelVersionNotFound: The model has no such version.
            ModelBroken: The version cannot be used, or no version of the model can.
        """
        with self._lock:
            self._rescan()
            shelf = self._shelves.get(model)
            if shelf is None:
                raise ModelNotFound(model, self._shelves)
            if not version:
                return self._champions.get(model) or self._champion(model, shelf)
            if version not in shelf.versions:
                raise ModelVersionNotFound(model, version, shelf.versions)
            return self._load(model, version)

    def describe(self) -> list[model_pb2.Model]:
        """Every model with its versions and cards, sorted by name."""
        with self._lock:
            self._rescan()
            return [self._describe(name, shelf) for name, shelf in sorted(self._shelves.items())]

    def _champion(self, model: str, shelf: _Shelf) -> Model:
        problems = []
        for version in _candidates(shelf):
            try:
                loaded = self._load(model, version)
            except ModelBroken as error:
                problems.append(error)
                continue
            self._champions[model] = loaded
            return loaded
        self._champions.pop(model, None)
        raise problems[0] if problems else ModelBroken(model, "", "it has no version.")

    def _load(self, model: str, version: str) -> Model:
        key = (model, version)
        if key in self._broken:
            raise ModelBroken(model, version, self._broken[key])
        if (loaded := self._loaded.get(key)) is None:
            loaded = self._read(key)
            self._loaded[key] = loaded
            self._evict(key)
        self._loaded.move_to_end(key)
        return loaded

    def _evict(self, newest: _Key) -> None:
        # Champions stay: they would be read again at once.
        pinned = {(name, champion.card.version) for name, champion in self._champions.items()} | {newest}
        for key in [key for key in self._loaded if key not in pinned]:
            if len(self._loaded) <= self._capacity:
                return
            del self._loaded[key]
            _log.info("model unloaded", extra={"model": key[0], "version": key[1]})

    def _read(self, key: _Key) -> Model:
        started = time.perf_counter()
        try:
            loaded = self._open(*key)
        except ModelBroken as error:
            self._broken[key] = error.problem
            _log.error("model refused", extra={"model": key[0], "version": key[1], "problem": error.problem})
            raise
        milliseconds = round((time.perf_counter() - started) * 1e3, 1)
        _log.info("model loaded", extra={"model": key[0], "version": key[1], "duration_ms": milliseconds})
        return loaded

    def _open(self, model: str, version: str) -> Model:
        folder = self._directory / model / version
        contract = self._contracts(model)
        if contract is None:
            raise ModelBroken(model, version, "no RPC of the contracts names this model.")
        try:
            card = read_card(folder / "card.json")
            artifact = (folder / "model.onnx").read_bytes()
        except (ValueError, OSError) as error:
            raise ModelBroken(model, version, f"{error}.") from error
        if (card.model, card.version) != (model, version):
            raise ModelBroken(model, version, f"its card is that of {card.model} {card.version}.")
        return Model(artifact, card, contract)

    def _rescan(self) -> None:
        if self._clock() - self._scanned < _RESCAN_S:
            return
        shelves = _scan(self._directory)
        for name, shelf in shelves.items():
            if shelf != self._shelves.get(name) and shelf.champion and shelf.champion not in shelf.versions:
                _log.warning("alias of a missing version ignored", extra={"model": name, "version": shelf.champion})
        self._shelves = shelves
        stamps = {(name, v): stamp for name, shelf in self._shelves.items() for v, stamp in shelf.versions.items()}
        for key in {k for k, stamp in self._stamps.items() if stamps.get(k) != stamp}:
            # Changed or removed: whatever was known of it no longer holds. A champion serves until its successor does.
            self._loaded.pop(key, None)
            self._broken.pop(key, None)
        self._stamps = stamps
        self._scanned = self._clock()
        for name in list(self._champions):
            self._refresh_champion(name)

    def _refresh_champion(self, name: str) -> None:
        shelf = self._shelves.get(name)
        if shelf is None:
            del self._champions[name]
            return
        serving = self._champions[name]
        try:
            self._champion(name, shelf)
        except ModelBroken:
            # What is in memory was checked when it was read: it goes on serving until something better comes.
            self._champions[name] = serving

    def _describe(self, name: str, shelf: _Shelf) -> model_pb2.Model:
        champion = self._champions.get(name)
        return model_pb2.Model(
            name=f"models/{name}",
            champion=champion.card.version if champion else "",
            versions=[self._describe_version(name, version) for version in shelf.versions],
        )

    def _describe_version(self, name: str, version: str) -> model_pb2.ModelVersion:
        described = model_pb2.ModelVersion(name=f"models/{name}/versions/{version}")
        states = model_pb2.ModelVersion
        key = (name, version)
        if key in self._broken:
            described.state, described.problem = states.STATE_BROKEN, self._broken[key]
        else:
            described.state = states.STATE_LOADED if key in self._loaded else states.STATE_AVAILABLE
        try:
            described.card.CopyFrom(read_card(self._directory / name / version / "card.json"))
        except ValueError as error:
            described.state, described.problem = states.STATE_BROKEN, str(error)
        return described


def _candidates(shelf: _Shelf) -> list[str]:
    """Versions that may answer as the champion, the preferred first: the alias, those below it, those above it."""
    versions = list(shelf.versions)
    if shelf.champion not in shelf.versions:
        return versions
    place = versions.index(shelf.champion)
    return versions[place:] + versions[:place]


def _scan(directory: Path) -> dict[str, _Shelf]:
    if not directory.is_dir():
        return {}
    shelves = {}
    for folder in sorted(f for f in directory.iterdir() if _NAME.fullmatch(f.name)):
        try:
            if folder.is_dir():
                shelves[folder.name] = _Shelf(_versions(folder), _alias(folder))
        except OSError as error:  # removed while it was looked at, or not for us to read: the others go on
            _log.error("models cannot be listed", extra={"model": folder.name, "problem": str(error)})
    return shelves


def _versions(folder: Path) -> dict[str, _Stamp]:
    found = [f for f in folder.iterdir() if f.is_dir() and _VERSION.fullmatch(f.name)]
    found.sort(key=lambda f: tuple(map(int, f.name.split("."))), reverse=True)
    return {f.name: _stamp(f) for f in found}


def _stamp(folder: Path) -> _Stamp:
    stamp: list[int] = []
    for name in ("model.onnx", "card.json"):
        try:
            status = (folder / name).stat()
        except OSError:
            stamp.append(0)
        else:
            stamp += [status.st_mtime_ns, status.st_size, status.st_ino]
    return tuple(stamp)


def _alias(folder: Path) -> str | None:
    path = folder / "aliases.json"
    try:
        alias = json.loads(path.read_text()).get("champion")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        _log.error("aliases ignored", extra={"path": str(path), "problem": str(error)})
        return None
    return alias if isinstance(alias, str) else None
