"""Loads a service when it is first used and stores it whenever it changes.

`mutating("glue")` is how engines change moto's state: it excludes every other change, and what changed is on disk when
it ends. Services are imported, patched by the engines (`when_loaded`) and filled from the state folder on first use,
whichever thread and path that comes by, so that starting the cloud stays quick.
"""

import importlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core import base_backend
from moto.core.base_backend import BackendDict, BaseBackend

from localcloud import pickling
from localcloud.errors import CloudNotRunningError
from localcloud.regions import use_known_regions
from localcloud.state import LOCK, Store, StoredBackend

use_known_regions()
logger = logging.getLogger(__name__)

ACCOUNT = "123456789012"
LAZY = {"logs", "cloudwatch"}  # stored within a second: a log line may not cost a rewrite of the log
LAZY_SECONDS = 1.0
NOT_STORED = {"moto_api", "sts", "sagemakerruntime", "instance_metadata", "dynamodbstreams", "dynamodb_v20111205"}

_MODULES = {
    "lambda": "awslambda",
    "states": "stepfunctions",
    "monitoring": "cloudwatch",
    "elasticmapreduce": "emr",
    "eventbridge": "events",
    "sagemaker-runtime": "sagemakerruntime",
}


def module_name(service: str) -> str:
    """The moto package of a service: 'lambda' → 'awslambda', 'states' → 'stepfunctions'."""
    return _MODULES.get(service, service).replace("-", "")


class _Running:
    """What a running cloud has open; there is one per process, because moto's backends are global."""

    def __init__(self) -> None:
        self.store: Store | None = None
        self.loaded: set[str] = set()
        self.backends: dict[str, BackendDict[Any]] = {}
        self.depth = 0
        self.changed: set[str] = set()
        self.before: list[Callable[[], None]] = []
        self.after: list[Callable[[], None]] = []
        self.lazy: set[str] = set()
        self.parts: dict[tuple[str, str, str], dict[str, int]] = {}  # when each part that is stored was touched
        self.timer: threading.Timer | None = None
        self.loaders: dict[str, list[Callable[[], None]]] = {}
        self.recoveries: dict[str, list[Callable[[Any], None]]] = {}


_running = _Running()
_patches: dict[str, list[Callable[[], None]]] = {}
_patched: set[str] = set()


def store() -> Store:
    """The state of the running cloud."""
    if _running.store is None:
        raise CloudNotRunningError("No embedded cloud is running in this process.")
    return _running.store


def when_loaded(service: str, patch: Callable[[], None]) -> None:
    """Calls `patch` once, after the service's moto package was imported and before its state is read."""
    module = module_name(service)
    with LOCK:
        if patch in _patches.setdefault(module, []):
            return
        _patches[module].append(patch)
        if module in _patched:
            patch()


def after_loading(service: str, load: Callable[[], None]) -> None:
    """Calls `load` when the service's state was read in this run, before recovery: for state outside its pickle."""
    _running.loaders.setdefault(module_name(service), []).append(load)


def when_recovering(service: str, recover: Callable[[Any], None]) -> None:
    """Calls `recover(backend)` for every stored backend when the service is loaded: what ran has died with the process.

    Nothing of a service runs while the cloud is down, so this happens after a clean stop as well.
    """
    _running.recoveries.setdefault(module_name(service), []).append(recover)


def backends(service: str) -> "BackendDict[Any]":
    """A service's backends by account and region, loaded."""
    module = module_name(service)
    load(module)
    return _running.backends[module]


def stored(service: str) -> list[Any]:
    """A service's backends in all regions that have been used."""
    return [held for _, _, held in backends(service).iter_backends()]


def backend(service: str, region: str) -> Any:
    """A service's backend in a region; global services answer theirs for any region."""
    regions = backends(service)[ACCOUNT]
    return regions[region] if region in regions else regions["aws"]


@contextmanager
def mutating(service: str, region: str | None = None) -> Iterator[None]:
    """Excludes every other change of the state, and stores the service's backends at the end, also after an error.

    Reentrant and nestable across services: the outermost scope stores everything in one transaction. Keep long work
    (queries, processes, waiting) outside. `region` is accepted for the reader; all regions that changed are stored.
    """
    with transaction():
        load(module_name(service))
        _running.changed.add(module_name(service))
        yield


@contextmanager
def reading(service: str) -> Iterator[None]:
    """Excludes every change of the state while something is looked up."""
    with LOCK:
        load(module_name(service))
        yield


@contextmanager
def transaction() -> Iterator[None]:
    """Like `mutating`, for changes that are only rows (objects, journals) and no service's backend."""
    after: list[Callable[[], None]] = []
    try:
        with LOCK, _scope(after):
            yield
    finally:
        for callback in after:
            callback()


@contextmanager
def _scope(after: list[Callable[[], None]]) -> Iterator[None]:
    running = _running
    if running.depth == 0:
        store().begin()
    running.depth += 1
    try:
        yield
    finally:
        try:
            if running.depth == 1:
                _commit()
        finally:
            running.depth -= 1
            if running.depth == 0:
                after.extend(running.after)
                running.after.clear()


