"""Turns a moto backend into bytes and back, including the few things in it that pickle refuses.

References from one backend to another become names, so that each is stored once, in its own row. Every change stores
a backend, so this must be quick: what needs care is found by exact type, in a table that pickle looks up itself.

Where a backend holds many large things of which a change touches one, their class is registered (`store_apart`): each
becomes a part, a row of its own, and is pickled only when it was touched since it was stored.
"""

import copyreg
import io
import itertools
import pickle
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from moto.core.base_backend import BaseBackend

from localcloud.errors import StateNotPicklableError

BackendName = tuple[str, str, str]  # moto module, account, region

TOUCHED = "_localcloud_touched"

_restoring: dict[BackendName, BaseBackend] = {}
_finders: list[Callable[[BackendName], BaseBackend]] = []
_touches = itertools.count(1)
_found_parts: list[dict[str, Any]] = []
_read_parts: list[Callable[[str], Any]] = []


@dataclass(frozen=True)
class Dumped:
    """A backend as bytes, and its parts by name."""

    pickled: bytes
    parts: dict[str, Any] = field(default_factory=dict)


def module_of(backend: object) -> str:
    """The moto package a backend belongs to: 's3', 'awslambda', …"""
    return type(backend).__module__.split(".")[1]


def name_of(backend: BaseBackend) -> BackendName:
    """Where a backend is found."""
    return module_of(backend), backend.account_id, backend.region_name


def learn(backend_class: type[BaseBackend]) -> None:
    """Has the backends of a class stored by name wherever another backend refers to them."""
    _TABLE[backend_class] = lambda backend: (_refer, name_of(backend))


def store_apart(part_class: type, name: Callable[[Any], str], changing: tuple[str, ...]) -> None:
    """Makes every instance of a class a part of its backend, touched by `__init__` and by the methods `changing`.

    A part must be changed by those methods only, and refer to nothing that lies outside of it.
    """
    for method in ("__init__", *changing):
        setattr(part_class, method, _touching(getattr(part_class, method)))
    _PART_NAMES[part_class] = name
    _TABLE[part_class] = _as_part


def touched(part: Any) -> int:
    """Another number after every change of a part; never one that another part has had in this process."""
    return int(part.__dict__.setdefault(TOUCHED, next(_touches)))


def dump(backend: BaseBackend) -> Dumped:
    """A backend as bytes and parts; StateNotPicklableError if it holds something that cannot be stored."""
    learn(type(backend))
    _learn_keys(backend)
    parts: dict[str, Any] = {}
    _found_parts.append(parts)
    try:
        return Dumped(_pickled(backend, (type(backend), name_of(backend)), backend.__dict__), parts)
    finally:
        _found_parts.pop()


def dump_part(backend: BaseBackend, part: Any) -> bytes:
    """One part of a backend as bytes."""
    inside = {name: value for name, value in part.__dict__.items() if name != TOUCHED}
    return _pickled(backend, type(part), inside)


def load(
    pickled: bytes, find: Callable[[BackendName], BaseBackend], parts: Mapping[str, bytes] | None = None
) -> BaseBackend:
    """The backend that `dump` stored; `find` answers the other backends it refers to."""
    unpickler = pickle.Unpickler(io.BytesIO(pickled))  # noqa: S301 - our own state folder
    backend_class, name = unpickler.load()
    backend: BaseBackend = backend_class.__new__(backend_class)
    _restoring[name] = backend
    _finders.append(find)
    _read_parts.append(lambda part: _load_part((parts or {})[part]))
    try:
        backend.__dict__.update(unpickler.load())
    finally:
        _read_parts.pop()
        _finders.pop()
        del _restoring[name]
    return backend


def _load_part(pickled: bytes) -> Any:
    unpickler = pickle.Unpickler(io.BytesIO(pickled))  # noqa: S301 - our own state folder
    part_class = unpickler.load()
    part = part_class.__new__(part_class)
    part.__dict__.update(unpickler.load())
    return part


def _pickled(backend: BaseBackend, *values: Any) -> bytes:
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.dispatch_table = {**copyreg.dispatch_table, **_TABLE}
    try:
        for value in values:
            pickler.dump(value)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise StateNotPicklableError(f"The state of {module_of(backend)} cannot be stored: {error}") from error
    return stream.getvalue()


def _touching(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def changing(self: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return method(self, *arguments, **named)
        finally:
            self.__dict__[TOUCHED] = next(_touches)

    return changing


def _as_part(part: Any) -> tuple[Any, ...]:
    name = _PART_NAMES[type(part)](part)
    _found_parts[-1][name] = part
    return _read_part, (name,)


def _read_part(name: str) -> Any:
    return _read_parts[-1](name)


def _refer(*name: str) -> BaseBackend:
    found: BackendName = (name[0], name[1], name[2])
    return _restoring[found] if found in _restoring else _finders[-1](found)


class _Nested:
    """Makes the inner dictionaries of a dictionary of dictionaries, as a lambda would, but can be stored."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self) -> "defaultdict[Any, Any]":
        return defaultdict(self.inner)


def _default_dictionary(value: "defaultdict[Any, Any]") -> tuple[Any, ...]:
    factory = value.default_factory
    if getattr(factory, "__name__", "") == "<lambda>":
        factory = _named_factory(factory)
    return defaultdict, (factory,), None, None, iter(value.items())


def _named_factory(factory: Any) -> Any:
    """What makes the same default values as a lambda does."""
    sample = factory()
    if isinstance(sample, defaultdict):
        inner = sample.default_factory
        return _Nested(_named_factory(inner) if getattr(inner, "__name__", "") == "<lambda>" else inner)
    if sample or type(sample) not in (dict, list, set, int, float, str):
        raise pickle.PicklingError(f"a default of {sample!r} cannot be stored")
    return type(sample)


def _weak_dictionary(items: dict[Any, Any]) -> "weakref.WeakValueDictionary[Any, Any]":
    return weakref.WeakValueDictionary(items)


def _learn_keys(backend: BaseBackend) -> None:
    """Private keys have types of their own, known once there is a key."""
    if module_of(backend) != "kms":
        return
    for key in vars(backend).get("keys", {}).values():
        private = getattr(getattr(key, "private_key", None), "private_key", None)
        if private is not None:
            _TABLE[type(private)] = lambda held: (_private_key, (_der(held),))


def _der(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    der: bytes = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return der


def _private_key(der: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(der, password=None)


_PART_NAMES: dict[type, Callable[[Any], str]] = {}
_TABLE: dict[type, Callable[[Any], Any]] = {
    **copyreg.dispatch_table,  # a table of one's own replaces it
    type(threading.RLock()): lambda _lock: (threading.RLock, ()),
    type(threading.Lock()): lambda _lock: (threading.Lock, ()),
    threading.Condition: lambda _condition: (threading.Condition, ()),
    weakref.WeakValueDictionary: lambda held: (_weak_dictionary, (dict(held),)),
    defaultdict: _default_dictionary,
}
