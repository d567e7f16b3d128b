"""CPU seconds and memory of a tree of processes over time, by what each process is for.

A sampler asks `psutil` ten times a second. CPU of a process that ended between two samples is not lost: its parent's
count of reaped children tells. Memory of the tree is proportional (PSS: a page that forked children share counts
once); memory of one process is its high-water mark (RSS).
"""

import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

INTERVAL_SECONDS = 0.1
SAMPLES_PER_PSS = 5  # asking for PSS takes the kernel a millisecond per gigabyte
SETTLED_SAMPLES = 5  # by then a forked process has become what it is to be
MEGABYTE = 1_000_000

Role = Callable[[list[str], str], str]  # command line and the parent's role → role


@dataclass
class Seen:
    """A process as it was when last seen; `gone_children` are the seconds of children that it had reaped."""

    parent: int
    role: str
    first_at: float
    last_at: float = 0.0
    samples: int = 0
    own: float = 0.0
    gone_children: float = 0.0
    rss: int = 0
    peak_rss: int = 0
    alive: bool = True


@dataclass(frozen=True)
class Sample:
    """One moment: CPU seconds of the tree so far by role, proportional memory (0 where not asked), largest process."""

    at: float
    cpu: dict[str, float]
    pss: int
    largest_rss: int
    largest_role: str


@dataclass
class TreeMeter:
    """Watches a process and its descendants while the block lasts; moments are `time.time()`."""

    root: int
    role_of: Role
    samples: list[Sample] = field(default_factory=list)
    seen: dict[int, Seen] = field(default_factory=dict)

    def __enter__(self) -> "TreeMeter":
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def cpu_at(self, at: float) -> dict[str, float]:
        """CPU seconds by role up to a moment, between two samples by the straight line."""
        after = bisect_right(self.samples, at, key=lambda sample: sample.at)
        if after == 0:
            return {}
        if after == len(self.samples):
            return self.samples[-1].cpu
        low, high = self.samples[after - 1], self.samples[after]
        share = (at - low.at) / (high.at - low.at)
        return {
            role: low.cpu.get(role, 0.0) + share * (high.cpu.get(role, 0.0) - low.cpu.get(role, 0.0))
            for role in low.cpu | high.cpu
        }

    def cpu_between(self, start: float, end: float) -> dict[str, float]:
        before, after = self.cpu_at(start), self.cpu_at(end)
        return {role: seconds - before.get(role, 0.0) for role, seconds in after.items()}

    def peak_between(self, start: float, end: float) -> tuple[int, int, str]:
        """Proportional memory of the tree, and the largest process with its role."""
        found = [sample for sample in self.samples if start <= sample.at <= end]
        if not found:  # shorter than an interval
            found = self.samples[max(bisect_right(self.samples, start, key=lambda sample: sample.at) - 1, 0) :][:1]
        largest = max(found, key=lambda sample: sample.largest_rss)
        return max(sample.pss for sample in found), largest.largest_rss, largest.largest_role

    def _watch(self) -> None:
        root = psutil.Process(self.root)
        number = 0
        while not self._end.is_set():
            self._sample(root, number)
            number += 1
            self._end.wait(INTERVAL_SECONDS)

    def _sample(self, root: psutil.Process, number: int) -> None:
        at, pss, alive = time.time(), 0, set[int]()
        with suppress(psutil.NoSuchProcess):
            for process in [root, *root.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
                    self._look_at(process, at)
                    alive.add(process.pid)
                    if number % SAMPLES_PER_PSS == 0:
                        pss += _pss(process)
        if self.root not in alive:
            return
        for pid, seen in self.seen.items():
            seen.alive = pid in alive
        largest = max((seen for seen in self.seen.values() if seen.alive), key=lambda seen: seen.rss)
        self.samples.append(Sample(at, self._cpu_by_role(), pss, largest.rss, largest.role))

    def _look_at(self, process: psutil.Process, at: float) -> None:
        with process.oneshot():
            times, parent, command = process.cpu_times(), process.ppid(), process.cmdline()
            seen = self.seen.setdefault(process.pid, Seen(parent, "", at))
            if seen.samples < SETTLED_SAMPLES:
                above = self.seen[seen.parent].role if seen.parent in self.seen else ""
                seen.role = self.role_of(command, above)
            seen.samples += 1
            seen.last_at = at
            seen.own = times.user + times.system
            seen.gone_children = times.children_user + times.children_system
            seen.rss = process.memory_info().rss
            seen.peak_rss = max(seen.peak_rss, seen.rss, _high_water(process.pid))

    def _cpu_by_role(self) -> dict[str, float]:
        """Own seconds of all processes ever seen, and what their parents reaped beyond that."""
        below: dict[int, list[int]] = {}
        for pid, seen in self.seen.items():
            below.setdefault(seen.parent, []).append(pid)
        cpu: dict[str, float] = {}

        def total(pid: int) -> float:
            seen = self.seen[pid]
            children = [(self.seen[each].alive, total(each)) for each in below.get(pid, ())]
            unseen = max(seen.gone_children - sum(seconds for alive, seconds in children if not alive), 0.0)
            cpu[seen.role] = cpu.get(seen.role, 0.0) + seen.own + unseen
            return seen.own + unseen + sum(seconds for _, seconds in children)

        total(self.root)
        return cpu


def _high_water(pid: int) -> int:
    """The most that a process has ever had resident; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else 0


def _pss(process: psutil.Process) -> int:
    full = process.memory_full_info()
    return int(getattr(full, "pss", full.rss))
