"""Runs the branches of a Map or Parallel state, some at a time, and stops the others when one fails."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from localcloud.engines.stepfunctions.errors import HaltedError, StateError, runtime_error
from localcloud.engines.stepfunctions.halting import Halt

Job = Callable[[Halt], Any]


def run_all(halt: Halt, jobs: Sequence[Job], limit: int) -> list[Any]:
    """The results in the order of the jobs; the first StateError of a job when one failed."""
    group = Halt(halt)
    try:
        if limit == 1 or len(jobs) < 2:
            return [job(group) for job in jobs]
        return _Pool(group, jobs).run(min(limit, len(jobs)))
    finally:
        group.set()
        group.close()


class _Pool:
    """Threads that take one job after the other."""

    def __init__(self, halt: Halt, jobs: Sequence[Job]) -> None:
        self._halt = halt
        self._jobs = jobs
        self._lock = threading.Lock()
        self._pending = iter(range(len(jobs)))
        self._left = len(jobs)
        self._ended = threading.Event()
        self._failure: StateError | None = None
        self._results: list[Any] = [None] * len(jobs)

    def run(self, threads: int) -> list[Any]:
        for _ in range(threads):
            threading.Thread(target=self._work, daemon=True, name="states-branch").start()
        self._halt.wait(self._ended, None)
        if self._failure:
            raise self._failure
        return self._results

    def _work(self) -> None:
        while not self._ended.is_set():
            with self._lock:
                index = next(self._pending, None)
            if index is None:
                return
            failure: StateError | None = runtime_error("The interpreter broke off a branch; its log says why.")
            try:
                self._results[index] = self._jobs[index](self._halt)
                failure = None
            except StateError as error:
                failure = error
            except HaltedError:
                return
            finally:
                self._finish(failure)

    def _finish(self, failure: StateError | None) -> None:
        with self._lock:
            self._left -= 1
            self._failure = self._failure or failure
            if failure or self._left == 0:
                self._ended.set()
