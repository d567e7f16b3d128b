"""Lets a branch of an execution wait for something and still stop at once when it is told to."""

import threading

from localcloud.engines.stepfunctions.errors import HaltedError


class Halt:
    """A switch for a branch and the branches within it; every wait of theirs ends when it is set."""

    def __init__(self, parent: "Halt | None" = None) -> None:
        self._lock = threading.Lock()
        self._flag = False
        self._waiting: set[threading.Event] = set()
        self._children: set[Halt] = set()
        self._parent = parent
        if parent is not None:
            parent._adopt(self)

    def set(self) -> None:
        """Halts the branch; safe to call more than once."""
        with self._lock:
            self._flag = True
            waiting, children = list(self._waiting), list(self._children)
        for event in waiting:
            event.set()
        for child in children:
            child.set()

    def check(self) -> None:
        """Raises HaltedError when the branch must not go on."""
        if self._flag:
            raise HaltedError

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        """Waits for the event; False when the time was up. HaltedError when the branch was halted."""
        with self._lock:
            if self._flag:
                raise HaltedError
            self._waiting.add(event)
        try:
            happened = event.wait(seconds)
        finally:
            with self._lock:
                self._waiting.discard(event)
        self.check()
        return happened

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless the branch is halted."""
        self.wait(threading.Event(), seconds)

    def close(self) -> None:
        """Forgets the branch when it has ended."""
        if self._parent is not None:
            with self._parent._lock:
                self._parent._children.discard(self)

    def _adopt(self, child: "Halt") -> None:
        with self._lock:
            self._children.add(child)
            if self._flag:
                child._flag = True
