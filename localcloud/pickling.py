"""Turns a moto backend into bytes and back, including the few things in it that pickle refuses.

References from one backend to another become names, so that each is stored once, in its own row.
"""

import io
import pickle
import sys
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from moto.core.base_backend import BaseBackend

from localcloud.errors import StateNotPicklableError

BackendName = tuple[str, str, str]  # moto module, account, region

_LOCK_TYPES = {type(threading.RLock()): threading.RLock, type(threading.Lock()): threading.Lock}


def module_of(backend: object) -> str:
    """The moto package a backend belongs to: 's3', 'awslambda', …"""
    return type(backend).__module__.split(".")[1]


class _BackendPickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, root: BaseBackend) -> None:
        super().__init__(stream, protocol=5)
        self._root = root

    def persistent_id(self, value: Any) -> BackendName | None:
        if isinstance(value, BaseBackend) and value is not self._root:
            return module_of(value), value.account_id, value.region_name
        return None

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind in _LOCK_TYPES:
            return _LOCK_TYPES[kind], ()
        if kind is defaultdict and getattr(value.default_factory, "__name__", "") == "<lambda>":
            return defaultdict, (_named_factory(value.default_factory),), None, None, iter(value.items())
        if kind is threading.Condition:
            return threading.Condition, ()
        if kind is weakref.WeakValueDictionary:
            return _weak_dictionary, (dict(value),)
        if kind.__module__.startswith("cryptography.") and hasattr(value, "private_bytes"):
            return _private_key, (_der(value),)
        return NotImplemented


def dump(backend: BaseBackend) -> bytes:
    """A backend as bytes; StateNotPicklableError if it holds something that cannot be stored."""
    stream = io.BytesIO()
    try:
        _BackendPickler(stream, backend).dump(backend)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise StateNotPicklableError(f"The state of {module_of(backend)} cannot be stored: {error}") from error
    return stream.getvalue()


class _BackendUnpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, find: Callable[[BackendName], BaseBackend]) -> None:
        super().__init__(stream)
        self._find = find

    def persistent_load(self, name: BackendName) -> BaseBackend:
        return self._find(name)


def load(pickled: bytes, find: Callable[[BackendName], BaseBackend]) -> BaseBackend:
    """The backend that `dump` stored; `find` answers the other backends it refers to."""
    backend = _BackendUnpickler(io.BytesIO(pickled), find).load()
    if not isinstance(backend, BaseBackend):
        raise StateNotPicklableError(f"The stored state holds a {type(backend).__name__}, not a backend.")
    return backend


class _Nested:
    """Makes the inner dictionaries of a dictionary of dictionaries, as a lambda would, but can be stored."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self) -> "defaultdict[Any, Any]":
        return defaultdict(self.inner)


def _named_factory(factory: Callable[[], Any]) -> Any:
    """What makes the same default values as a lambda does."""
    sample = factory()
    if isinstance(sample, defaultdict):
        inner = sample.default_factory
        return _Nested(_named_factory(inner) if inner and inner.__name__ == "<lambda>" else inner)
    if sample or type(sample) not in (dict, list, set, int, float, str):
        raise pickle.PicklingError(f"a default of {sample!r} cannot be stored")
    return type(sample)


def _weak_dictionary(items: dict[Any, Any]) -> "weakref.WeakValueDictionary[Any, Any]":
    return weakref.WeakValueDictionary(items)


def _der(key: Any) -> bytes:
    serialization = sys.modules["cryptography.hazmat.primitives.serialization"]
    der: bytes = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return der


def _private_key(der: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(der, password=None)
