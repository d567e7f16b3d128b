"""Keeps execution environments warm and gives each invocation one of its own."""

import os
import threading
import time
from collections.abc import Callable

from moto.core.exceptions import JsonRESTError

from localcloud.engines.functions.configuration import Configuration
from localcloud.engines.functions.environment import Environment, InvokeResult

IDLE_SECONDS = 600
MAX_ENVIRONMENTS = max(4, 2 * (os.cpu_count() or 2))  # per function; further invocations wait for one to be free


class TooManyRequestsException(JsonRESTError):  # noqa: N818 - AWS's name
    """Raised when a function is at its reserved concurrency."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


class Pool:
    """The environments of one function version."""

    def __init__(self, create: Callable[[Configuration], Environment]) -> None:
        self._create = create
        self._free: list[Environment] = []
        self._running = 0
        self._all: set[Environment] = set()
        self._changed = threading.Condition()

    def run(self, configuration: Configuration, payload: bytes, *, wait: bool = False) -> InvokeResult:
        """Runs one invocation; at the reserved concurrency it waits for its turn or raises TooManyRequestsException."""
        environment = self._acquire(configuration, wait)
        try:
            if environment is None:
                environment = self._create(configuration)
                self._all.add(environment)
            return environment.run(payload)
        finally:
            self._release(environment)

    def close(self) -> None:
        """Ends every environment."""
        with self._changed:
            environments, self._all = self._all, set()
            self._free.clear()
        for environment in environments:
            environment.close()

    def _acquire(self, configuration: Configuration, wait: bool) -> Environment | None:
        reserved = configuration.reserved_concurrency
        with self._changed:
            while self._running >= (MAX_ENVIRONMENTS if reserved is None else min(reserved, MAX_ENVIRONMENTS)):
                if reserved is not None and self._running >= reserved and not wait:
                    raise TooManyRequestsException
                self._changed.wait()
            self._running += 1
            stale = [one for one in self._free if self._is_stale(one, configuration)]
            self._free = [one for one in self._free if one not in stale]
            self._all.difference_update(stale)
            found = self._free.pop() if self._free else None
        for environment in stale:
            environment.close()
        return found

    def _is_stale(self, environment: Environment, configuration: Configuration) -> bool:
        unused = time.monotonic() - environment.idle_since > IDLE_SECONDS
        return not environment.usable or unused or environment.configuration != configuration

    def _release(self, environment: Environment | None) -> None:
        with self._changed:
            self._running -= 1
            if environment is not None and environment.usable and environment in self._all:
                self._free.append(environment)
                environment = None
            elif environment is not None:
                self._all.discard(environment)
            self._changed.notify()
        if environment is not None:
            environment.close()
