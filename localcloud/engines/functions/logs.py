"""Takes what a function prints: to CloudWatch Logs, to a file, and the last 4 KB to the caller.

Lines reach CloudWatch Logs a moment later, from one thread, so that no invocation waits for them.
"""

import os
import queue
import select
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from localcloud import service

TAIL_BYTES = 4096

Line = tuple[int, str]  # milliseconds since 1970, text


class LogPipe:
    """Reads a child's output as it comes; `take` answers what an invocation has printed."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        self._lock = threading.Lock()
        self._partial = b""
        self._lines: list[Line] = []
        self._open = True
        threading.Thread(target=self._follow, name="function-log", daemon=True).start()

    def take(self) -> list[Line]:
        """The lines since the last call, all that was written before it included."""
        with self._lock:
            while self._pump():
                continue
            if self._partial:
                self._add(self._partial)
                self._partial = b""
            lines, self._lines = self._lines, []
        return lines

    def _follow(self) -> None:
        while self._open:
            _readable(self._reader, None)
            with self._lock:
                self._pump()
        os.close(self._reader)

    def _pump(self) -> bool:
        if not self._open or not _readable(self._reader, 0):
            return False
        data = os.read(self._reader, 1 << 16)
        if not data:
            self._open = False
            return False
        *complete, self._partial = (self._partial + data).split(b"\n")
        for line in complete:
            self._add(line)
        return True

    def _add(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").replace("\r", "\n").rstrip("\n")
        self._lines.append((time.time_ns() // 1_000_000, text))


def _when(line: Line) -> int:
    return line[0]


def _readable(descriptor: int, wait_ms: int | None) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(wait_ms))


def tail(lines: Sequence[Line]) -> bytes:
    """The last 4 KB, as `LogType: Tail` answers them."""
    return "".join(f"{text}\n" for _, text in lines).encode()[-TAIL_BYTES:]


@dataclass(frozen=True)
class _Batch:
    region: str
    group: str
    stream: str
    name: str
    lines: Sequence[Line]


class LogWriter:
    """Writes the lines of all functions, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._batches: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_all, name="function-logs", daemon=True)
        self._thread.start()

    def write(self, region: str, group: str, stream: str, name: str, lines: Sequence[Line]) -> None:
        """Queues lines of a function's log stream."""
        if lines:
            self._batches.put(_Batch(region, group, stream, name, lines))

    def close(self) -> None:
        """Writes what is queued and ends."""
        self._batches.put(None)
        self._thread.join()

    def _write_all(self) -> None:
        while batch := self._batches.get():
            with (self._folder / f"{batch.name}.log").open("a", encoding="utf-8") as file:
                file.writelines(f"{text}\n" for _, text in batch.lines)
            events = [{"timestamp": when, "message": text} for when, text in sorted(batch.lines, key=_when) if text]
            with service.mutating("logs"):
                backend = service.backend("logs", batch.region)
                backend.ensure_log_group(batch.group)
                backend.ensure_log_stream(batch.group, batch.stream)
                if events:
                    backend.put_log_events(batch.group, batch.stream, events)