def in_scope() -> bool:
    """Whether the current thread is inside `mutating` or `transaction`; asked with the lock held."""
    return _running.depth > 0


def before_commit(callback: Callable[[], None]) -> None:
    """Calls back when the outermost scope ends, still inside its transaction; at once outside of any scope."""
    with LOCK:
        if _running.depth:
            _running.before.append(callback)
            return
        with transaction():
            callback()


def after_commit(callback: Callable[[], None]) -> None:
    """Calls back when the change is on disk and the lock is free; at once outside of any scope."""
    with LOCK:
        if _running.depth:
            _running.after.append(callback)
            return
    callback()


def _commit() -> None:
    running = _running
    try:
        while running.before or running.changed:
            callbacks, running.before = running.before, []
            for callback in callbacks:
                callback()
            changed, running.changed = running.changed, set()
            for module in sorted(changed):
                _store_or_defer(module)
    finally:
        running.before.clear()
        store().commit()


def _store_or_defer(module: str) -> None:
    if module in NOT_STORED:
        return
    if module in LAZY:
        _running.lazy.add(module)
        if _running.timer is None:
            _running.timer = threading.Timer(LAZY_SECONDS, flush)
            _running.timer.daemon = True
            _running.timer.start()
        return
    _store(module)


def _store(module: str) -> None:
    for account, region, held in list(_running.backends[module].iter_backends()):
        dumped = pickling.dump(held)
        store().save_backend(module, StoredBackend(account, region, dumped.pickled))
        known = _running.parts.setdefault((module, account, region), {})
        if not (dumped.parts or known):
            continue
        now = {name: pickling.touched(part) for name, part in dumped.parts.items()}
        changed = [name for name, touch in now.items() if known.get(name) != touch]
        rows = [(name, pickling.dump_part(held, dumped.parts[name])) for name in changed]
        store().save_parts(module, account, region, rows)
        store().remove_parts(module, account, region, known.keys() - now.keys())
        _running.parts[module, account, region] = now


def flush() -> None:
    """Stores what is stored with a delay."""
    with LOCK:
        timer, _running.timer = _running.timer, None
        if timer:
            timer.cancel()
        if _running.store is None:
            return
        waiting, _running.lazy = _running.lazy, set()
        for module in sorted(waiting):
            _store(module)


def load(module: str) -> None:
    """Imports a service, lets the engines patch it and reads its state; does nothing the second time."""
    if module in _running.loaded:
        return
    with LOCK:
        if module in _running.loaded or _running.store is None:
            return
        _running.loaded.add(module)
        try:
            found = _import(module)
        except BaseException:
            _running.loaded.discard(module)  # not half loaded: the next request meets the same error
            raise
        if found is None:
            return
        _running.backends[module] = found
        pickling.learn(found.backend)
        stored = store().backends(module)
        for row in stored:
            restored = pickling.load(row.pickled, _find, row.parts)
            dict.__setitem__(found[row.account], row.region, restored)
            parts = pickling.dump(restored).parts if row.parts else {}
            _running.parts[module, row.account, row.region] = {
                name: pickling.touched(part) for name, part in parts.items()
            }
        for callback in _running.loaders.get(module, []):
            callback()
        recoveries = _running.recoveries.get(module, [])
        if stored and recoveries:
            with mutating(module):
                for _, _, held in list(found.iter_backends()):
                    for recover in recoveries:
                        recover(held)


def _import(module: str) -> "BackendDict[Any] | None":
    package = importlib.import_module(f"moto.{module}" if module == "moto_api" else f"moto.{module}.models")
    if module not in _patched:
        for patch in _patches.get(module, []):
            patch()
        _patched.add(module)
    for value in vars(package).values():
        if isinstance(value, BackendDict) and value.backend.__module__.split(".")[1] == module:
            return value
    return None


def _find(name: pickling.BackendName) -> BaseBackend:
    module, account, region = name
    load(module)
    found: BaseBackend = _running.backends[module][account][region]
    return found


def open_state(opened: Store) -> None:
    """Starts using a state folder, with every service empty until it is loaded from there."""
    global _running
    with LOCK:
        if _running.store is not None:
            raise CloudNotRunningError("Another embedded cloud is running in this process: moto's state is global.")
        BackendDict.reset()
        _running = _Running()
        _running.store = opened
        _hook_backend_access()


def close_state() -> None:
    """Stores what is still to be stored and forgets the services."""
    global _running
    flush()
    with LOCK:
        if _running.store is not None:
            _running.store.close()
        _running = _Running()
        BackendDict.reset()


def _hook_backend_access() -> None:
    """Loads a service's state before anybody, moto included, sees its backends."""
    if base_backend.backend_lock is LOCK:
        return
    base_backend.backend_lock = LOCK
    plain_access = BackendDict.__getitem__

    def loaded_access(self: "BackendDict[Any]", account_id: str) -> Any:
        module = self.backend.__module__.split(".")[1]
        if module not in _running.loaded:
            load(module)
        return plain_access(self, account_id)

    BackendDict.__getitem__ = loaded_access  # type: ignore[method-assign]
